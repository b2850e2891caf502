"""Sealing: a landed file is encrypted on disk by a key that lies outside the installation and its database.

Environment read: `WEERZIEN_LANDING_KEY` (keys of 32 bytes in base64, one or more, parted by blanks) or
`WEERZIEN_LANDING_KEY_FILE` (a file of them, one a line). The first key seals; all of them open, so that a key can be
replaced. Without one, files lie as they were delivered. AES-256-GCM in pieces of PIECE_BYTES under a key of the file's
own (HKDF-SHA256 with a random salt); the number of a piece is in its nonce and the last piece holds the checksum of the
plain bytes, so pieces cannot be left out, moved or swapped between files (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizar, 2015). In: bytes. Out: MAGIC, key id, salt, pieces, checksum.
"""

import hashlib
import io
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from connectors.installation import OneLineError
from connectors.keys import ID_BYTES, KEY_BYTES, Keys, Settings

__all__ = ["KEY", "KEY_FILE", "Damaged", "LandingKeys", "Sealing", "key_id", "opened", "sealed_by"]

KEY, KEY_FILE = "WEERZIEN_LANDING_KEY", "WEERZIEN_LANDING_KEY_FILE"
SETTINGS = Settings(KEY, KEY_FILE, b"weerzien landing key", "weerzien landing new-key")
# The last byte is the version of this layout.
MAGIC = b"WRZSEAL\x01"
SALT_BYTES, TAG_BYTES = 32, 16
HEADER_BYTES = len(MAGIC) + ID_BYTES + SALT_BYTES
PIECE_BYTES = 1 << 18
CHECKSUM_BYTES = 32
CHECKSUM = re.compile(r"[0-9a-f]{64}")


class Damaged(OSError):
    """A sealed file that was cut off, changed or put in the place of another."""


class LandingKeys(Keys):
    """The keys of the landing area."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "LandingKeys":
        """Return the keys that the environment names. Raises OneLineError when what it names is no key."""
        given = SETTINGS.keys(environment)
        return cls(given.first, given.by_id)


def key_id(key: bytes) -> str:
    """Return what a key is called: a digest of it, 16 hexadecimal digits."""
    return SETTINGS.key_id(key)


def sealed_by(path: Path) -> str | None:
    """Return the id of the key by which a file says that it was sealed; None when it lies plain."""
    with path.open("rb") as file:
        header = file.read(HEADER_BYTES)
    return _named_in(header) if header.startswith(MAGIC) and len(header) == HEADER_BYTES else None


def opened(path: Path, keys: LandingKeys | None = None) -> io.BufferedReader:
    """Open a landed file for reading, wherever in it: its plain bytes, sealed or not.

    A file named by a checksum has to hold the bytes of that checksum. Raises OneLineError when the key of a sealed file
    is not there, Damaged when the file is not what was sealed.
    """
    file = path.open("rb")
    try:
        header = file.read(HEADER_BYTES)
        if header.startswith(MAGIC) and len(header) == HEADER_BYTES:
            try:
                return io.BufferedReader(_Sealed(file, header, path.name, keys), PIECE_BYTES)
            except (OneLineError, Damaged):
                # A register may deliver bytes that look sealed: under their own checksum they are what came.
                file.seek(0)
                if hashlib.file_digest(file, "sha256").hexdigest() != path.name:
                    raise
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _named_in(header: bytes) -> str:
    return header[len(MAGIC) :][:ID_BYTES].hex()


def _cipher(key: bytes, header: bytes) -> AESGCM:
    of_file = HKDF(SHA256(), KEY_BYTES, salt=header[-SALT_BYTES:], info=b"weerzien landing file")
    return AESGCM(of_file.derive(key))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class _Sealed(io.RawIOBase):
    """The plain bytes of a sealed file; one piece of it is in memory."""

    def __init__(self, file: IO[bytes], header: bytes, name: str, keys: LandingKeys | None) -> None:
        held = LandingKeys.from_environment() if keys is None else keys
        key = held.by_id.get(_named_in(header))
        if key is None:
            other = "another key is set" if held.first else "no key is set"
            raise OneLineError(
                f"landed files are encrypted by key {_named_in(header)} and {other}; set {KEY} or {KEY_FILE}"
            )
        self.file, self.header, self.cipher = file, header, _cipher(key, header)
        sealed = file.seek(0, os.SEEK_END) - HEADER_BYTES - CHECKSUM_BYTES - TAG_BYTES
        self.pieces = -(-sealed // (PIECE_BYTES + TAG_BYTES))
        self.size = sealed - self.pieces * TAG_BYTES
        self.at, self.held, self.piece = 0, -1, b""
        if sealed < 0:
            raise Damaged("cut off")
        checksum = self._open(self.pieces, sealed, CHECKSUM_BYTES, is_last=True).hex()
        if CHECKSUM.fullmatch(name) and name != checksum:
            raise Damaged("another file")

    def _open(self, number: int, at: int, length: int, is_last: bool = False) -> bytes:
        self.file.seek(HEADER_BYTES + at)
        try:
            return self.cipher.decrypt(_nonce(number, is_last), self.file.read(length + TAG_BYTES), self.header)
        except (InvalidTag, ValueError):
            raise Damaged("changed") from None

    def readinto(self, buffer: Any) -> int:
        """Read on from where the last reading ended."""
        number, within = divmod(self.at, PIECE_BYTES)
        if self.at >= self.size:
            return 0
        if number != self.held:
            length = min(PIECE_BYTES, self.size - number * PIECE_BYTES)
            self.piece, self.held = self._open(number, number * (PIECE_BYTES + TAG_BYTES), length), number
        told = self.piece[within : within + len(buffer)]
        buffer[: len(told)] = told
        self.at += len(told)
        return len(told)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in the plain bytes."""
        self.at = max({os.SEEK_SET: 0, os.SEEK_CUR: self.at, os.SEEK_END: self.size}[whence] + offset, 0)
        return self.at

    def tell(self) -> int:
        """Return the place in the plain bytes."""
        return self.at

    def readable(self) -> bool:
        """Plain bytes can be read."""
        return True

    def seekable(self) -> bool:
        """Any place can be read."""
        return True

    def close(self) -> None:
        """Close the file on disk too."""
        if not self.closed:
            self.file.close()
        super().close()


class Sealing(io.RawIOBase):
    """Writes plain bytes to a file, sealed by the first of the keys; plain where there are none.

    After `finish`: `sha256` and `size` of the plain bytes.
    """

    def __init__(self, target: IO[bytes], keys: LandingKeys | None = None) -> None:
        super().__init__()
        held = LandingKeys.from_environment() if keys is None else keys
        self.target, self.digest, self.size, self.number = target, hashlib.sha256(), 0, 0
        self.pending, self.cipher, self.header = bytearray(), None, b""
        if held.first:
            self.header = MAGIC + bytes.fromhex(held.first) + os.urandom(SALT_BYTES)
            self.cipher = _cipher(held.by_id[held.first], self.header)
            target.write(self.header)

    @property
    def sha256(self) -> str:
        """The checksum of the plain bytes written so far."""
        return self.digest.hexdigest()

    def writable(self) -> bool:
        """Bytes can be written."""
        return True

    def write(self, content: Any) -> int:
        """Write plain bytes on."""
        self.digest.update(content)
        length = memoryview(content).nbytes
        self.size += length
        if self.cipher is None:
            self.target.write(content)
            return length
        self.pending += content
        while len(self.pending) >= PIECE_BYTES:
            self._seal(bytes(self.pending[:PIECE_BYTES]))
            del self.pending[:PIECE_BYTES]
        return length

    def finish(self) -> None:
        """Write what is left and the checksum, and have all of it on disk."""
        if self.cipher is not None:
            if self.pending:
                self._seal(bytes(self.pending))
            self._seal(self.digest.digest(), is_last=True)
        self.target.flush()
        os.fsync(self.target.fileno())

    def _seal(self, piece: bytes, is_last: bool = False) -> None:
        assert self.cipher is not None
        self.target.write(self.cipher.encrypt(_nonce(self.number, is_last), piece, self.header))
        self.number += 1
