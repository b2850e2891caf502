"""Pairs of names of one person, and of two: random pairs, and kinds that look alike.

Persons and look-alike names fall in a development half and a held-out half by a hash of the name, so that rules and
costs are chosen on the one and judged on the other. The second list was written apart from the rules; its pairs of
two persons are of more kinds, and harder.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.names.look_alike import common_name_shared, nearest_by_spelling, two_words_shared
from benchmarks.names.persons import HERE, Person, are_different, by_tradition, half_of, persons, rows, split

FIRST_KINDS = ("family name shared", "given name shared", "look-alike given name", "father and son swapped")


class NameList(NamedTuple):
    """A list of spellings, the look-alike given names that go with it, and whether harder kinds are tried."""

    spellings: Path
    near_names: Path
    is_hard: bool


LISTS = {
    "first": NameList(HERE / "true_pairs.tsv", HERE / "near_names.tsv", False),
    "second": NameList(HERE / "second_pairs.tsv", HERE / "second_near_names.tsv", True),
}


@dataclass(frozen=True)
class NamePair:
    """Two names as written, whether they are of one person, and what kind of pair it is."""

    one: str
    other: str
    is_one_person: bool
    kind: str


def pairs(half: str, count: int, seed: int, name_list: str = "first") -> list[NamePair]:
    """`count` pairs of a half: every true pair, and random and look-alike pairs of two persons in equal parts."""
    of_list = LISTS[name_list]
    people = [person for person in persons(of_list.spellings) if person.half == half]
    true = [NamePair(person.names[0], name, True, person.tradition) for person in people for name in person.names[1:]]
    chance = random.Random(f"{seed} {half}")
    wanted = max(count - len(true), 2)
    makers = {
        FIRST_KINDS[0]: _crossed(people, chance, 1),
        FIRST_KINDS[1]: _crossed(people, chance, 0),
        FIRST_KINDS[2]: _look_alike(people, half, chance, of_list.near_names),
        FIRST_KINDS[3]: _swapped(people, chance),
    }
    if of_list.is_hard:
        makers |= {
            "nearest by spelling": nearest_by_spelling(people, chance),
            "two words shared": two_words_shared(people, chance),
            "common name shared": common_name_shared(people, chance),
        }
    # As many random pairs as pairs that look alike; in the second list a quarter.
    at_random = wanted // 4 if of_list.is_hard else wanted // 2
    found = true + [NamePair(*_two_persons(people, chance), False, "random") for _ in range(at_random)]
    for kind, maker in makers.items():
        found += [NamePair(*next(maker), False, kind) for _ in range((wanted - at_random) // len(makers))]
    chance.shuffle(found)
    return found


def pairs_in(path: Path) -> list[NamePair]:
    """Labelled pairs of a file of one's own, with the columns name1, name2 and is_match, and perhaps a group."""
    return [
        NamePair(row["name1"], row["name2"], row["is_match"].lower() in ("true", "1", "yes"), row.get("group") or "all")
        for row in rows(path)
    ]


def _two_persons(people: list[Person], chance: random.Random) -> tuple[str, str]:
    one, other = chance.sample(people, 2)
    while not are_different(one, other):
        one, other = chance.sample(people, 2)
    return chance.choice(one.names), chance.choice(other.names)


def _crossed(people: list[Person], chance: random.Random, kept: int) -> Iterator[tuple[str, str]]:
    """One person, and another who has the given name (0) or the family name (1) of the first in any spelling."""
    groups = list(by_tradition(people).values())
    weights = [len(group) for group in groups]
    while True:
        one, other = chance.sample(chance.choices(groups, weights)[0], 2)
        mine, theirs = split(one, chance.choice(one.alike_in_build)), split(other, other.names[0])
        if are_different(one, other):
            parts = (mine[0], theirs[1]) if kept == 0 else (theirs[0], mine[1])
            yield one.names[0], " ".join(parts)


def _look_alike(people: list[Person], half: str, chance: random.Random, near_names: Path) -> Iterator[tuple[str, str]]:
    """Brothers and sisters whose given names look alike, with the family name in any of its spellings."""
    groups = by_tradition(people)
    near = [row for row in rows(near_names) if half_of(row["name"]) == half]
    while True:
        row = chance.choice(near)
        group = groups.get(row["tradition"])
        if group is None:
            continue
        person = chance.choice(group)
        one, other = split(person, person.names[0])[1], split(person, chance.choice(person.alike_in_build))[1]
        yield f"{row['name']} {one}", f"{row['another_name']} {other}"


def _swapped(people: list[Person], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Father and son: "Salman bin Muhammad" and "Muhammad bin Salman", each name in any of its spellings."""
    group = by_tradition(people)["arabic"]
    links = ("bin", "ibn", "ben", "ould")
    while True:
        one, other = chance.sample(group, 2)
        son, father = (split(person, person.names[0])[0] for person in (one, other))
        son_again, father_again = (split(person, chance.choice(person.alike_in_build))[0] for person in (one, other))
        if are_different(one, other):
            yield f"{son} {chance.choice(links)} {father}", f"{father_again} {chance.choice(links)} {son_again}"
