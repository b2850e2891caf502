"""The columns of a held table, in the form in which pairs are compared (`encoded.Encoded`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from linkage.table.dates import Dates
from linkage.table.declared import Compared
from linkage.table.encoded import Encoded, as_key
from linkage.table.held.stack import Sorted, Stack, digests, in_order
from linkage.table.letters import Letters
from linkage.table.names import NAME_KINDS, Elsewhere, known_as_bits

LETTERS = ("bits", "beside", "length", "start", "has_blank")
DATES = ("year", "month", "day", "digits", "is_whole", "is_by_year")


class HeldColumn:
    """One column over several pieces. Stands in for `Encoded` where pairs are compared."""

    def __init__(self, compared: Compared, at: int, pieces: Sequence[Mapping[str, np.ndarray]]) -> None:
        def stack(name: str) -> Stack:
            return Stack([piece[f"{name}_{at}"] for piece in pieces])

        self.compared = compared
        self.codes = _OfRow(Stack([piece["codes"] for piece in pieces]), at)
        self.shares, self.digests = stack("share"), stack("digest")
        self.values = self.shares  # of which only the number is asked
        self.texts = _Texts(pieces, at)
        self.words = _Words(self.texts)
        self.by_digest = Sorted([(piece[f"sorted_{at}"], piece[f"code_{at}"]) for piece in pieces])
        self.word_shares = _Shares(pieces[0].get(f"words_{at}"), pieces[0].get(f"word_shares_{at}"))
        self.letters: Letters | None = None
        self.known_as: Any = None
        if compared.kind == "date":
            self.dates = Dates.__new__(Dates)
            for name in DATES:
                setattr(self.dates, name, stack(name))
        elif compared.kind != "identifiers":
            self.letters = Letters(*(stack(name) for name in LETTERS))  # type: ignore[arg-type]
        if compared.kind == "given_name":
            self.known_as = stack("known_as")

    def codes_of(self, column: Encoded) -> tuple[np.ndarray, list[int]]:
        """Return the codes here of the values of another column; and the places of those that are not here.

        Those get the codes that they will have when they are added.
        """
        texts = [as_key(value) for value in column.values]
        found = self.by_digest.first(digests(texts))
        held = np.flatnonzero(found >= 0)
        # Two texts may have one digest; then the second is a value of its own.
        same = self.texts[found[held]] == np.array([texts[at] for at in held], dtype=object)
        found[held[~same]] = -1
        fresh = np.flatnonzero(found < 0)
        found[fresh] = len(self.values) + np.arange(len(fresh))
        return found, fresh.tolist()


class HeldNames(Elsewhere):
    """Names that stand in another column, over several pieces: the digest of a name stands for it."""

    def __init__(self, columns: Sequence[HeldColumn], pieces: Sequence[Mapping[str, np.ndarray]], rows: int) -> None:
        self._single = [at for at, column in enumerate(columns) if column.compared.kind in NAME_KINDS[1:]]
        self._value = {at: _NameOfRow(columns[at]) for at in self._single}  # type: ignore[misc]
        self._share = _Shares(pieces[0]["names"], pieces[0]["name_shares"], 1.0 / max(rows, 1))  # type: ignore[assignment]
        self._columns = columns
        self._words = []
        self.has_whole_names = False

    def _agree(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        numbers = np.unique(np.concatenate((one, other)))
        self._names = dict(zip(numbers.tolist(), self._texts(numbers), strict=True))  # type: ignore[assignment]
        return super()._agree(one, other)

    def _texts(self, numbers: np.ndarray) -> list[str]:
        found = np.full(len(numbers), "", dtype=object)
        for at in self._single:
            column = self._columns[at]
            halves = Sorted([(keys >> np.uint64(1), codes) for keys, codes in column.by_digest.parts])
            codes = halves.first(numbers.astype(np.uint64))
            here = np.flatnonzero(codes >= 0)
            found[here] = column.texts[codes[here]]
        return list(found)


def name_number(digest: np.ndarray) -> np.ndarray:
    """Return digests of names as numbers from 0 on."""
    return np.asarray((digest >> np.uint64(1)).astype(np.int64))


def value_arrays(column: Encoded, fresh: Sequence[int], first_code: int, shares: np.ndarray) -> dict[str, np.ndarray]:
    """Return what is kept of some values of a column. Codes go on from `first_code`. `shares`: how common each is."""
    values = [column.values[at] for at in fresh]
    texts = [as_key(value) for value in values]
    digest = digests(texts)
    ordered, codes = in_order(digest, first_code + np.arange(len(values), dtype=np.int32))
    written = [text.encode() for text in texts]
    found: dict[str, np.ndarray] = {
        "digest": digest,
        "sorted": ordered,
        "code": codes.astype(np.int32),
        "share": shares,
        "text": np.frombuffer(b"".join(written), dtype=np.uint8),
        "end": np.cumsum([len(text) for text in written], dtype=np.int64),
    }
    if column.compared.kind == "date":
        dates = Dates(values)
        found |= {name: getattr(dates, name) for name in DATES}
    else:
        letters = Letters.of(texts)
        found |= {name: getattr(letters, name) for name in LETTERS}
    if column.compared.kind == "given_name":
        own = Encoded(column.compared, values, np.empty(0, dtype=np.int32))
        found["known_as"] = known_as_bits(own)
    return found


def share_arrays(shares: Mapping[str, float], name: str, of: str) -> dict[str, np.ndarray]:
    """Return how common words are, by their digests in order."""
    numbers, values = in_order(digests(list(shares)), np.array(list(shares.values()), dtype=np.float64))
    return {name: numbers, of: values}


class _OfRow:
    """One column of a matrix of codes."""

    def __init__(self, codes: Stack, at: int) -> None:
        self._codes, self._at = codes, at

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return np.asarray(self._codes[rows][:, self._at])


class _NameOfRow:
    def __init__(self, column: HeldColumn) -> None:
        self._column = column

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        codes = self._column.codes[rows]
        found = np.full(len(codes), -1, dtype=np.int64)
        known = codes >= 0
        found[known] = name_number(self._column.digests[codes[known]])
        return found


class _Texts:
    """Texts by their codes."""

    def __init__(self, pieces: Sequence[Mapping[str, np.ndarray]], at: int) -> None:
        self._pieces = [(piece[f"text_{at}"], piece[f"end_{at}"]) for piece in pieces]
        self._ends = np.cumsum([len(end) for _, end in self._pieces])

    def __getitem__(self, codes: np.ndarray) -> np.ndarray:
        distinct, place = np.unique(np.asarray(codes, dtype=np.int64), return_inverse=True)
        texts = np.empty(len(distinct), dtype=object)
        of_piece = np.searchsorted(self._ends, distinct, side="right")
        for piece, (letters, ends) in enumerate(self._pieces):
            own = np.flatnonzero(of_piece == piece)
            at = distinct[own] - (int(self._ends[piece]) - len(ends))
            starts = np.where(at > 0, ends[np.maximum(at - 1, 0)], 0).tolist()
            for to, start, end in zip(own.tolist(), starts, ends[at].tolist(), strict=True):
                texts[to] = letters[start:end].tobytes().decode()
        return texts[place]


class _Words:
    def __init__(self, texts: _Texts) -> None:
        self._texts = texts

    def __getitem__(self, code: int) -> tuple[str, ...]:
        return tuple(self._texts[np.array([code])][0].split())


class _Shares:
    """How common words are; of words that were not there, that of one record."""

    def __init__(self, numbers: np.ndarray | None, shares: np.ndarray | None, least: float = 0.0) -> None:
        self._numbers = np.empty(0, dtype=np.uint64) if numbers is None else numbers
        self._shares = np.empty(0) if shares is None else shares
        self._least = least if least or not len(self._shares) else float(self._shares.min())

    def __getitem__(self, asked: Any) -> Any:
        if isinstance(asked, str):
            return float(self._of(digests([asked]), self._numbers)[0])
        return self._of(np.asarray(asked), self._halves())

    def _of(self, numbers: np.ndarray, known: np.ndarray) -> np.ndarray:
        if not len(known):
            return np.full(len(numbers), self._least)
        at = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
        return np.where(known[at] == numbers, self._shares[at], self._least)

    def _halves(self) -> np.ndarray:
        return name_number(self._numbers)
