"""Resealing: files that lie in the landing area are encrypted, or encrypted by another key, without changing a byte of
what was delivered.

Each file is written anew beside the old one, its plain bytes are compared with the checksum that is its name, and only
then it takes the old one's place: what is broken off can be begun again. Files of another name are left alone.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.installation import OneLineError
from connectors.landing import READ_ONLY
from connectors.read_before import forget_all
from connectors.sealing import CHECKSUM, KEY_FILE, PIECE_BYTES, Damaged, LandingKeys, Sealing, opened, sealed_by


@dataclass(frozen=True)
class Resealed:
    """Files that were sealed, that were already by this key, and the places of those that are not what they say."""

    key_id: str
    sealed: int
    already: int
    damaged: tuple[str, ...]


def reseal(landing: Path, plain_only: bool) -> Resealed:
    """Seal landed files by the first key of the environment; `plain_only`: those that lie plain and no others.

    Raises OneLineError when no key is set, or not that of a file.
    """
    keys = LandingKeys.from_environment()
    if not keys.first:
        raise OneLineError(f"no key is set; make one with `weerzien landing new-key` and set {KEY_FILE}")
    sealed, already, damaged = 0, 0, []
    for path in _landed(landing):
        by = _by(path, keys)
        if by == keys.first:
            already += 1
        elif by is None or not plain_only:
            if _sealed_anew(path, keys):
                sealed += 1
            else:
                damaged.append(path.relative_to(landing).as_posix())
    if sealed:
        forget_all(landing)
    return Resealed(keys.first, sealed, already, tuple(damaged))


def _landed(landing: Path) -> Iterator[Path]:
    return (path for path in sorted(landing.glob("*/*")) if CHECKSUM.fullmatch(path.name) and path.is_file())


def _by(path: Path, keys: LandingKeys) -> str | None:
    """The key of a sealed file. One that only looks sealed lies plain, and the reading of it tells which it is."""
    named = sealed_by(path)
    if named is None:
        return None
    if named not in keys.by_id:
        with opened(path, keys):
            return None
    return named


def _sealed_anew(path: Path, keys: LandingKeys) -> bool:
    """Write one file anew in its place; False, and nothing changed, when it does not hold what its name says."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    copy = Path(name)
    try:
        with os.fdopen(handle, "wb") as target, opened(path, keys) as source:
            sealing = Sealing(target, keys)
            while piece := source.read(PIECE_BYTES):
                sealing.write(piece)
            sealing.finish()
        if sealing.sha256 != path.name:
            return False
        copy.chmod(READ_ONLY)
        os.replace(copy, path)
    except Damaged:
        return False
    finally:
        copy.unlink(missing_ok=True)
    return True
