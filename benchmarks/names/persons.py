"""Persons of the lists of spellings, and the half of the list that each belongs to."""

from __future__ import annotations

import csv
import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.names import plain

HERE = Path(__file__).parent
HALVES = ("development", "held out")
FAMILY_FIRST = ("chinese", "korean", "vietnamese")
TITLES = {"sheikh", "mullah", "umm", "abu", "abd", "dhu", "izz"}
LINKS = {"al", "el", "bin", "ben", "ibn", "de", "van", "der", "den", "as", "az", "ud", "ur", "din", "abd"}


@dataclass(frozen=True)
class Person:
    """A person of the list: tradition, and every spelling of the name, the usual one first."""

    tradition: str
    names: tuple[str, ...]

    @property
    def half(self) -> str:
        """The half of the list that the person belongs to."""
        return half_of(self.names[0])

    @property
    def alike_in_build(self) -> list[str]:
        """Spellings with as many words as the usual one and in its order, as far as a comma tells."""
        words = len(self.names[0].split())
        return [name for name in self.names if len(name.split()) == words and "," not in name]


def half_of(text: str) -> str:
    """The half that a name falls in, for ever the same."""
    return HALVES[zlib.crc32(plain(text).encode()) % 2]


def persons(path: Path = HERE / "true_pairs.tsv") -> list[Person]:
    """The persons of a list of spellings."""
    return [
        Person(row["tradition"], (row["name"], *row["other_spellings"].split("; ")))
        for row in rows(path)
        if row["other_spellings"]
    ]


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table, with tabs or commas; a line that begins with # is a remark."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t" if "\t" in lines[0] else ","))


def split(person: Person, name: str) -> tuple[str, str]:
    """Given name and family name of a spelling, near enough: the family stands first in China, Korea and Vietnam."""
    words = name.split()
    if person.tradition in FAMILY_FIRST:
        return " ".join(words[1:]), words[0]
    return words[0], " ".join(words[1:])


def by_tradition(people: Sequence[Person]) -> dict[str, list[Person]]:
    """Persons with a given and a family name, by tradition, where there are two at least."""
    found: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        first = plain(person.names[0]).split()[0]
        if len(person.names[0].split()) > 1 and first not in TITLES:
            found[person.tradition].append(person)
    return {tradition: group for tradition, group in found.items() if len(group) > 1}


def are_different(one: Person, other: Person) -> bool:
    """Whether two persons have no word in common in any spelling: Sergei and Serhiy may be one given name."""
    words, others = ({word for name in person.names for word in plain(name).split()} for person in (one, other))
    return len(words & others - LINKS) == 0


def with_groups(
    people: Sequence[Person], chance: random.Random, count: int
) -> Iterator[tuple[Person, tuple[Person, ...]]]:
    """So many persons of one tradition, the first apart from the others; traditions by their size, for ever."""
    groups = [group for group in by_tradition(people).values() if len(group) >= count]
    weights = [len(group) for group in groups]
    while True:
        one, *others = chance.sample(chance.choices(groups, weights)[0], count)
        yield one, tuple(others)
