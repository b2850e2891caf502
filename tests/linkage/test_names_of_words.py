"""Reading the names of many words at once says the same as reading them one by one."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from linkage.forms_of_words import sounds_of_words
from linkage.name_forms import sounds
from linkage.names_of_words import NamesBeside, names_of_words
from linkage.token_agreement import facts, names_by_sound

LISTED = sorted({name for names in names_by_sound().values() for name in names})


def one_by_one(word):
    known = facts(word)
    return known.full | known.short | known.kin if word.isalpha() else frozenset()


def nearly_listed(count):
    chance = random.Random(1)
    for name in chance.sample(LISTED, count):
        at = chance.randrange(len(name))
        yield name[:at] + chance.choice(["", "a", "e", "oe", "sj", "kh", "th"]) + name[at + chance.choice([0, 1]) :]


def test_names_and_their_misspellings_are_read_as_one_by_one():
    words = [*LISTED[:300], *nearly_listed(1_500), "", "x", "a1", "bill", "joesoef", "mohammed"]
    found = names_of_words(words)
    assert {word: found.get(word, frozenset()) for word in words} == {word: one_by_one(word) for word in words}


@given(st.lists(st.text(alphabet="aeioubdhjklmnrstyz", max_size=9), max_size=20))
def test_any_letters_are_read_as_one_by_one(words):
    found = names_of_words(words)
    assert all(found.get(word, frozenset()) == one_by_one(word) for word in words)


def test_another_process_reads_the_same():
    words = sorted({*LISTED[:200], *nearly_listed(300), "", "zzz"})
    here, beside = names_of_words(words), NamesBeside(words).found()
    assert beside == {word: names for word, names in here.items() if names}


def test_the_forms_of_many_words_are_those_of_each():
    words = [*LISTED[:400], *nearly_listed(400), "", "x", "alrahman", "assadi"]
    found = sounds_of_words(words)
    assert {word: found.get(word, set()) for word in words} == {word: set(sounds(word)) for word in words}
