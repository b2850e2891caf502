"""A synthetic table of historical persons, each written down about ten times with all that goes wrong over centuries.

Columns: unique_id, cluster (the truth), full_name, first_and_surname, first_name, surname, dob, birth_place,
postcode_fake, gender, occupation. first_and_surname repeats the two names, full_name repeats them with more names and
titles. The first record of a person is right; each further one has some things wrong, left out or otherwise put.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.tables.slips import mistyped, with_slip

FIRST_DAY, DAYS = date(1600, 1, 1), 120_000
LEAST_RECORDS, MOST_RECORDS = 1, 19
WOMEN, YEAR_ONLY, TITLED, OTHER_FAMILY_NAME = 0.2, 0.15, 0.15, 0.15
# How often each thing is wrong in a record that has something wrong, against the others.
WRONG: Mapping[str, float] = {
    "alias": 2.5, "short": 2.0, "slip_given": 1.0, "slip_family": 1.5, "exchanged": 0.4, "no_given": 0.3,
    "no_family": 0.3, "new_year": 1.0, "day_off": 0.6, "digit": 0.6, "no_date": 1.2, "county": 0.8, "elsewhere": 0.5,
    "no_place": 1.2, "near_postcode": 2.5, "far_postcode": 0.8, "no_postcode": 1.2, "other_work": 0.8, "no_work": 1.5,
    "no_gender": 1.0,
}  # fmt: skip
MOST_WRONG, STOP = 8, 0.32


class Society:
    """What persons are made of: names, places and occupations with how common they are (`historical.toml`)."""

    def __init__(self, chance: np.random.Generator) -> None:
        self.chance = chance
        self.facts: dict[str, Any] = tomllib.loads(Path(__file__).with_name("historical.toml").read_text("utf-8"))
        self.given = {sex: self._shares(shares) for sex, shares in self.facts["given"].items()}
        self.surnames = self._shares(self._surname_weights())
        self.places = self._shares({name: fact[0] for name, fact in self.facts["places"].items()})
        self.work = self._shares({name: fact[0] for name, fact in self.facts["occupations"].items()})

    @staticmethod
    def _shares(weights: Mapping[str, float]) -> tuple[list[str], np.ndarray]:
        numbers = np.array(list(weights.values()), dtype=float)
        return list(weights), numbers / numbers.sum()

    def _surname_weights(self) -> dict[str, float]:
        words = self.facts["surnames"]["common"].split()
        weights = {name: float(weight) for name, weight in zip(words[::2], words[1::2], strict=True)}
        stems, ends = self.facts["surnames"]["stems"].split(), self.facts["surnames"]["ends"].split()
        rare = [stem + end for stem in stems for end in ends]
        for rank, at in enumerate(self.chance.permutation(len(rare)).tolist()):
            weights.setdefault(rare[at], 60.0 / (rank + 15.0) + 0.8)
        return weights

    def pick(self, shares: tuple[list[str], np.ndarray]) -> str:
        """Return one of the options, as often as their shares say."""
        return shares[0][int(self.chance.choice(len(shares[0]), p=shares[1]))]

    def one_of(self, options: list[str]) -> str:
        """Return one of the options, each as likely."""
        return options[int(self.chance.integers(len(options)))]

    def happens(self, share: float) -> bool:
        """Return whether something of such a share happens."""
        return bool(self.chance.random() < share)

    def person(self) -> dict[str, Any]:
        """One person: the names used, the first day of life, a place, a post code and an occupation."""
        sex = "female" if self.happens(WOMEN) else "male"
        given = [self.pick(self.given[sex]) for _ in range(1 + self.happens(0.4) + self.happens(0.1))]
        family, place = self.pick(self.surnames), self.pick(self.places)
        names = [f"{given[0]} {family}", " ".join([*given, family])]
        if self.happens(TITLED):
            title = self.one_of(self.facts["titles"][sex])
            names.append(f"{given[0]} {family} {title} {self.one_of([family, place])}")
        if self.happens(OTHER_FAMILY_NAME * (2.5 if sex == "female" else 0.6)):
            names.append(f"{given[0]} {self.pick(self.surnames)}")
        born = FIRST_DAY + timedelta(days=int(DAYS * self.chance.beta(3.0, 1.5)))
        return {
            "names": names, "sex": sex, "place": place, "postcode": self.postcode(place),
            "born": born.replace(month=1, day=1) if self.happens(YEAR_ONLY) else born,
            "work": self.pick(self.work),
        }  # fmt: skip

    def postcode(self, place: str) -> str:
        """Return a post code of a place."""
        letters = "abdefghjlnpqrstuwxyz"
        area = self.one_of(self.facts["places"][place][2].split())
        return f"{area} {self.chance.integers(1, 10)}{self.one_of(list(letters))}{self.one_of(list(letters))}"


def historical(persons: int = 5_000, seed: int = 1) -> pd.DataFrame:
    """Return the table: about ten records per person, in random order."""
    chance = np.random.default_rng(seed)
    society = Society(chance)
    rows = []
    for number in range(persons):
        person = society.person()
        for at in range(int(chance.integers(LEAST_RECORDS, MOST_RECORDS + 1))):
            row = _as_written(person, society, wrong=at > 0)
            rows.append({"unique_id": f"H{number:05d}-{at + 1}", "cluster": f"H{number:05d}", **row})
    return pd.DataFrame(rows).sample(frac=1, random_state=seed).reset_index(drop=True)


def _as_written(person: Mapping[str, Any], society: Society, wrong: bool) -> dict[str, str | None]:
    weights = np.array(list(WRONG.values()))
    count = min(int(society.chance.geometric(STOP)), MOST_WRONG) if wrong else 0
    picked = society.chance.choice(list(WRONG), size=count, replace=False, p=weights / weights.sum()).tolist()
    return {**_names(person, society, picked), **_circumstances(person, society, picked)}


def _names(person: Mapping[str, Any], society: Society, wrong: list[str]) -> dict[str, str | None]:
    label = person["names"][int(society.chance.integers(len(person["names"])))] if "alias" in wrong else None
    words = (label or person["names"][0]).split()
    if "short" in wrong and (short := society.facts["short"].get(words[0])):
        words[0] = society.one_of(short.split())
    if "slip_given" in wrong:
        words[0] = with_slip(words[0], society.chance)
    if "slip_family" in wrong:
        words[-1] = with_slip(words[-1], society.chance)
    if "exchanged" in wrong:
        words = [words[-1], *words[1:-1], words[0]]
    first = None if "no_given" in wrong else words[0]
    last = None if "no_family" in wrong or len(words) < 2 else words[-1]
    known = [*([first] if first else []), *words[1:-1], *([last] if last else [])]
    both = [word for word in (first, last) if word]
    return {
        "full_name": " ".join(known) or None, "first_and_surname": " ".join(both) or None,
        "first_name": first, "surname": last,
    }  # fmt: skip


def _circumstances(person: Mapping[str, Any], society: Society, wrong: list[str]) -> dict[str, str | None]:
    born, place, postcode, work = person["born"], person["place"], person["postcode"], person["work"]
    if "day_off" in wrong:
        born += timedelta(days=int(society.chance.integers(-40, 41)))
    day = (born.replace(month=1, day=1) if "new_year" in wrong else born).isoformat()
    if "digit" in wrong:
        at = int(society.chance.choice([2, 3, 6, 8, 9]))
        day = f"{day[:at]}{society.chance.integers(10)}{day[at + 1 :]}"
    if "county" in wrong:
        place = society.facts["places"][place][1]
    if "elsewhere" in wrong:
        place = society.pick(society.places)
    if society.happens(0.02):
        place = mistyped(place, society.chance)
    if "near_postcode" in wrong:
        postcode = society.postcode(person["place"])
    if "far_postcode" in wrong:
        postcode = society.postcode(society.pick(society.places))
    if "other_work" in wrong:
        work = society.one_of([other for other in society.facts["occupations"][work][1:] if other] or [work])
    return {
        "dob": None if "no_date" in wrong else day,
        "birth_place": None if "no_place" in wrong else place,
        "postcode_fake": None if "no_postcode" in wrong else postcode,
        "gender": None if "no_gender" in wrong else person["sex"],
        "occupation": None if "no_work" in wrong else work,
    }  # fmt: skip
