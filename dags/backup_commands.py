"""The commands `weerzien backup` and `weerzien restore`.

Rooms are imported inside the subcommands, so that `--help` answers at once.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from connectors.installation import Installation, OneLineError

if TYPE_CHECKING:
    from sqlalchemy import Engine

STANDARD = "-"


@click.command()
@click.argument("target", metavar="FILE|DIR", type=click.Path(allow_dash=True, path_type=Path))
def backup(target: Path) -> None:
    """Write everything that no night makes again into one archive, readable by its owner only, and check it.

    Into a folder as weerzien-NIGHT.tar.gz; "-" is standard output, for a program that encrypts. It holds
    names: keep it encrypted, and no longer than the shortest term. No secret key is in it.
    """
    from dags.arrivals import existing_database
    from dags.turns import one_at_a_time
    from monitoring.backups.whole import back_up
    from monitoring.export import write_private

    installation = Installation.from_environment()
    written = target

    def write(archive: Path, manifest: dict[str, Any]) -> None:
        nonlocal written
        if target.is_dir():
            written = target / f"weerzien-{manifest['night'] or 'no-night'}.tar.gz"
        try:
            if str(target) == STANDARD:
                with archive.open("rb") as source:
                    shutil.copyfileobj(source, sys.stdout.buffer)
                sys.stdout.buffer.flush()
            else:
                write_private(written, lambda path: shutil.copyfile(archive, path))
        except OSError as error:
            raise OneLineError(f"{written} cannot be written ({error.strerror}); give another") from None

    engine = existing_database(installation)
    if engine is None:
        raise OneLineError(f"there is no installation in {installation.home}; set WEERZIEN_HOME")
    # Files and tables of one moment: no night and no housekeeping in between.
    with one_at_a_time(installation):
        manifest = back_up(engine, installation, write)
    _tell(manifest, "geschreven en nagegaan / written and checked", str(written))


@click.command()
@click.argument("source", metavar="FILE|DIR", type=click.Path(allow_dash=True, path_type=Path))
def restore(source: Path) -> None:
    """Make an installation from an archive of `weerzien backup`, in an empty WEERZIEN_HOME and an empty database.

    Of a folder the last archive by name; "-" is standard input. Nothing is changed before every checksum agreed. The
    next night gives what it would have given. Sessions of the page end; its key and other secrets are to be set anew.
    """
    from monitoring.backups.whole import restore as make_from

    installation = Installation.from_environment()
    if str(source) == STANDARD:
        manifest, rows = make_from(installation, sys.stdin.buffer, lambda: _connect(installation))
    else:
        file = _newest(source) if source.is_dir() else source
        try:
            opened = file.open("rb")
        except OSError as error:
            raise OneLineError(f"{file} cannot be read ({error.strerror}); give another file") from None
        with opened:
            manifest, rows = make_from(installation, opened, lambda: _connect(installation))
    _tell(manifest, f"{rows} rijen teruggezet / rows restored", str(installation.home))


def _connect(installation: Installation) -> Engine:
    from monitoring.database import connect

    return connect(installation)


def _newest(folder: Path) -> Path:
    found = sorted(folder.glob("weerzien-*.tar.gz"))
    if not found:
        raise OneLineError(f"{folder} holds no weerzien-NIGHT.tar.gz; give the file")
    return found[-1]


def _tell(manifest: dict[str, Any], what: str, where: str) -> None:
    night = manifest["night"] or "nog geen / none yet"
    click.echo(f"Nacht / night {night}, {len(manifest['files'])} bestanden / files: {what}: {where}", err=True)
