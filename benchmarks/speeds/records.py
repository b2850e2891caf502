"""Synthetic persons in any number, made by numpy from a seed: names after Zipf, some with slips.

`write_records(path, count, seed)` writes Parquet with record_id, given_name, surname, date_of_birth (ISO), town,
postcode, phone and, for the truth, person. `skewed`: 5 % of all records are named MOHAMED and born on 1 January.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PERSONS_PER_RECORD = 0.7
GIVEN, SURNAMES, TOWNS = 6_000, 60_000, 1_200
ONSETS = [
    "b",
    "br",
    "ch",
    "d",
    "dj",
    "f",
    "g",
    "gh",
    "h",
    "j",
    "k",
    "kh",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "sch",
    "sh",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "y",
    "z",
]
VOWELS = ["a", "aa", "e", "ee", "i", "ie", "o", "oe", "ou", "u"]
CODAS = ["", "", "d", "k", "l", "m", "n", "ng", "r", "rs", "s", "t"]
LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
SLIPS = {"given_name": 0.12, "surname": 0.12, "date_of_birth": 0.08}
MISSING = {"given_name": 0.01, "surname": 0.01, "date_of_birth": 0.05, "postcode": 0.15, "phone": 0.4, "town": 0.05}
MOVED, OTHER_PHONE = 0.25, 0.2
SKEWED_SHARE, SKEWED_NAME = 0.05, "mohamed"
AT_ONCE = 1_000_000


def write_records(path: Path, count: int, seed: int = 1, skewed: bool = False) -> Path:
    """Write so many records; the first of a larger table are not those of a smaller one."""
    words, random = np.random.default_rng(0), np.random.default_rng(seed)
    # The same names and towns whatever the seed: other records of the same country.
    pools = {
        "given_name": _words(words, GIVEN, 2),
        "surname": _words(words, SURNAMES, 3),
        "town": _words(words, TOWNS, 3),
    }
    persons = int(count * PERSONS_PER_RECORD)
    of = np.concatenate((np.arange(persons), random.integers(0, persons, count - persons)))
    random.shuffle(of)
    true = _persons(random, persons, pools)
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for start in range(0, count, AT_ONCE):
            writer.write_table(_registrations(random, of[start : start + AT_ONCE], true, pools, start, skewed))
    return path


SCHEMA = pa.schema(
    [("record_id", pa.int64())]
    + [(name, pa.string()) for name in ("given_name", "surname", "date_of_birth", "town", "postcode", "phone")]
    + [("person", pa.int64())]
)


def _words(random: np.random.Generator, count: int, syllables: int) -> np.ndarray:
    made: dict[str, None] = {}
    while len(made) < count:
        parts = [random.choice(ONSETS) + random.choice(VOWELS) + random.choice(CODAS) for _ in range(syllables)]
        made["".join(parts[: max(2, random.integers(1, syllables + 1))])] = None
    return np.array(list(made), dtype=object)


def _zipf(random: np.random.Generator, pool: int, count: int, power: float) -> np.ndarray:
    """Places in a pool; the share of each falls with its rank to a power."""
    shares = 1.0 / np.arange(4, pool + 4) ** power
    return np.searchsorted(np.cumsum(shares / shares.sum()), random.random(count)).clip(max=pool - 1)


def _persons(random: np.random.Generator, count: int, pools: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    day = random.integers(0, 55 * 365, count)
    town = _zipf(random, len(pools["town"]), count, 0.8)
    return {
        "given_name": _zipf(random, GIVEN, count, 0.9),
        "surname": _zipf(random, SURNAMES, count, 0.7),
        "date_of_birth": np.where(random.random(count) < 0.03, day - day % 365, day),
        "town": town,
        "postcode": _postcode(random, town),
        "phone": random.integers(10_000_000, 99_999_999, count),
    }


def _postcode(random: np.random.Generator, town: np.ndarray) -> np.ndarray:
    return (1000 + town * 7 % 9000) * 100 + random.integers(0, 60, len(town))


def _registrations(
    random: np.random.Generator,
    of: np.ndarray,
    true: dict[str, np.ndarray],
    pools: dict[str, np.ndarray],
    start: int,
    skewed: bool,
) -> pa.Table:
    count = len(of)
    codes = {name: values[of] for name, values in true.items()}
    moved = random.random(count) < MOVED
    codes["town"] = np.where(moved, _zipf(random, TOWNS, count, 0.8), codes["town"])
    codes["postcode"] = np.where(moved, _postcode(random, codes["town"]), codes["postcode"])
    other = random.random(count) < OTHER_PHONE
    codes["phone"] = np.where(other, random.integers(10_000_000, 99_999_999, count), codes["phone"])
    born = _slipped_dates(random, codes["date_of_birth"])
    text = {name: pools[name][codes[name]] for name in pools}
    for name in ("given_name", "surname"):
        at = np.flatnonzero(random.random(count) < SLIPS[name])
        text[name][at] = [_misspelt(random, word) for word in text[name][at]]
    text["date_of_birth"] = born.astype("datetime64[D]").astype(str).astype(object)
    text["postcode"] = _written(codes["postcode"])
    text["phone"] = np.char.add("06", codes["phone"].astype(str)).astype(object)
    if skewed:
        at = np.flatnonzero(random.random(count) < SKEWED_SHARE)
        text["given_name"][at] = SKEWED_NAME
        text["date_of_birth"][at] = [f"{date[:4]}-01-01" for date in text["date_of_birth"][at]]
    columns = {"record_id": np.arange(start, start + count)}
    for name in SCHEMA.names[1:-1]:
        values = text[name]
        values[random.random(count) < MISSING[name]] = None
        columns[name] = values
    columns["person"] = of
    return pa.table(columns, schema=SCHEMA)


def _written(postcode: np.ndarray) -> np.ndarray:
    letters = postcode % 100
    two = [chr(65 + one // 8) + chr(65 + one % 8) for one in range(60)]
    return np.array(
        [f"{of // 100}{two[place]}" for of, place in zip(postcode.tolist(), letters.tolist(), strict=True)],
        dtype=object,
    )


def _slipped_dates(random: np.random.Generator, day: np.ndarray) -> np.ndarray:
    born = np.datetime64("1950-01-01") + day
    slip = random.random(len(born))
    other = born.copy()
    year = born.astype("datetime64[Y]")
    wrong_year = slip < 0.03
    shift = random.choice([-10, -2, -1, 1, 2, 10], len(born)).astype("timedelta64[Y]")
    other[wrong_year] = ((year + shift).astype("datetime64[D]") + (born - year.astype("datetime64[D]")))[wrong_year]
    wrong_day = (slip >= 0.03) & (slip < SLIPS["date_of_birth"])
    month = born.astype("datetime64[M]").astype("datetime64[D]")
    other[wrong_day] = (month + random.integers(0, 28, len(born)))[wrong_day]
    return other


def _misspelt(random: np.random.Generator, word: str) -> str:
    at, kind = int(random.integers(0, len(word))), random.integers(0, 4)
    letter = chr(LETTERS[random.integers(0, 26)])
    if kind == 0:
        return word[:at] + letter + word[at + 1 :]
    if kind == 1 and len(word) > 2:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + letter + word[at:]
    return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
