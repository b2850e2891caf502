"""The releases of one installation: each frozen as it was published, with its record beside it, and never changed.

`releases/<id>/publication/` is the frozen copy, `releases/<id>/record.json` the true counts by which later releases are
judged; both can be read by the owner only and written by nobody.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from connectors.installation import PRIVATE, OneLineError
from monitoring.releases.record import Record

PUBLICATION, RECORD = "publication", "record.json"
FROZEN_FILE, FROZEN_FOLDER = 0o400, 0o500
# Names that a folder of any system can have, and that no command reads as a path or an option.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)


def check_id(home: Path, release: str) -> None:
    """Raise OneLineError for an id that is no name or is taken: a release never changes."""
    if not ID.fullmatch(release):
        raise OneLineError("--id: letters, digits, - and _ only, at most 40, for example 2004-1")
    if _folder(home, release).exists():
        raise OneLineError(f"release {release} exists and never changes; give another --id")


def publication_of(home: Path, release: str) -> Path:
    """Return the folder of a frozen copy; raises OneLineError when there is no such release."""
    folder = _folder(home, release) / PUBLICATION
    if not ID.fullmatch(release) or not folder.is_dir():
        raise OneLineError(f"there is no release {release}; see weerzien release list")
    return folder


def records(home: Path) -> list[Record]:
    """Return the records of all releases, by night and id. Raises OneLineError when one cannot be read."""
    found = []
    folders = sorted((home / "releases").glob("*")) if (home / "releases").is_dir() else []
    for folder in (folder for folder in folders if not folder.name.startswith(".")):
        try:
            found.append(Record.from_json((folder / RECORD).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            # Without it a difference with that release could not be seen.
            raise OneLineError(f"{folder / RECORD} cannot be read; put it back from a backup first") from None
    return sorted(found, key=lambda record: (record.night, record.release))


def keep(home: Path, record: Record, write: Callable[[Path], None]) -> Path:
    """Freeze a release: `write` fills its publication folder, which appears whole or not at all; return that folder.

    Raises OneLineError when the id is taken or the folder cannot be written.
    """
    check_id(home, record.release)
    try:
        (home / "releases").mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        unfinished = home / "releases" / f".{record.release}.part"
        _remove(unfinished)
        unfinished.mkdir(mode=PRIVATE)
        try:
            (unfinished / PUBLICATION).mkdir(mode=PRIVATE)
            write(unfinished / PUBLICATION)
            (unfinished / RECORD).write_text(record.as_json(), encoding="utf-8", newline="\n")
            _freeze(unfinished)
            os.rename(unfinished, _folder(home, record.release))
        finally:
            _remove(unfinished)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OneLineError(f"release {record.release} cannot be kept in {home} ({reason})") from None
    return _folder(home, record.release) / PUBLICATION


def copy_out(publication: Path, directory: Path, release: str) -> Path:
    """Copy a frozen publication to `release-<id>` in a folder; raises OneLineError when that cannot be written."""
    target = directory / f"release-{release}"
    try:
        target.mkdir(mode=PRIVATE, parents=True)
        for path in sorted(publication.rglob("*")):
            copied = target / path.relative_to(publication)
            if path.is_dir():
                copied.mkdir(mode=PRIVATE)
            else:
                copied.write_bytes(path.read_bytes())
                copied.chmod(FROZEN_FILE)
    except FileExistsError:
        raise OneLineError(f"{target} exists; give another --out") from None
    except OSError as error:
        raise OneLineError(f"{target} cannot be written ({error.strerror}); give another --out") from None
    return target


def _folder(home: Path, release: str) -> Path:
    return home / "releases" / release


def _freeze(folder: Path) -> None:
    for path in folder.rglob("*"):
        path.chmod(FROZEN_FOLDER if path.is_dir() else FROZEN_FILE)
    folder.chmod(FROZEN_FOLDER)


def _remove(folder: Path) -> None:
    """Remove what an interrupted release left, which may be frozen in part already."""
    if folder.exists():
        for path in [folder, *folder.rglob("*")]:
            path.chmod(PRIVATE)
        shutil.rmtree(folder)
