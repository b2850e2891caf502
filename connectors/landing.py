"""Pulling: what is new in a register's place is copied, byte for byte, into the landing area and recorded.

The checksum decides what has been read (input contract, point 6): the same bytes, under whatever name, are one
delivery. Nothing in the landing area is ever changed; a copy is written under a temporary name and renamed, so that a
file that is there is whole. Logged are counts and delivery ids, never a value.
"""

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.dialects.postgresql import insert

from connectors.deliveries import DELIVERY
from connectors.installation import Installation, OneLineError
from connectors.register import Register

logger = logging.getLogger(__name__)

CHUNK_BYTES = 1 << 20
READ_ONLY = 0o400


@dataclass(frozen=True)
class Pulled:
    """What one pull found: counts of new and known files, names of ignored files and of files dated after the night.

    `missing`: the register's folder is not there.
    """

    register: str
    new: int = 0
    known: int = 0
    ignored: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    missing: bool = False


def pull(
    register: Register, place: Any, installation: Installation, engine: Engine, night: date, origin: str
) -> Pulled:
    """Land what is new in a register's folder and record it in `registers.delivery`.

    `place`: any path object with exists, iterdir, is_file, name and open. A missing folder is told, not raised. Raises
    OneLineError when the folder or a file in it cannot be read.
    """
    try:
        files = _files(place)
    except FileNotFoundError:
        logger.warning("%s: the folder of the register is missing", register.name)
        return Pulled(register.name, missing=True)
    except OSError as error:
        raise OneLineError(f"the folder of {register.name} cannot be read ({type(error).__name__})") from None
    ignored, waiting, new, known = [], [], 0, 0
    for file in files:
        dated = register.dated(file.name)
        if dated is None:
            ignored.append(file.name)
        elif dated > night:
            waiting.append(file.name)
        elif _land(register, file, dated, installation.landing, engine, night, origin):
            new += 1
        else:
            known += 1
    logger.info("%s: %d new, %d known, %d ignored, %d waiting", register.name, new, known, len(ignored), len(waiting))
    return Pulled(register.name, new, known, tuple(ignored), tuple(waiting))


def _files(place: Any) -> list[Any]:
    """The files of a folder in the order of their names, so that a pull lands them in the same order everywhere."""
    if not place.exists():
        raise FileNotFoundError
    return sorted((path for path in place.iterdir() if path.is_file()), key=lambda path: path.name)


def _land(register: Register, file: Any, dated: date, landing: Path, engine: Engine, night: date, origin: str) -> bool:
    """Copy one file and record it; False when its bytes were known."""
    folder = landing / register.name
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        copy, sha256, size = _copy(file, folder)
    except OSError as error:
        raise OneLineError(f"a file of {register.name} cannot be copied ({type(error).__name__})") from None
    target = folder / sha256
    # Also when the bytes are known: a landing file that was lost comes back.
    os.replace(copy, target)
    delivery = {
        "origin": origin,
        "delivery_id": f"{register.name}-{sha256[:16]}",
        "register": register.name,
        "file_name": file.name,
        "sha256": sha256,
        "size_bytes": size,
        "dated": dated,
        "landed_night": night,
        "path": f"{register.name}/{sha256}",
    }
    is_new = _record(engine, delivery)
    if is_new:
        logger.info("landed %s, %d bytes", delivery["delivery_id"], size)
    return is_new


def _copy(file: Any, folder: Path) -> tuple[Path, str, int]:
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    copy = Path(name)
    try:
        with os.fdopen(handle, "wb") as target, file.open("rb") as source:
            for chunk in _chunks(source):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        copy.chmod(READ_ONLY)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return copy, digest.hexdigest(), size


def _chunks(source: Any) -> Iterator[bytes]:
    while chunk := source.read(CHUNK_BYTES):
        yield chunk


def _record(engine: Engine, delivery: dict[str, Any]) -> bool:
    table = DELIVERY.c
    of_register = (table.register == delivery["register"]) & (table.origin == delivery["origin"])
    following = select(func.coalesce(func.max(table.sequence), 0) + 1).where(of_register).scalar_subquery()
    statement = insert(DELIVERY).values(**delivery, sequence=following).on_conflict_do_nothing()
    with engine.begin() as connection:
        return connection.execute(statement.returning(table.delivery_id)).first() is not None
