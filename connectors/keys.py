"""Keys that lie outside the installation and its database: the one in use, and older ones that still open.

Given by two settings, of which one may be set: the keys themselves, of 32 bytes in base64, parted by blanks; or a file
of them, one a line. The first key seals, all of them open, so that a key can be replaced.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from connectors.installation import Installation, OneLineError

KEY_BYTES = 32
ID_BYTES = 8


@dataclass(frozen=True)
class Keys:
    """Keys by key id, which tells nothing of a key; `first` seals, "" where there are none."""

    first: str = ""
    by_id: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Settings:
    """Which settings give the keys of one use, what distinguishes their ids, and the command that makes a key."""

    key: str
    key_file: str
    label: bytes
    command: str

    def keys(self, environment: Mapping[str, str] | None = None) -> Keys:
        """Return the keys that the environment names. Raises OneLineError when what it names is no key."""
        given = os.environ if environment is None else environment
        if given.get(self.key) and given.get(self.key_file):
            raise OneLineError(f"both {self.key} and {self.key_file} are set; set one of them")
        path = given.get(self.key_file)
        words = self._of_file(Path(path), given) if path else given.get(self.key, "").split()
        found = [self._key(word, self.key_file if path else self.key) for word in words]
        by_id = {self.key_id(key): key for key in found}
        return Keys(next(iter(by_id), ""), by_id)

    def key_id(self, key: bytes) -> str:
        """Return what a key is called: a digest of it, 16 hexadecimal digits."""
        return hashlib.sha256(self.label + key).hexdigest()[: 2 * ID_BYTES]

    def _of_file(self, path: Path, environment: Mapping[str, str]) -> list[str]:
        if path.expanduser().resolve().is_relative_to(Installation.from_environment(environment).home.resolve()):
            raise OneLineError(
                f"the file of {self.key_file} lies in the installation that it protects; keep it elsewhere"
            )
        try:
            words = path.expanduser().read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError) as error:
            raise OneLineError(f"the file of {self.key_file} cannot be read ({type(error).__name__})") from None
        if not words:
            raise OneLineError(f"the file of {self.key_file} holds no key; write one with `{self.command}`")
        return words

    def _key(self, word: str, where: str) -> bytes:
        with suppress(binascii.Error, ValueError):
            if len(key := base64.b64decode(word, validate=True)) == KEY_BYTES:
                return key
        raise OneLineError(f"{where} is not {KEY_BYTES} bytes in base64; make one with `{self.command}`")


def new_key() -> str:
    """Return a new key as it is written in the environment."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()
