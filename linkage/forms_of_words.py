"""The forms of many words at once, as `name_forms.sounds` tells them of one: all are rewritten together, one a line.

Replacing letters in one long text takes a tenth of the time of replacing them in each word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from linkage.name_forms import LONGEST_TOKEN, declared, readings


class Rule(NamedTuple):
    """Letters and what they become; or an expression."""

    letters: str
    expression: re.Pattern[str] | None
    into: str


class Tradition(NamedTuple):
    """How the chanceries of a tradition spell (`names/spelling_rules.toml`), for words that stand a line each."""

    key: str
    spellings: tuple[tuple[Rule, ...], ...]
    finish: tuple[Rule, ...]
    ambiguous: tuple[tuple[str, ...], ...]
    strip: re.Pattern[str] | None


Finish = Callable[[list[str]], dict[str, str]]


def sounds_of_words(words: Sequence[str]) -> dict[str, set[str]]:
    """Return per word its forms in the traditions that spell by sound, with the key of the tradition."""
    asked = [word for word in dict.fromkeys(words) if may_sound(word)]
    found: dict[str, set[str]] = defaultdict(set)
    for tradition in traditions() if asked else ():
        read: dict[str, list[str]] = {}
        finish = partial(finished, tradition=tradition)
        # Most spellings of a tradition bring a word to the same sound.
        for word, sound in set(heard(asked, tradition, finish)):
            if sound not in read:
                ends = readings(sound, tradition.ambiguous)
                read[sound] = [f"{tradition.key}:{one}" for one in ends if len(one) > 1]
            found[word].update(read[sound])
    return found


def may_sound(word: str) -> bool:
    """Return whether a word has forms at all."""
    return word.isalpha() and word.isascii() and 1 < len(word) <= LONGEST_TOKEN


def heard(words: Sequence[str], tradition: Tradition, finish: Finish) -> Iterable[tuple[str, str]]:
    """Yield each word with what it sounds like in a tradition, once per spelling.

    `finish`: what spelled words sound like in the end, "" for those that are not wanted.
    """
    starts = [(word, word) for word in words]
    if tradition.strip is not None:
        stripped = ((word, tradition.strip.sub("", word)) for word in words)
        starts += [(word, rest) for word, rest in stripped if rest != word]
    of = [word for word, _ in starts]
    lines = "\n".join(start for _, start in starts)
    known: dict[str, str] = {}
    for spelling in tradition.spellings:
        spelled = rewritten(lines, spelling).split("\n")
        # Most words are written alike in several spellings, and finished once.
        known |= finish(list(set(spelled).difference(known)))
        yield from ((of[at], known[text]) for at, text in enumerate(spelled) if known[text])


def finished(spelled: list[str], tradition: Tradition) -> dict[str, str]:
    """Return what spelled words sound like in the end."""
    sounds = rewritten("\n".join(spelled), tradition.finish).split("\n")
    return dict(zip(spelled, sounds, strict=True)) if spelled else {}


def rewritten(lines: str, rules: tuple[Rule, ...]) -> str:
    """Return lines rewritten by rules, in their order."""
    for rule in rules:
        if rule.expression is None:
            lines = lines.replace(rule.letters, rule.into)
        else:
            lines = rule.expression.sub(rule.into, lines)
    return lines


@lru_cache(maxsize=1)
def traditions() -> tuple[Tradition, ...]:
    """Return all traditions, those that take longest last."""
    made = [
        Tradition(
            key=of["key"],
            spellings=tuple(_rules(rewrites) for rewrites in of["spellings"].values()),
            finish=_rules(of["finish"]),
            ambiguous=tuple(map(tuple, of["ambiguous"])),
            strip=re.compile(of["strip"]) if "strip" in of else None,
        )
        for of in declared("spelling_rules.toml").values()
    ]
    return tuple(sorted(made, key=lambda tradition: len(tradition.spellings)))


def _rules(rewrites: list[list[str]]) -> tuple[Rule, ...]:
    found: list[Rule] = []
    for pattern, into in rewrites:
        choices = pattern.split("|")
        if all(choice.isalpha() for choice in choices):
            found += [Rule(choice, None, into) for choice in choices]
        else:
            # A line ends where a word does: no letter but these is any other letter.
            within = re.compile(pattern.replace("[^", r"[^\n"), re.MULTILINE)
            found.append(Rule("", within, into))
    return tuple(found)
