"""Three synthetic lists of voters that share persons: a name, a town and a postcode, a fifth of the fields damaged.

Columns: recid (the truth), givenname, surname, suburb, postcode, and source; no list holds a person twice. Town and
postcode say the same thing twice. What is damaged is mistyped, misread, misheard or missing.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.tables.slips import with_slip

FIELDS = ("givenname", "surname", "suburb", "postcode")
SOURCES = ("a", "b", "c")
IN_ALL, IN_TWO = 0.2, 0.04  # of each list: persons in all three, and in it and one certain other
MOVED, RENAMED = 0.03, 0.01  # between two lists
SECOND_SLIP, MISSING = 0.3, 0.1  # of the damaged fields


def voters(records: int = 5_000, damaged: float = 0.2, seed: int = 1) -> pd.DataFrame:
    """Return three lists of `records` rows each, a share `damaged` of their fields damaged, in random order."""
    chance = np.random.default_rng(seed)
    facts = tomllib.loads(Path(__file__).with_name("voters.toml").read_text("utf-8"))
    persons = _Persons(facts, chance)
    everywhere, pairwise = int(records * IN_ALL), int(records * IN_TWO)
    number, rows = 0, []
    held = [(SOURCES, everywhere), (("a", "b"), pairwise), (("a", "c"), pairwise), (("b", "c"), pairwise)]
    held += [((source,), records - everywhere - 2 * pairwise) for source in SOURCES]
    for sources, count in held:
        for _ in range(count):
            person = persons.one()
            for source in sources:
                fields = persons.later(person) if source != sources[0] else person
                rows.append({"recid": number, "source": source, **_damaged(fields, damaged, chance)})
            number += 1
    table = pd.DataFrame(rows).sample(frac=1, random_state=seed).reset_index(drop=True)
    return table.assign(id=[f"{source}{at:06d}" for at, source in enumerate(table["source"])])


class _Persons:
    def __init__(self, facts: dict[str, Any], chance: np.random.Generator) -> None:
        self.facts, self.chance = facts, chance
        self.given = facts["given"]["names"].split()
        tail = [stem + end for stem in facts["surnames"]["stems"].split() for end in facts["surnames"]["ends"].split()]
        self.family = list(dict.fromkeys([*facts["surnames"]["names"].split(), *chance.permutation(tail).tolist()]))
        self.towns = list(facts["suburbs"])
        self.shares = [self._zipf(len(self.given), 8.0), self._zipf(len(self.family), 25.0), self._town_shares()]

    @staticmethod
    def _zipf(count: int, offset: float) -> np.ndarray:
        weights = 1.0 / (np.arange(count) + offset)
        return np.asarray(weights / weights.sum())

    def _town_shares(self) -> np.ndarray:
        weights = np.array([float(fact[0]) for fact in self.facts["suburbs"].values()])
        return np.asarray(weights / weights.sum())

    def one(self) -> dict[str, str]:
        given, family = (self.chance.choice(len(p), p=p) for p in self.shares[:2])
        return {"givenname": self.given[given], "surname": self.family[family], **self._home()}

    def _home(self) -> dict[str, str]:
        town = self.towns[self.chance.choice(len(self.towns), p=self.shares[2])]
        _, first, count = self.facts["suburbs"][town]
        return {"suburb": town, "postcode": str(first + int(self.chance.integers(count)))}

    def later(self, person: dict[str, str]) -> dict[str, str]:
        """The same person in another list: few have moved or changed name."""
        home = self._home() if self.chance.random() < MOVED else {}
        name = {"surname": self.one()["surname"]} if self.chance.random() < RENAMED else {}
        return {**person, **home, **name}


def _damaged(fields: dict[str, str], share: float, chance: np.random.Generator) -> dict[str, str | None]:
    written: dict[str, str | None] = {}
    for name in FIELDS:
        value = fields[name]
        if chance.random() >= share:
            written[name] = value
        elif chance.random() < MISSING:
            written[name] = None
        else:
            slipped = with_slip(value, chance)
            written[name] = with_slip(slipped, chance) if chance.random() < SECOND_SLIP else slipped
    return written
