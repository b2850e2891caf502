"""Pairs of two persons that are hard to tell apart by name: each maker goes on for ever, from a seeded chance.

In: persons of one half, with all spellings. Out: two names as written. Names are crossed, so such persons are made up.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import cycle

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from benchmarks.names.persons import Person, are_different, split, with_groups
from connectors.names import plain

NEAREST = 5  # names of other persons per spelling
COMMON = {
    "arabic": "Mohammed Muhammad Mohamed; Ahmed Ahmad Achmed; Ali Aly; Abdullah Abdallah Abdulla; Hassan Hasan",
    "persian": "Mohammad Mohammed; Ali; Hossein Hussein Hosein; Ahmad Ahmed; Abdul; Mullah Haji",
    "slavic": "Aleksandr Alexander Alexandre; Vladimir Wladimir Volodymyr; Sergei Sergey Serhii; Ivanov Ivanow Ivanof",
    "balkan": "Milan; Jovanovic Jovanović; Petrovic Petrović Petrovich; Marko",
    "turkish": "Mehmet Mehmed; Ahmet Ahmed; Ali; Yilmaz Jilmaz; Mustafa",
    "chinese": "Wang; Li Lee; Zhang Chang; Chen; Wei",
    "korean": "Kim; Lee Ri Yi; Pak Park; Chol",
    "burmese": "Aung; Kyaw; Win; Maung",
    "african": "Mamadou Mamadu; Diallo Jallow; Traore Traoré; Moussa Musa; Mohamed Mohammed; Jean",
    "horn": "Mohamed Maxamed Mohammed; Ahmed Axmed; Ali Cali; Abdi Cabdi; Hassan Xasan",
    "indian": "Singh; Kumar; Mohammad Mohd Muhammad; Khan; Abdul",
    "southeast asian": "Abdul; Nguyen Nguyễn; Mohd Mohamad; Abu",
    "spanish": "José Jose; Juan; Rodriguez Rodríguez; Garcia García; Maria María",
    "european": "Jean; Maria; Muller Müller Mueller; Johannes Johann; Michael",
}


def nearest_by_spelling(people: Sequence[Person], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Each spelling beside those of other persons whom Jaro-Winkler takes for the nearest."""
    spelled = [(number, name) for number, person in enumerate(people) for name in person.names]
    plains = [plain(name) for _, name in spelled]
    alike = process.cdist(plains, plains, scorer=JaroWinkler.similarity, dtype=np.float32, workers=1)
    owner = np.array([number for number, _ in spelled])
    alike[owner[:, None] == owner[None, :]] = 0.0
    found: set[tuple[int, int]] = set()
    for one, order in enumerate(np.argsort(-alike, axis=1, kind="stable")[:, : 4 * NEAREST]):
        others = [int(other) for other in order if are_different(people[owner[one]], people[owner[other]])]
        found |= {(min(one, other), max(one, other)) for other in others[:NEAREST]}
    chosen = sorted(found)
    chance.shuffle(chosen)
    for one, other in cycle(chosen):
        yield spelled[one][1], spelled[other][1]


def two_words_shared(people: Sequence[Person], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Two persons with a given name and a family name in common, and another name each."""
    for one, (first, second) in with_groups(people, chance, 3):
        given, family = split(one, one.names[0])
        again = chance.choice(one.alike_in_build)
        given_again, family_again = split(one, again)
        extra, extra_again = split(first, first.names[0])[0], split(second, second.names[0])[0]
        if are_different(first, second) and are_different(one, first) and are_different(one, second):
            yield f"{given} {extra} {family}", f"{given_again} {extra_again} {family_again}"


def common_name_shared(people: Sequence[Person], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Two persons who both carry a name that many carry, in any spelling and anywhere in the name."""
    for one, (other,) in with_groups(people, chance, 2):
        spellings = chance.choice(COMMON[one.tradition].split("; ")).split()
        if are_different(one, other):
            mine, theirs = chance.choice(one.alike_in_build).split(), chance.choice(other.alike_in_build).split()
            place = chance.choice((0, 1))
            mine.insert(place, chance.choice(spellings))
            theirs.insert(place if chance.random() < 0.7 else 1 - place, chance.choice(spellings))
            yield " ".join(mine), " ".join(theirs)
