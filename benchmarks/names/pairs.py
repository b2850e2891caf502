"""Pairs of names of one person, and of two: random pairs, and four kinds that look alike.

Persons and look-alike names fall in a development half and a held-out half by a hash of the name, so that rules and
costs are chosen on the one and judged on the other.
"""

from __future__ import annotations

import csv
import random
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.names import plain

HERE = Path(__file__).parent
HALVES = ("development", "held out")
LOOK_ALIKE = ("family name shared", "given name shared", "look-alike given name", "father and son swapped")
TITLES = {"sheikh", "mullah", "umm", "abu"}
LINKS = {"al", "el", "bin", "ben", "ibn", "de", "van", "der", "den", "as", "az", "ud", "ur", "din", "abd"}


@dataclass(frozen=True)
class NamePair:
    """Two names as written, whether they are of one person, and what kind of pair it is."""

    one: str
    other: str
    is_one_person: bool
    kind: str


@dataclass(frozen=True)
class Person:
    """A person of the list: tradition, and every spelling of the name, the usual one first."""

    tradition: str
    names: tuple[str, ...]

    @property
    def half(self) -> str:
        """The half of the list that the person belongs to."""
        return half_of(self.names[0])


def half_of(text: str) -> str:
    """The half that a name falls in, for ever the same."""
    return HALVES[zlib.crc32(plain(text).encode()) % 2]


def persons(path: Path = HERE / "true_pairs.tsv") -> list[Person]:
    """The persons of the list of spellings."""
    return [
        Person(row["tradition"], (row["name"], *row["other_spellings"].split("; ")))
        for row in _rows(path)
        if row["other_spellings"]
    ]


def pairs(half: str, count: int, seed: int) -> list[NamePair]:
    """`count` pairs of a half: every true pair, and random and look-alike pairs of two persons in equal parts."""
    people = [person for person in persons() if person.half == half]
    true = [NamePair(person.names[0], name, True, person.tradition) for person in people for name in person.names[1:]]
    chance = random.Random(f"{seed} {half}")
    wanted = max(count - len(true), 2)
    makers = {
        LOOK_ALIKE[0]: _family_shared(people, chance),
        LOOK_ALIKE[1]: _given_shared(people, chance),
        LOOK_ALIKE[2]: _look_alike(people, half, chance),
        LOOK_ALIKE[3]: _swapped(people, chance),
    }
    found = true + [NamePair(*_two_persons(people, chance), False, "random") for _ in range(wanted // 2)]
    for kind, maker in makers.items():
        found += [NamePair(*next(maker), False, kind) for _ in range(wanted // 2 // len(makers))]
    chance.shuffle(found)
    return found


def pairs_in(path: Path) -> list[NamePair]:
    """Labelled pairs of a file of one's own, with the columns name1, name2 and is_match, and perhaps a group."""
    return [
        NamePair(row["name1"], row["name2"], row["is_match"].lower() in ("true", "1", "yes"), row.get("group") or "all")
        for row in _rows(path)
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t" if "\t" in lines[0] else ","))


def _two_persons(people: list[Person], chance: random.Random) -> tuple[str, str]:
    one, other = chance.sample(people, 2)
    while not _are_different(one, other):
        one, other = chance.sample(people, 2)
    return chance.choice(one.names), chance.choice(other.names)


def _split(person: Person, name: str) -> tuple[str, str]:
    """Given name and family name of a spelling, near enough: the family stands first in China, Korea and Vietnam."""
    words = name.split()
    if person.tradition in ("chinese", "korean", "vietnamese"):
        return " ".join(words[1:]), words[0]
    return words[0], " ".join(words[1:])


def _by_tradition(people: list[Person]) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        first = plain(person.names[0]).split()[0]
        if len(person.names[0].split()) > 1 and first not in TITLES:
            found[person.tradition].append(person)
    return {tradition: group for tradition, group in found.items() if len(group) > 1}


def _crossed(people: list[Person], chance: random.Random, kept: int) -> Iterator[tuple[str, str]]:
    """One person, and another who has the given name (0) or the family name (1) of the first in any spelling."""
    groups = list(_by_tradition(people).values())
    weights = [len(group) for group in groups]
    while True:
        one, other = chance.sample(chance.choices(groups, weights)[0], 2)
        mine, theirs = _split(one, chance.choice(_alike_in_build(one))), _split(other, other.names[0])
        if _are_different(one, other):
            parts = (mine[0], theirs[1]) if kept == 0 else (theirs[0], mine[1])
            yield one.names[0], " ".join(parts)


def _alike_in_build(person: Person) -> list[str]:
    """Spellings with as many words as the usual one and in its order, as far as a comma tells."""
    words = len(person.names[0].split())
    return [name for name in person.names if len(name.split()) == words and "," not in name]


def _are_different(one: Person, other: Person) -> bool:
    """Whether two persons have no word in common in any spelling: Sergei and Serhiy may be one given name."""
    words, others = ({word for name in person.names for word in plain(name).split()} for person in (one, other))
    return len(words & others - LINKS) == 0


def _family_shared(people: list[Person], chance: random.Random) -> Iterator[tuple[str, str]]:
    return _crossed(people, chance, 1)


def _given_shared(people: list[Person], chance: random.Random) -> Iterator[tuple[str, str]]:
    return _crossed(people, chance, 0)


def _look_alike(people: list[Person], half: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Brothers and sisters whose given names look alike, with the family name in any of its spellings."""
    groups = _by_tradition(people)
    near = [row for row in _rows(HERE / "near_names.tsv") if half_of(row["name"]) == half]
    while True:
        row = chance.choice(near)
        group = groups.get(row["tradition"])
        if group is None:
            continue
        person = chance.choice(group)
        one, other = _split(person, person.names[0])[1], _split(person, chance.choice(_alike_in_build(person)))[1]
        yield f"{row['name']} {one}", f"{row['another_name']} {other}"


def _swapped(people: list[Person], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Father and son: "Salman bin Muhammad" and "Muhammad bin Salman", each name in any of its spellings."""
    group = [person for person in people if person.tradition == "arabic" and len(person.names[0].split()) > 1]
    links = ("bin", "ibn", "ben", "ould")
    while True:
        one, other = chance.sample(group, 2)
        son, father = (_split(person, person.names[0])[0] for person in (one, other))
        son_again, father_again = (_split(person, chance.choice(_alike_in_build(person)))[0] for person in (one, other))
        if _are_different(one, other):
            yield f"{son} {chance.choice(links)} {father}", f"{father_again} {chance.choice(links)} {son_again}"
