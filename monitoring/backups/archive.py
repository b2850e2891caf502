"""The archive of a backup: a manifest with checksums, then every file it names; one content gives the same bytes.

Read as a stream, so that it may come out of a program that decrypts. Nothing is taken from it that the manifest does
not name, and nothing counts before every checksum was compared.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from connectors.installation import PRIVATE, OneLineError

MANIFEST = "manifest.json"
FORMAT = 1
BLOCK = 1 << 20
LARGEST_MANIFEST = 256 << 20
DAMAGED = "the backup is damaged or no backup ({}); nothing was restored, give another file"
UNREADABLE = (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError)


def file_facts(path: Path) -> dict[str, Any]:
    """Return what the manifest says of a file: sha256, bytes, and its mode."""
    with path.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    return {"sha256": sha256, "bytes": path.stat().st_size, "mode": path.stat().st_mode & PRIVATE}


def write_archive(out: IO[bytes], manifest: Mapping[str, Any], places: Mapping[str, Path]) -> None:
    """Write the manifest and the files it names; `places`: where each of them lies.

    Raises OneLineError when a file is not any more what the manifest says.
    """
    told = json.dumps(manifest, ensure_ascii=False, sort_keys=True).encode()
    # Neither the moment nor the name of the file stands in it.
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=out, compresslevel=6, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        archive.addfile(_entry(MANIFEST, len(told)), io.BytesIO(told))
        for name in sorted(manifest["files"]):
            facts = manifest["files"][name]
            with places[name].open("rb") as source:
                try:
                    archive.addfile(_entry(name, facts["bytes"]), source)
                except OSError:
                    raise OneLineError("a file changed while it was backed up; make the backup again") from None


def unpack(source: IO[bytes], folder: Path | None) -> dict[str, Any]:
    """Compare every checksum of an archive, and put its files into a folder when one is given; return the manifest.

    Raises OneLineError when anything is missing, added or changed.
    """
    with _reading(source) as (packed, archive):
        manifest = _manifest(archive)
        seen = set()
        while (entry := archive.next()) is not None:
            facts = manifest["files"].get(entry.name)
            content = archive.extractfile(entry) if entry.isfile() else None
            if facts is None or content is None or entry.name in seen or not _is_inside(entry.name):
                raise OneLineError(DAMAGED.format("it holds what its manifest does not name"))
            seen.add(entry.name)
            _take(content, folder / entry.name if folder else None, facts)
        if seen != set(manifest["files"]):
            raise OneLineError(DAMAGED.format("files are missing"))
        # What is behind the last file belongs to the checksum of the compression.
        while packed.read(BLOCK):
            pass
    return manifest


@contextmanager
def _reading(source: IO[bytes]) -> Iterator[tuple[gzip.GzipFile, tarfile.TarFile]]:
    """Read an archive as a stream; whatever goes wrong in that is one line."""
    try:
        with (
            gzip.GzipFile(fileobj=source, mode="rb") as packed,
            tarfile.open(fileobj=packed, mode="r|") as archive,
        ):
            yield packed, archive
    except UNREADABLE:
        raise OneLineError(DAMAGED.format("it cannot be read to its end")) from None


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    entry = archive.next()
    content = archive.extractfile(entry) if entry and entry.name == MANIFEST else None
    if content is None or entry is None or entry.size > LARGEST_MANIFEST:
        raise OneLineError("that is no backup of an installation; give a file that `weerzien backup` wrote")
    manifest: dict[str, Any] = json.loads(content.read())
    if manifest["format"] != FORMAT:
        raise OneLineError(f"the backup is of version {manifest['code_version']}; restore with that version")
    return manifest


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and len(path.parts) > 1


def _take(content: IO[bytes], target: Path | None, facts: Mapping[str, Any]) -> None:
    digest, size = hashlib.sha256(), 0
    out = None
    if target is not None:
        target.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        out = target.open("xb")
    try:
        while block := content.read(BLOCK):
            digest.update(block)
            size += len(block)
            if out is not None:
                out.write(block)
    finally:
        if out is not None:
            out.close()
    if (digest.hexdigest(), size) != (facts["sha256"], facts["bytes"]):
        raise OneLineError(DAMAGED.format("a checksum does not agree"))
    if target is not None:
        target.chmod(int(facts["mode"]) & PRIVATE)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, 0
    return entry
