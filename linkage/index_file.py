"""The index of compared pairs as a file: record ids, digests under a secret key and codes, and nothing else.

A file that is gone, cut off, altered or of other code is no loss: it is told, and everything is compared anew.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from pathlib import Path

import numpy as np

from linkage.compared_pairs import ComparedPairs
from linkage.pair_index import PairIndex

FIRST_LINE = b"weerzien pair index 1\n"
CHECKSUM_BYTES = 32
OWNER_ONLY = 0o600


def read_index(path: Path, made_with: str) -> tuple[PairIndex | None, str]:
    """Return the index, or None and why there is none: "not there", "damaged", "of another version" (of the file),
    "of other code, model or reference".
    """
    try:
        content = path.read_bytes()
    except OSError:
        return None, "not there"
    if not content.startswith(FIRST_LINE):
        return None, "of another version" if content.startswith(FIRST_LINE[:-2]) else "damaged"
    checksum, payload = (
        content[len(FIRST_LINE) : len(FIRST_LINE) + CHECKSUM_BYTES],
        content[len(FIRST_LINE) + CHECKSUM_BYTES :],
    )
    if hashlib.sha256(payload).digest() != checksum:
        return None, "damaged"
    with np.load(io.BytesIO(payload), allow_pickle=False) as kept:
        told = kept["told"].tobytes().decode().split("\n")
        if told[0] != made_with:
            return None, "of other code, model or reference"
        pairs = ComparedPairs(kept["left"], kept["right"], kept["pattern"], kept["rule"])
        ids, is_of_two = tuple(told[2:]), told[1] == "of two"
        return PairIndex(made_with, ids, kept["signatures"], pairs, kept["only_judged"], is_of_two), ""


def write_index(path: Path, index: PairIndex) -> None:
    """Put an index in the place of the one before, of which no byte stays in the file."""
    payload = io.BytesIO()
    pairs = index.pairs
    told = "\n".join((index.made_with, "of two" if index.is_of_two else "", *index.record_ids)).encode()
    np.savez(
        payload,
        told=np.frombuffer(told, dtype=np.uint8),
        signatures=index.signatures,
        only_judged=index.only_judged,
        left=pairs.left,
        right=pairs.right,
        pattern=pairs.pattern,
        rule=pairs.rule,
    )
    written = payload.getvalue()
    # Made for the owner only, whatever the umask.
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), OWNER_ONLY)
            file.write(FIRST_LINE + hashlib.sha256(written).digest() + written)
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
