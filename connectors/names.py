"""Names as registers write them: split into given names, prefix and family name, and a plain form for comparing.

Values: what a register wrote. Out: `PersonName`, capitals and accents as given; `plain` folds both away.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from anyascii import anyascii

# "n.b." is not among them: in a name it is as often initials.
NOT_A_NAME = frozenset(
    {".", "..", "-", "--", "?", "x", "xx", "xxx", "n.n.", "nn", "onbekend", "niet bekend", "unknown", "nvt", "n.v.t."}
)


@dataclass(frozen=True)
class PersonName:
    """A name in parts; a single name stands in the family name (input contract, point 10)."""

    given_names: str | None = None
    name_prefix: str | None = None
    family_name: str | None = None


@lru_cache(maxsize=1)
def _prefixes() -> frozenset[str]:
    text = resources.files("connectors").joinpath("codes", "name_prefixes.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text)["prefixes"])


@lru_cache(maxsize=1 << 18)
def plain(text: str | None) -> str:
    """Lower-case letters and single blanks of a name: accents folded, script transliterated, hyphens as blanks.

    >>> plain("Xiao-Xing  Çelik")
    'xiao xing celik'
    """
    if not text:
        return ""
    folded = anyascii(text).lower()
    folded = re.sub(r"['`]", "", folded)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", folded).split())


def initials_only(text: str | None) -> bool:
    """Whether a given-names field holds initials and nothing else: "A", "A.M.", "J. P."."""
    parts = re.split(r"[.\s]+", (text or "").strip())
    parts = [part for part in parts if part]
    return bool(parts) and all(len(part) == 1 or part in ("Ch", "Th", "IJ", "Ph") for part in parts)


@lru_cache(maxsize=1 << 16)
def split_full_name(text: str | None) -> PersonName:
    """Split a name written in one cell: with a comma, capitals first, prefix inside, or a single name.

    >>> split_full_name("DE WIT, ANNE")
    PersonName(given_names='ANNE', name_prefix='de', family_name='WIT')
    >>> split_full_name("CHEN Xiaoxing").family_name
    'CHEN'
    """
    cleaned = _clean(text)
    if not cleaned:
        return PersonName()
    if "," in cleaned:
        family, _, given = cleaned.partition(",")
        given, behind = _prefix_behind(given.strip())
        prefix, family = _prefix_before(family.strip())
        return person_name(given, prefix or behind, family)
    words = cleaned.split()
    if len(words) == 1:
        return PersonName(family_name=words[0])
    capitals = {word for word in words if len(word) > 1 and word.isupper() and "." not in word}
    if words[0] in capitals and not capitals.issuperset(words):
        leading = 1
        while leading < len(words) - 1 and words[leading] in capitals:
            leading += 1
        prefix, family = _prefix_before(" ".join(words[:leading]))
        return person_name(" ".join(words[leading:]), prefix, family)
    prefix, rest = _prefix_before(cleaned)
    if prefix and " " in prefix:
        # "van den Berg": looked for from the second word on, "van" would become a given name.
        return person_name(None, prefix, rest)
    for start in range(1, len(words)):
        # One word more than the longest prefix: what stands behind it does not say whether there is one.
        behind, _ = _prefix_before(" ".join(words[start : start + 4]))
        if behind:
            family = " ".join(words[start + len(behind.split()) :])
            return person_name(" ".join(words[:start]), behind, family)
    if prefix:
        return person_name(None, prefix, rest)
    return person_name(" ".join(words[:-1]), None, words[-1])


def person_name(given: str | None, prefix: str | None, family: str | None) -> PersonName:
    """Put a name together from separate fields: a prefix inside another is taken out, a single name moved."""
    prefix, family = _family_parts(prefix, family)
    given, behind = _given_parts(given, not prefix)
    if given and not family:
        given, family = None, given
    return PersonName(given or None, prefix or behind or None, family or None)


# Given names and family names each repeat, whole names seldom: so they are remembered apart.
@lru_cache(maxsize=1 << 18)
def _family_parts(prefix: str | None, family: str | None) -> tuple[str, str]:
    prefix, family = _clean(prefix).lower(), _clean(family)
    if family and prefix:
        found, rest = _prefix_before(family)
        family = rest if found == prefix else family
    if family and not prefix:
        if "," in family:
            head, _, tail = family.partition(",")
            if tail.strip().lower() in _prefixes():
                prefix, family = tail.strip(), head.strip()
        else:
            found, rest = _prefix_before(family)
            prefix, family = found or "", rest
    return prefix.lower(), family


@lru_cache(maxsize=1 << 18)
def _given_parts(given: str | None, may_hold_prefix: bool) -> tuple[str, str | None]:
    given = _clean(given)
    return _prefix_behind(given) if given and may_hold_prefix else (given, None)


def _clean(text: str | None) -> str:
    cleaned = " ".join((text or "").replace("\u2019", "'").split()).strip(" ,;")
    return "" if cleaned.lower() in NOT_A_NAME else cleaned


def _prefix_before(family: str) -> tuple[str | None, str]:
    words = family.split()
    for length in range(min(3, len(words) - 1), 0, -1):
        head = " ".join(words[:length]).lower()
        if head in _prefixes():
            return head, " ".join(words[length:])
    return None, family


def _prefix_behind(given: str) -> tuple[str, str | None]:
    """A prefix behind the given names ("Anne van der", as in "Berg, Anne van der")."""
    words = given.split()
    for length in range(min(3, len(words) - 1), 0, -1):
        tail = " ".join(words[-length:]).lower()
        if tail in _prefixes():
            return " ".join(words[:-length]), tail
    return given, None
