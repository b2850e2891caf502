"""Sealing what identifies in a registration that a database keeps, by a key that lies outside that database.

Environment read: `WEERZIEN_RECORDS_KEY` or `WEERZIEN_RECORDS_KEY_FILE` (`connectors.keys`). Without one, registrations
are kept as they are. AES-SIV (RFC 5297) under a key derived by HKDF-SHA256: the same values give the same token, so
that a night sees whether a registration changed without opening anything. Bound to a token are its export, its
registration and its column, so equal names in two registrations look different and no token can be moved to another
place. A token tells the key's id and, by its length, how long the values are.

`sealed` holds all identifying columns but `raw`; the token of `raw` stands in `raw` itself, so that who is given a
registration without its delivered row (the bureau's page) is not given it sealed either.
"""

import base64
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from connectors.installation import OneLineError
from connectors.keys import Keys, Settings
from connectors.records import IDENTIFYING, KINDS, LISTS

KEY, KEY_FILE = "WEERZIEN_RECORDS_KEY", "WEERZIEN_RECORDS_KEY_FILE"
SETTINGS = Settings(KEY, KEY_FILE, b"weerzien records key", "weerzien database new-key")
# The digit is the version of this layout. SQL looks at the 16 digits of the key id (`monitoring.sealed_records`).
TOKEN = re.compile(r"wz1\.([0-9a-f]{16})\.([A-Za-z0-9+/]+=*)")
SIV_KEY_BYTES = 64
SEALED, RAW = "sealed", "raw"
NAMING: tuple[str, ...] = tuple(name for name in IDENTIFYING if name != RAW)
LISTED: tuple[str, ...] = tuple(name for name in IDENTIFYING if KINDS[name] in LISTS)


class NotOpened(OneLineError):
    """A token that cannot be opened: its key is not there, or it is not what was sealed."""


class RecordKeys(Keys):
    """The keys of registrations in a database."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "RecordKeys":
        """Return the keys that the environment names. Raises OneLineError when what it names is no key."""
        given = SETTINGS.keys(environment)
        return cls(given.first, given.by_id)

    def seal(self, plain: str, *about: str) -> str:
        """Return the token of a text under the first key. `about`: what the token belongs to."""
        sealed = _cipher(self.by_id[self.first]).encrypt(plain.encode(), _bound_to(about))
        return f"wz1.{self.first}.{base64.b64encode(sealed).decode()}"

    def open(self, token: str, *about: str) -> str:
        """Return the text of a token. Raises NotOpened."""
        shape = TOKEN.fullmatch(token)
        if shape is None:
            raise _damaged(about)
        if shape[1] not in self.by_id:
            raise NotOpened(not_open(shape[1], self))
        try:
            sealed = base64.b64decode(shape[2], validate=True)
            return _cipher(self.by_id[shape[1]]).decrypt(sealed, _bound_to(about)).decode()
        except (InvalidTag, ValueError):
            raise _damaged(about) from None


def not_open(key_id: str, keys: Keys) -> str:
    """Return the line that says which key is lacking."""
    other = "another key is set" if keys.first else "no key is set"
    return f"names in the database are encrypted by key {key_id} and {other}; set {KEY} or {KEY_FILE}"


def is_token(value: Any) -> bool:
    """Whether a value is a token and no value of a registration."""
    return isinstance(value, str) and TOKEN.fullmatch(value) is not None


def sealed_values(said: Mapping[str, Any], origin: str, record_id: str, keys: RecordKeys) -> dict[str, Any]:
    """Return what stands in the identifying columns of a registration instead of `said`: its tokens.

    `said`: the identifying columns in which something is recorded, in plain values; what is not recorded may be left
    out and makes no difference.
    """
    known = {name: said[name] for name in NAMING if said.get(name) not in (None, [])}
    raw = said.get(RAW)
    if raw is not None:
        # Else the token of `raw` could be taken away unseen.
        known[RAW] = True
    return {
        SEALED: keys.seal(canonical(known), "record", origin, record_id, SEALED),
        RAW: None if raw is None else keys.seal(raw, "record", origin, record_id, RAW),
    }


def opened_values(record: Mapping[str, Any], origin: str, record_id: str, keys: RecordKeys) -> dict[str, Any]:
    """Return a registration as it was before it was sealed; one that lies plain as it is. Never with `sealed`.

    Raises NotOpened when its key is not there, or its tokens were cut off, changed, or are another registration's.
    """
    token, raw = record.get(SEALED), record.get(RAW)
    plain = {name: value for name, value in record.items() if name != SEALED}
    if token is None and not is_token(raw):
        return plain
    known = json.loads(keys.open(token or "", "record", origin, record_id, SEALED))
    has_raw = known.pop(RAW, False)
    beside = any(record.get(name) not in (None, []) for name in NAMING)
    if beside or (RAW in record and has_raw != (raw is not None)):
        raise _damaged(("record", origin, record_id))
    plain |= known
    if raw is not None:
        plain[RAW] = keys.open(raw, "record", origin, record_id, RAW)
    return plain


def canonical(said: Mapping[str, Any]) -> str:
    """Return plain values as JSON; equal values give equal text."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@cache
def _cipher(key: bytes) -> AESSIV:
    return AESSIV(HKDF(SHA256(), SIV_KEY_BYTES, salt=None, info=b"weerzien records in a database").derive(key))


def _bound_to(about: tuple[str, ...]) -> list[bytes]:
    return [b"weerzien", *(part.encode() for part in about)]


def _damaged(about: tuple[str, ...]) -> NotOpened:
    return NotOpened(
        f"what identifies in {about[2]} of the database is not what was encrypted: cut off, changed or of another one; "
        "restore a backup, or remove that row and run the night again"
    )
