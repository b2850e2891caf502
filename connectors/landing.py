"""Pulling: what is new in a register's place is copied, byte for byte, into the landing area and recorded.

The checksum decides what has been read (input contract, point 6): the same bytes under another name of the same date
are the same delivery. Under another date they are a delivery of its own that says which one it repeats, because a
register that sends yesterday's bytes as today's has told nothing of today. Nothing in the landing area is
ever changed, but for rows and files whose term ended (`connectors.redaction`), which never come back with the bytes
that brought them. A copy is written under a temporary name and renamed, so that a file that is there is whole. Logged
are counts and delivery ids, never a value.
"""

import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, func, select, text

from connectors.deliveries import DELIVERY
from connectors.installation import Installation, OneLineError
from connectors.limits import limits
from connectors.register import Register
from connectors.sealing import CHECKSUM, KEY, KEY_FILE, LandingKeys, Sealing, opened, sealed_by
from connectors.seen import Seen, identity_of, known_by_name
from connectors.transfer import StillWritten, answered, lying_still, transferred

logger = logging.getLogger(__name__)

CHUNK_BYTES = 1 << 20
READ_ONLY = 0o400
COMPARED = "sequence, delivery_id, file_name, sha256, dated, path, redacted_night, redacted_rows, removed_night"

Arrival = Literal["new", "known", "repeated"]


@dataclass(frozen=True)
class Pulled:
    """What one pull found: counts of new and known files, names of ignored files and of files dated after the night.

    `missing`: the register's folder is not there. `repeated`: files that are new by their date and not by their bytes;
    not among the new ones. `still_written`: names of files that changed while they were looked at, not taken this
    night.
    """

    register: str
    new: int = 0
    known: int = 0
    ignored: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    missing: bool = False
    repeated: int = 0
    still_written: tuple[str, ...] = ()


def pull(
    register: Register, place: Any, installation: Installation, engine: Engine, night: date, origin: str
) -> Pulled:
    """Land what is new in a register's folder and record it in `registers.delivery`.

    `place`: any path object with exists, iterdir, is_file, name, stat and open, and perhaps settle_seconds. A missing
    folder is told, not raised. Raises OneLineError when the folder or a file in it cannot be read, and, with all others
    landed, when one is too large.
    """
    _check_keys(installation.landing / register.name)
    try:
        files = answered(register.name, lambda: _files(place))
    except FileNotFoundError:
        logger.warning("%s: the folder of the register is missing", register.name)
        return Pulled(register.name, missing=True)
    except OSError as error:
        raise OneLineError(f"the folder of {register.name} cannot be read ({type(error).__name__})") from None
    due, ignored, waiting = _sorted_out(register, files, night)
    too_large: list[str] = []
    growing: list[str] = []
    counts: dict[Arrival, int] = {"new": 0, "known": 0, "repeated": 0}
    still = answered(register.name, lambda: lying_still([file for file, _ in due], place))
    seen = Seen.of(installation.index, register.name, origin)
    with engine.connect() as connection:
        settled = [file for file, _ in due if still[file.name]]
        known = known_by_name(connection, register.name, origin, seen, settled, installation.landing)
        counts["known"] += len(known)
        for file, dated in due:
            if file.name in known:
                continue
            try:
                if still[file.name] is None:
                    raise StillWritten
                counts[_land(register, file, dated, installation.landing, connection, night, origin, seen)] += 1
            except StillWritten:
                growing.append(file.name)
            except _TooLarge:
                too_large.append(file.name)
    seen.write()
    told = ", ".join(f"{count} {arrival}" for arrival, count in counts.items())
    logger.info("%s: %s, %d ignored, %d waiting", register.name, told, len(ignored), len(waiting))
    if growing:
        logger.warning("%s: %d still being written, not taken this night", register.name, len(growing))
    if too_large:
        # After the others landed: one file of a register does not hold up the rest of it.
        raise _too_large(register)
    names = tuple(ignored), tuple(waiting)
    return Pulled(register.name, counts["new"], counts["known"], *names, False, counts["repeated"], tuple(growing))


def _sorted_out(
    register: Register, files: Sequence[Any], night: date
) -> tuple[list[tuple[Any, date]], list[str], list[str]]:
    """The files that a night takes, each with its date; the names of those that do not fit and of those dated later."""
    dated = [(file, register.dated(file.name)) for file in files]
    due = [(file, day) for file, day in dated if day is not None and day <= night]
    ignored = [file.name for file, day in dated if day is None]
    return due, ignored, [file.name for file, day in dated if day is not None and day > night]


def _check_keys(folder: Path) -> None:
    """Raise OneLineError before a file lands beside sealed ones that the keys of tonight do not open."""
    keys = LandingKeys.from_environment()
    if not keys.first:
        _warn_that_files_lie_plain()
    known = {None, *keys.by_id}
    for name in os.listdir(folder) if folder.is_dir() else ():
        if CHECKSUM.fullmatch(name) and sealed_by(folder / name) not in known:
            opened(folder / name, keys).close()


@cache
def _warn_that_files_lie_plain() -> None:
    logger.warning("landed files are not encrypted: no %s or %s is set (docs/security.md)", KEY, KEY_FILE)


def _files(place: Any) -> list[Any]:
    """The files of a folder in the order of their names, so that a pull lands them in the same order everywhere."""
    if not place.exists():
        raise FileNotFoundError
    return sorted((path for path in place.iterdir() if path.is_file()), key=lambda path: path.name)


def _land(
    register: Register,
    file: Any,
    dated: date,
    landing: Path,
    connection: Connection,
    night: date,
    origin: str,
    seen: Seen,
) -> Arrival:
    """Copy one file and record it, unless it is known."""
    folder = landing / register.name
    folder.mkdir(mode=0o700, exist_ok=True)
    most = limits("file_bytes")[register.name]
    before = identity_of(file)
    copy, sha256, size = transferred(file, register.name, lambda: _copy(file, folder, most))
    seen.note(file.name, before if before == identity_of(file) else None, sha256)
    delivery = {
        "origin": origin,
        "register": register.name,
        "file_name": file.name,
        "sha256": sha256,
        "size_bytes": size,
        "dated": dated,
        "landed_night": night,
        "path": f"{register.name}/{sha256}",
    }
    try:
        return _record(connection, delivery, copy, folder / sha256)
    finally:
        copy.unlink(missing_ok=True)


class _TooLarge(Exception):
    """A file that goes on beyond what its register may send; of its copy nothing is left."""


def _too_large(register: Register) -> OneLineError:
    return OneLineError(
        f"a file of {register.name} is larger than {limits('file_bytes')[register.name]} bytes and was not copied; "
        "take it away, or allow for it in connectors/limits.toml"
    )


def _copy(file: Any, folder: Path, most: int) -> tuple[Path, str, int]:
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    copy = Path(name)
    try:
        with os.fdopen(handle, "wb") as target, file.open("rb") as source:
            sealing = Sealing(target)
            for chunk in _chunks(source):
                sealing.write(chunk)
                if sealing.size > most:
                    raise _TooLarge
            sealing.finish()
        copy.chmod(READ_ONLY)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return copy, sealing.sha256, sealing.size


def _chunks(source: Any) -> Iterator[bytes]:
    while chunk := source.read(CHUNK_BYTES):
        yield chunk


def _record(connection: Connection, delivery: dict[str, Any], copy: Path, target: Path) -> Arrival:
    """Decide what a file is, put it in its place and record it, in one transaction: two pulls at the same moment
    record it once.
    """
    with connection.begin():
        connection.execute(text("LOCK TABLE registers.delivery IN SHARE ROW EXCLUSIVE MODE"))
        landed = _of_same_name_or_bytes(connection, delivery)
        same_bytes = [earlier for earlier in landed if earlier.sha256 == delivery["sha256"]]
        if _is_known(landed, delivery):
            # A landing file that was lost comes back; one that was redacted or removed does not.
            if any(earlier.removed_night is None and not earlier.redacted_rows for earlier in same_bytes):
                os.replace(copy, target)
            return "known"
        delivery |= _as_redacted(same_bytes)
        if not delivery.get("redacted_rows"):
            os.replace(copy, target)
        further = f"-{len(same_bytes) + 1}" if same_bytes else ""
        delivery_id = f"{delivery['register']}-{delivery['sha256'][:16]}{further}"
        repeats = next((first.delivery_id for first in same_bytes[:1] if first.dated != delivery["dated"]), None)
        following = select(func.coalesce(func.max(DELIVERY.c.sequence), 0) + 1).where(_of_register(delivery))
        connection.execute(
            DELIVERY.insert().values(
                **delivery, delivery_id=delivery_id, repeats=repeats, sequence=following.scalar_subquery()
            )
        )
    logger.info("landed %s, %d bytes%s", delivery_id, delivery["size_bytes"], f", repeats {repeats}" if repeats else "")
    return "repeated" if repeats else "new"


def _as_redacted(same_bytes: Sequence[Row]) -> dict[str, Any]:
    """What is said of bytes from which rows were taken out: they arrive again without those rows."""
    redacted = [earlier for earlier in same_bytes if earlier.redacted_rows and earlier.removed_night is None]
    said = ("path", "redacted_night", "redacted_rows")
    return {name: getattr(redacted[-1], name) for name in said} if redacted else {}


def _of_register(delivery: dict[str, Any]) -> Any:
    return (DELIVERY.c.register == delivery["register"]) & (DELIVERY.c.origin == delivery["origin"])


def _of_same_name_or_bytes(connection: Connection, delivery: dict[str, Any]) -> Sequence[Row]:
    """What landed before that a file is compared with, in order of landing; files of one name have one date.

    Of its name only the newest landings, as it is spelled and however it is: of a list of a month there are thousands.
    How letters beyond ASCII are folded is decided in `_is_known`, not by the database, so of these all come.
    """
    newest = "SELECT {COMPARED} FROM registers.delivery WHERE origin = :origin AND register = :register AND {of} "
    last = "ORDER BY sequence DESC LIMIT 1"
    folded = "lower(file_name) = lower(CAST(:file_name AS text))"
    others = "" if not delivery["file_name"].isascii() else "AND file_name ~ '[^[:ascii:]]'"
    which = (
        ("sha256 = :sha256", ""),
        (f"{folded} AND file_name = :file_name", last),
        (folded, last),
        (f"dated = :dated {others}", ""),
    )
    parts = [f"({newest.format(COMPARED=COMPARED, of=of)}{rest})" for of, rest in which]
    query = f"SELECT * FROM ({' UNION '.join(parts)}) AS landed ORDER BY sequence"
    asked = ("origin", "register", "sha256", "file_name", "dated")
    return connection.execute(text(query), {name: delivery[name] for name in asked}).all()


def _is_known(landed: Sequence[Row], delivery: dict[str, Any]) -> bool:
    """The newest version of this file has these bytes, or it is another name for what came under the same date.

    A file that had other bytes since is a new version, also when it goes back to bytes that came before: the register
    took its correction back, or corrected this list into what another list of the month holds.
    """
    name, sha256 = delivery["file_name"], delivery["sha256"]
    # In a folder that holds everything ever sent, two spellings of one name are two files: each knows its own bytes,
    # else the two would replace each other every night.
    as_spelled = [earlier for earlier in landed if earlier.file_name == name]
    of_name = [earlier for earlier in landed if earlier.file_name.casefold() == name.casefold()]
    if any(versions[-1].sha256 == sha256 for versions in (as_spelled, of_name) if versions):
        return True
    return not as_spelled and any(e.sha256 == sha256 and e.dated == delivery["dated"] for e in landed)
