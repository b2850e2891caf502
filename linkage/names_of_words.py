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
from collections.abc import Sequence
from functools import lru_cache, partial

from linkage.forms_of_words import Tradition, finished, heard, may_sound, traditions
from linkage.name_forms import readings
from linkage.token_agreement import TRADITIONS_THAT_SETTLE, facts, is_listed, names_by_sound

_REPEATED = re.compile(r"(.)(?=\1)")


def names_of_words(words: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return per word the listed names that it spells, is short for, or that several traditions read in it.

    `words`: as `connectors.names.plain` yields them.
    """
    found: dict[str, frozenset[str]] = {}
    asked = [word for word in dict.fromkeys(words) if word.isalpha()]
    unlisted = [word for word in asked if may_sound(word) and not is_listed(word)]
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
    for place, tradition in enumerate(traditions() if words else ()):
        # Who was heard in too few traditions to come to enough of them with all that follow is not read any further.
        enough = TRADITIONS_THAT_SETTLE - (len(traditions()) - place)
        words = [word for word in words if heard_in[word] >= enough] if enough > 0 else words
        here = set()
        like = partial(_like_listed, tradition=tradition)
        for word, sound in heard(words, tradition, like) if words else ():
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


def _like_listed(spelled: list[str], tradition: Tradition) -> dict[str, str]:
    """What each spelled word sounds like in the end; "" where that looks like no listed name."""
    told, listed = _looks()[tradition.key]
    sounds = finished(spelled, tradition)
    looks = _REPEATED.sub("", "\n".join(sounds.values()).translate(told)).split("\n")
    pairs = zip(sounds.items(), looks, strict=True) if sounds else ()
    return {text: sound if look in listed else "" for (text, sound), look in pairs}


@lru_cache(maxsize=1)
def _looks() -> dict[str, tuple[dict[int, None], frozenset[str]]]:
    """Per tradition the letters that may stand for each other, and what the listed names look like without them."""
    listed: dict[str, list[str]] = defaultdict(list)
    for form in names_by_sound():
        key, _, sound = form.partition(":")
        listed[key].append(sound)
    found = {}
    for tradition in traditions():
        told = dict.fromkeys(ord(letter) for letters in tradition.ambiguous for letter in letters)
        looks = frozenset(_REPEATED.sub("", sound.translate(told)) for sound in listed[tradition.key])
        found[tradition.key] = (told, looks)
    return found
