"""A backup of a whole installation: its tables and the folders that no night makes again; and an installation from it.

Not in it: secrets (the key that signs the page's sessions, passwords of connections), Airflow's own database, and what
is derived (the index of compared pairs, work files, logs).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from connectors.installation import PRIVATE, Installation, OneLineError
from monitoring.backups.archive import FORMAT, file_facts, unpack, write_archive
from monitoring.backups.tables import check_is_empty, copy_in, copy_out
from monitoring.revision import newest_revision, revision_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

# Deliveries as they came; releases, which nobody can make again; reports of earlier nights; the exports of a trial.
FOLDERS = ("landing", "releases", "feedback", "data_docs", "sample")
TABLES = "tables"
# Of a new machine these may be there already: Airflow's own folder, the page's key, logs, locks.
IN_USE = (*FOLDERS, "index", "work")
UNFINISHED = ("backup.part", "restore.part")


def back_up(
    engine: Engine, installation: Installation, write: Callable[[Path, dict[str, Any]], None]
) -> dict[str, Any]:
    """Make an archive of the installation, compare it with what was read, and return its manifest.

    `write`: called with the file of the archive, which was checked and is removed afterwards, and with its manifest. No
    night may be at work meanwhile. Raises OneLineError when the database is at another revision, or a file changed.
    """
    with engine.connect() as connection:
        found = revision_of(connection)
    if found != newest_revision():
        raise OneLineError(f"the database is at revision {found or 'none'}; run a night with this version first")
    with _own_folder(installation, UNFINISHED[0]) as folder:
        (folder / TABLES).mkdir(mode=PRIVATE)
        kept = copy_out(engine, folder / TABLES)
        places = {f"{TABLES}/{path.name}": path for path in (folder / TABLES).iterdir()}
        for path in _files(installation.home):
            places[path.relative_to(installation.home).as_posix()] = path
        manifest = kept | {
            "format": FORMAT,
            "code_version": version("weerzien"),
            "files": {name: file_facts(path) for name, path in sorted(places.items())},
            "folders": _folders(installation.home),
        }
        archive = folder / "archive"
        with archive.open("wb") as out:
            write_archive(out, manifest, places)
        with archive.open("rb") as source:
            if unpack(source, None) != manifest:
                raise OneLineError("the backup was not written as it was read; look at the disk and make it again")
        write(archive, manifest)
    return manifest


def restore(installation: Installation, source: IO[bytes], connect: Callable[[], Engine]) -> tuple[dict[str, Any], int]:
    """Make an installation from an archive; return its manifest and the number of rows.

    `connect`: gives the engine, and is called when the whole archive was found sound; nothing is changed before. Raises
    OneLineError when the installation is in use, or the archive damaged or of another revision.
    """
    for name in IN_USE:
        folder = installation.home / name
        if folder.is_dir() and any(folder.iterdir()):
            raise OneLineError(f"{installation.home} is in use ({name}/); set WEERZIEN_HOME to a new folder")
    with _own_folder(installation, UNFINISHED[1]) as folder:
        manifest = unpack(source, folder)
        _check_revision(manifest)
        engine = connect()
        check_is_empty(engine)
        _make_tables(engine, manifest)
        rows = copy_in(engine, folder / TABLES, manifest)
        _put_in_place(folder, installation.home, manifest)
    return manifest, rows


def _check_revision(manifest: Mapping[str, Any]) -> None:
    newest = newest_revision()
    if manifest["revision"] != newest:
        raise OneLineError(
            f"the backup is of version {manifest['code_version']}, revision {manifest['revision']}; this program is at "
            f"{newest}: restore with that version, then upgrade"
        )


def _make_tables(engine: Engine, manifest: Mapping[str, Any]) -> None:
    from monitoring.database import upgrade

    upgrade(engine)
    if "portal.auth_user" in manifest["tables"]:
        from monitoring.web.environment import single_sign_on
        from monitoring.web.prepare import prepare

        prepare(engine, single_sign_on() is not None)


def _put_in_place(folder: Path, home: Path, manifest: Mapping[str, Any]) -> None:
    for name in manifest["folders"]:
        (folder / name).mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    for name in FOLDERS:
        if (folder / name).is_dir():
            if (home / name).is_dir():
                (home / name).rmdir()
            os.rename(folder / name, home / name)
    # The deepest first: a frozen folder takes no more changes.
    for name, mode in sorted(manifest["folders"].items(), reverse=True):
        (home / name).chmod(mode & PRIVATE)


def _files(home: Path) -> Iterator[Path]:
    for name in FOLDERS:
        for path in sorted((home / name).rglob("*")):
            # A release or a landing that is being written goes by another name until it is whole.
            if path.is_file() and not path.is_symlink() and path.suffix != ".part":
                yield path


def _folders(home: Path) -> dict[str, int]:
    tops = [home / name for name in FOLDERS if (home / name).is_dir()]
    found = [path for top in tops for path in (top, *top.rglob("*")) if path.is_dir() and not path.is_symlink()]
    return {path.relative_to(home).as_posix(): path.stat().st_mode & PRIVATE for path in sorted(found)}


@contextmanager
def _own_folder(installation: Installation, name: str) -> Iterator[Path]:
    """A folder inside the installation, private and gone at the end; one of a run that was killed is removed first."""
    folder = installation.home / name
    try:
        shutil.rmtree(folder, ignore_errors=True)
        installation.home.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        folder.mkdir(mode=PRIVATE)
        yield folder
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OneLineError(f"{installation.home} cannot be read or written whole ({reason})") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
