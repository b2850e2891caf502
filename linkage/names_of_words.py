"""The listed names that many words spell or are short for, read together.

The same answer as `token_agreement.facts` gives word by word (full, short and kin). The rules of a tradition rewrite
all words at once, a word per line; only what comes out looking like a listed name is read letter by letter.
"""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from linkage.name_forms import LONGEST_TOKEN, declared, readings
from linkage.token_agreement import TRADITIONS_THAT_SETTLE, facts, is_listed, names_by_sound

_REPEATED = re.compile(r"(.)(?=\1)")


class _Rule(NamedTuple):
    """Letters and what they become; or an expression."""

    letters: str
    expression: re.Pattern[str] | None
    into: str


class _Tradition(NamedTuple):
    key: str
    spellings: tuple[tuple[_Rule, ...], ...]
    finish: tuple[_Rule, ...]
    ambiguous: tuple[tuple[str, ...], ...]
    strip: re.Pattern[str] | None
    told: dict[int, None]  # letters that may stand for each other, left out where names are looked for
    looks: frozenset[str]  # what the listed names look like without them


def names_of_words(words: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return per word the listed names that it spells, is short for, or that several traditions read in it.

    `words`: as `connectors.names.plain` yields them.
    """
    found: dict[str, frozenset[str]] = {}
    asked = [word for word in dict.fromkeys(words) if word.isalpha()]
    unlisted = [word for word in asked if word.isascii() and 1 < len(word) <= LONGEST_TOKEN and not is_listed(word)]
    for word in filter(is_listed, asked):
        known = facts(word)
        found[word] = known.full | known.short | known.kin
    return found | _kin(unlisted)


class NamesBeside:
    """Reads the names of many words in a process beside this one, which goes on in the meantime."""

    def __init__(self, words: Sequence[str]) -> None:
        command = [sys.executable, "-c", "from linkage.names_of_words import beside; beside()"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._words = list(words)
        # A pipe takes in little before the other process reads.
        self._writing = threading.Thread(target=self._write, daemon=True)
        self._writing.start()

    def _write(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._process.stdin as words:
            words.write("\n".join(self._words))

    def found(self) -> dict[str, frozenset[str]]:
        """Return what `names_of_words` does; when the other process failed, read here."""
        assert self._process.stdout is not None
        with self._process.stdout as out:
            lines = out.read().splitlines()
        self._writing.join()
        if self._process.wait():
            return names_of_words(self._words)
        return {word: frozenset(names) for word, *names in (line.split("\t") for line in lines)}


def beside() -> None:
    """Read words from standard input, a line each, and write those that are names, with the names."""
    found = names_of_words(sys.stdin.read().split("\n"))
    sys.stdout.write("\n".join("\t".join((word, *sorted(names))) for word, names in found.items() if names))


def _kin(words: list[str]) -> dict[str, frozenset[str]]:
    """The names that several traditions read in words that are no listed names."""
    by_sound = names_by_sound()
    read: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    heard_in: dict[str, int] = defaultdict(int)
    traditions = _traditions() if words else ()
    for place, tradition in enumerate(traditions):
        # Who was heard in too few traditions to come to enough of them with all that follow is not read any further.
        enough = TRADITIONS_THAT_SETTLE - (len(traditions) - place)
        words = [word for word in words if heard_in[word] >= enough] if enough > 0 else words
        here = set()
        for word, sound in _sounds(words, tradition) if words else ():
            here.add(word)
            for reading in readings(sound, tradition.ambiguous):
                for name in by_sound.get(f"{tradition.key}:{reading}", ()) if len(reading) > 1 else ():
                    read[word][name].add(tradition.key)
        for word in here:
            heard_in[word] += 1
    kin = {
        word: frozenset(name for name, keys in names.items() if len(keys) >= TRADITIONS_THAT_SETTLE)
        for word, names in read.items()
    }
    return {word: names for word, names in kin.items() if names}


def _sounds(words: list[str], tradition: _Tradition) -> Iterable[tuple[str, str]]:
    """Each word with what it sounds like in a tradition, where that looks like a listed name."""
    starts = [(word, word) for word in words]
    if tradition.strip is not None:
        stripped = ((word, tradition.strip.sub("", word)) for word in words)
        starts += [(word, rest) for word, rest in stripped if rest != word]
    of = [word for word, _ in starts]
    lines = "\n".join(start for _, start in starts)
    heard: dict[str, str] = {}
    for spelling in tradition.spellings:
        spelled = _rewritten(lines, spelling).split("\n")
        # Most words are written alike in several spellings, and finished once.
        heard |= _finished(list(set(spelled).difference(heard)), tradition)
        yield from ((of[at], heard[text]) for at, text in enumerate(spelled) if heard[text])


def _finished(spelled: list[str], tradition: _Tradition) -> dict[str, str]:
    """What each spelled word sounds like in the end; "" where that looks like no listed name."""
    sounds = _rewritten("\n".join(spelled), tradition.finish)
    looks = _REPEATED.sub("", sounds.translate(tradition.told)).split("\n")
    known = tradition.looks
    of = zip(spelled, sounds.split("\n"), looks, strict=True) if spelled else ()
    return {text: sound if look in known else "" for text, sound, look in of}


def _rewritten(lines: str, rules: tuple[_Rule, ...]) -> str:
    for rule in rules:
        if rule.expression is None:
            lines = lines.replace(rule.letters, rule.into)
        else:
            lines = rule.expression.sub(rule.into, lines)
    return lines


@lru_cache(maxsize=1)
def _traditions() -> tuple[_Tradition, ...]:
    listed: dict[str, list[str]] = defaultdict(list)
    for form in names_by_sound():
        key, _, sound = form.partition(":")
        listed[key].append(sound)
    made = []
    for of in declared("spelling_rules.toml").values():
        told = dict.fromkeys(ord(letter) for letters in of["ambiguous"] for letter in letters)
        made.append(
            _Tradition(
                key=of["key"],
                spellings=tuple(_rules(rewrites) for rewrites in of["spellings"].values()),
                finish=_rules(of["finish"]),
                ambiguous=tuple(map(tuple, of["ambiguous"])),
                strip=re.compile(of["strip"]) if "strip" in of else None,
                told=told,
                looks=frozenset(_REPEATED.sub("", sound.translate(told)) for sound in listed[of["key"]]),
            )
        )
    # Those that take longest last.
    return tuple(sorted(made, key=lambda tradition: len(tradition.spellings)))


def _rules(rewrites: list[list[str]]) -> tuple[_Rule, ...]:
    found: list[_Rule] = []
    for pattern, into in rewrites:
        choices = pattern.split("|")
        if all(choice.isalpha() for choice in choices):
            found += [_Rule(choice, None, into) for choice in choices]
        else:
            # A line ends where a word does: no letter but these is any other letter.
            within = re.compile(pattern.replace("[^", r"[^\n"), re.MULTILINE)
            found.append(_Rule("", within, into))
    return tuple(found)
