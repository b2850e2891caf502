"""How one name agrees with another: equal, another spelling, a short form, a typing error, an initial, or not.

In: two tokens as `connectors.names.plain` yields them. Out: the kind of agreement and the share of the bits of the name
that it keeps (`names/agreement.toml`). Short names that merely look alike (Li, Lin; Mina, Mira) do not agree.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import Any, NamedTuple

from rapidfuzz.distance import OSA, Levenshtein

from linkage.forms_of_words import sounds_of_words
from linkage.korean_names import korean_readings
from linkage.name_forms import bare, chinese_readings, declared, skeleton, sounds

NONE = ("none", 0.0)
TRADITIONS_THAT_SETTLE = 3  # two listed names are one only when so many traditions read them alike


class TokenFacts(NamedTuple):
    """What is known of one token before it is compared."""

    sounds: frozenset[str]
    skeletons: frozenset[str]
    bones: frozenset[str]  # the skeletons, or the form itself where little is left of it
    readings: frozenset[str]
    full: frozenset[str]  # names of which it is a spelling
    short: frozenset[str]  # names of which it is a short form
    is_listed: bool
    kin: frozenset[str]  # names that several traditions read in it although it is not listed
    is_given_elsewhere: bool  # a given name outside China, Korea and Vietnam


@lru_cache(maxsize=1 << 18)
def agreement(one: str, other: str, chinese: bool = True, korean: bool = False) -> tuple[str, float]:
    """Kind of agreement of two names and the credit (0 to 1) it keeps; `chinese` is whether both persons' names are.

    >>> agreement("yusuf", "joesoef")[0], agreement("li", "lin")[0]
    ('same_form', 'none')
    """
    credit = settings()["credit"]
    if one == other:
        return ("equal", credit["equal"]) if one else NONE
    if not one or not other:
        return NONE
    # A family name of one letter (I, O) is no initial there.
    if korean and (mine := korean_readings(one)) and (theirs := korean_readings(other)):
        return NONE if mine.isdisjoint(theirs) else ("same_form", credit["same_reading"])
    if is_initial(one) or is_initial(other):
        return ("initial", credit["initial"]) if one.startswith(other) or other.startswith(one) else NONE
    left, right = facts(one), facts(other)
    if (left.full | left.kin) & (right.full | right.kin):
        return "same_form", credit["same_form"]
    if chinese and left.readings and right.readings and not (left.is_given_elsewhere and right.is_given_elsewhere):
        return ("same_form", credit["same_reading"]) if left.readings & right.readings else NONE
    if _same_sound(left, right):
        return "same_form", credit["same_form"]
    if (left.short & right.full) or (left.full & right.short):
        return "nickname", credit["nickname"]
    if left.short & right.short:
        return "both_nicknames", credit["both_nicknames"]
    if (left.is_listed or left.kin) and (right.is_listed or right.kin):
        return NONE
    if (servant := _SERVANT.match(one)) and (of := _SERVANT.match(other)):
        return _of_rests(one[servant.end() :], other[of.end() :])
    return _nearly(min(one, other), max(one, other), left, right)


def is_initial(token: str) -> bool:
    """Whether a token is an initial: one letter, or one of the pairs that Dutch offices write as one."""
    return len(token) < 3 and (len(token) == 1 or token in ("ch", "ph", "th", "ij"))


@lru_cache(maxsize=1)
def settings() -> dict[str, Any]:
    """Credits, costs and word lists (`names/agreement.toml`)."""
    return declared("agreement.toml")


@lru_cache(maxsize=1 << 17)
def facts(token: str) -> TokenFacts:
    """Sounds, Chinese readings and listed names of a token."""
    found = sounds(token)
    full, short, given = _listed()
    skeletons = {form: skeleton(form) for form in found}
    return TokenFacts(
        sounds=found,
        skeletons=frozenset([bone for bone in skeletons.values() if len(bone) > 1]),
        # Equal forms have equal skeletons; those of two letters would let everything through.
        bones=frozenset([f"_{bone}" if len(bone) > 2 else form for form, bone in skeletons.items()]),
        readings=chinese_readings(token),
        full=full.get(token, frozenset()),
        short=short.get(token, frozenset()),
        is_listed=token in full or token in short,
        kin=frozenset() if token in full or token in short else _kin(found),
        is_given_elsewhere=token in given,
    )


@lru_cache(maxsize=1 << 17)
def reach(token: str) -> frozenset[str]:
    """Return everything on which a token can agree with another: forms, names, itself with a letter left out."""
    known = facts(token)
    edges = {f"-{token[:at]}{token[at + 1 :]}" for at in range(len(token))} if len(token) > 2 else set()
    names = {f"n:{name}" for name in known.full | known.short | known.kin}
    readings = {f"zh:{reading}" for reading in known.readings}
    return frozenset({token, f"-{token}", f"={bare(token)}", *edges, *names, *readings, *known.bones})


@lru_cache(maxsize=1 << 17)
def classes(token: str) -> frozenset[str]:
    """What a token shares with the other spellings of its name."""
    known = facts(token)
    return (
        known.sounds
        | {f"n:{name}" for name in known.full | known.kin}
        | {f"zh:{reading}" for reading in known.readings}
    )


def is_listed(token: str) -> bool:
    """Whether a token is in the list of names, whole or as a short form."""
    full, short, _ = _listed()
    return token in full or token in short


@lru_cache(maxsize=1)
def _listed() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]], frozenset[str]]:
    """Per token the names of which it is a spelling, those of which it is a short form; and all given names."""
    full: dict[str, set[str]] = defaultdict(set)
    short: dict[str, set[str]] = defaultdict(set)
    table = declared("given_names.toml")
    for rows in table["short"].values():
        for name, variants in rows.items():
            full[name].add(name)
            for token in variants.split():
                short[token].add(name)
    for rows in table["same"].values():
        _add_spellings(full, rows)
    given = {token for part, names in table["own"].items() if part != "asian" for token in names.split()}
    given |= full.keys() | short.keys()
    _add_spellings(
        full, {token: "" for names in table["own"].values() for token in names.split() if token not in short}
    )
    for rows in declared("family_names.toml").values():
        _add_spellings(full, rows)
    # Johanna stands with Joanna: who is short for the one is short for the other.
    kin = {name: frozenset(full[name]) for name in full}
    reached = {token: frozenset().union(*(kin[name] for name in names)) for token, names in short.items()}
    return {token: frozenset(names) for token, names in full.items()}, reached, frozenset(given)


@lru_cache(maxsize=1)
def names_by_sound() -> dict[str, frozenset[str]]:
    """The listed names that each form is read as."""
    found: dict[str, set[str]] = defaultdict(set)
    full = _listed()[0]
    for token, forms in sounds_of_words(list(full)).items():
        for form in forms:
            found[form] |= full[token]
    return {form: frozenset(names) for form, names in found.items()}


def _kin(found: frozenset[str]) -> frozenset[str]:
    """The listed names that several traditions read in a token at once."""
    by_sound = names_by_sound()
    traditions: dict[str, set[str]] = defaultdict(set)
    for form in found:
        for name in by_sound.get(form, ()):
            traditions[name].add(form[:2])
    return frozenset(name for name, keys in traditions.items() if len(keys) >= TRADITIONS_THAT_SETTLE)


def _add_spellings(full: dict[str, set[str]], rows: dict[str, str]) -> None:
    for name, spellings in rows.items():
        for token in (name, *spellings.split()):
            full[token].add(name)


def _same_sound(left: TokenFacts, right: TokenFacts) -> bool:
    shared = left.sounds & right.sounds
    if not shared:
        return False
    if left.is_listed and right.is_listed:
        return len({form[:2] for form in shared}) >= TRADITIONS_THAT_SETTLE
    return True


def _nearly(one: str, other: str, left: TokenFacts, right: TokenFacts) -> tuple[str, float]:
    """Two names of which at most one is listed: a typing error, a vowel apart, or one sound apart."""
    edits, credit = settings()["edits"], settings()["credit"]
    shorter = min(len(one), len(other))
    best = _typing_error(one, other)
    if left.skeletons & right.skeletons and shorter >= edits["similar_from"] and not _is_her_form(one, other):
        limit = 1 if shorter < edits["two_vowels_from"] else 2
        if _form_distance(left.sounds, right.sounds, limit) <= limit:
            best = max(best, (_by_length(credit["similar_form"], shorter), "similar_form"))
    if not best[0] and shorter >= edits["form_edit_from"] and _form_distance(left.sounds, right.sounds, 1) <= 1:
        best = (credit["one_sound_apart"], "similar_form")
    return (best[1], best[0]) if best[0] else NONE


def _typing_error(one: str, other: str) -> tuple[float, str]:
    """Credit of two names as one with a typing error: the longer the name, the less an edit makes another name."""
    edits, credit = settings()["edits"], settings()["credit"]
    shorter = min(len(one), len(other))
    apart = OSA.distance(one, other, score_cutoff=2)
    if shorter < edits["from"] or apart > 2 or (apart == 2 and shorter < edits["two_from"]):
        return 0.0, "none"
    if apart == 2:
        return (credit["two_typing_errors"], "typing_error") if one[0] == other[0] else (0.0, "none")
    if len(one) == len(other) and Levenshtein.distance(one, other) == 2:
        return credit["letters_swapped"], "typing_error"
    if shorter <= edits["from"] or _is_her_form(one, other):
        return 0.0, "none"
    if bare_of_doubles(one) == bare_of_doubles(other):
        return credit["letter_doubled"], "typing_error"
    found = _by_length(credit["one_typing_error"], shorter)
    return (found if one[0] == other[0] else found * credit["first_letter"]), "typing_error"


def _of_rests(one: str, other: str) -> tuple[str, float]:
    """Abdelaziz, Abdelhafiz: servant of whom tells the names apart."""
    found = agreement(min(one, other), max(one, other), False)
    return NONE if found[0] == "initial" else found


_SERVANT = re.compile("abd[aeiou]*l?(?=...)")


def _by_length(credits: list[float], letters: int) -> float:
    """Credit for names of five letters and more."""
    return credits[min(letters - 5, len(credits) - 1)]


def _is_her_form(one: str, other: str) -> bool:
    """Whether the names are of a brother and a sister: Nabil, Nabila; Mario, Maria."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer == shorter + "a" or (one[:-1] == other[:-1] and {one[-1], other[-1]} == {"a", "o"})


def bare_of_doubles(token: str) -> str:
    """A token with every doubled letter written once."""
    return "".join(letter for at, letter in enumerate(token) if token[at - 1 : at] != letter)


def _form_distance(left: frozenset[str], right: frozenset[str], limit: int) -> int:
    """Fewest edits between forms of the same tradition, as far as the limit."""
    distance = Levenshtein.distance
    best = limit + 1
    for one in left:
        key = one[:2]
        for other in right:
            if other.startswith(key):
                best = min(best, distance(one, other, score_cutoff=limit))
    return best


@lru_cache(maxsize=1)
def common_shares() -> dict[str, float]:
    """Share of registered children that carry a common name, by order of magnitude."""
    table = declared("common_names.toml")["per_thousand"]
    numbers = sorted(table, key=int)
    return {token: int(number) / 1000 for number in numbers for token in table[number].split()}


@lru_cache(maxsize=1)
def word_lists() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Words written or left out at will, words between a person and the father, and titles."""
    words = settings()["words"]
    small, father, titles = (frozenset(words[kind].split()) for kind in ("small", "father", "titles"))
    return small, father, titles


@lru_cache(maxsize=1)
def joining_ends() -> frozenset[str]:
    """Small words that may be written on to the name before them: Anis ur Rahman, Anisur Rahman."""
    return frozenset(settings()["words"]["ends"].split())


@lru_cache(maxsize=1)
def _chain_names() -> frozenset[str]:
    table = declared("given_names.toml")
    rows = [row for tradition in ("arabic", "horn") for row in table["same"][tradition].items()]
    own = table["own"]["arabic"].split()
    return frozenset({token for name, spellings in rows for token in (name, *spellings.split())}.union(own))


def is_chain_name(token: str) -> bool:
    """Whether a name belongs to a tradition in which the father's given name stands behind one's own."""
    return token in _chain_names()
