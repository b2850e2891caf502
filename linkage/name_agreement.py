"""How much two names agree, in bits: rare names that agree tell much, common ones little, a conflict speaks against.

In: token tuples of two names as registers hold them (any order, prefixes, initials, written apart or joined), and the
share of persons that carry each token. Out: one number, the same for (left, right) and (right, left).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from connectors.names import plain
from linkage.name_forms import bare, chinese_readings, skeleton
from linkage.token_agreement import agreement, common_shares, facts, is_chain_name, is_initial, settings, word_lists

Name = tuple[str, ...]
MOST_TOKENS = 8  # of one name; what stands behind is left out
SLIPS = frozenset({"typing_error", "similar_form"})
MOST_LETTERS_APART = 4  # between a name written as one and its parts
Value = tuple[float, float]  # bits, and how far they are trusted (0 to 1)
UNSEEN: Value = (math.nan, math.nan)
Match = tuple[Value, int, int]


class PreparedName(NamedTuple):
    """A name made ready: its telling tokens, what they may agree on, and how the father is named in it."""

    tokens: Name
    reach: frozenset[str]
    joined: tuple[tuple[str, str, tuple[int, ...]], ...]  # word, its bare letters, tokens used
    fewest_joined: int  # tokens that a joined word takes at least: one when it takes a prefix along
    fathers: frozenset[int]
    is_chinese: bool
    has_initial: bool


class NameAgreement:
    """Agreement of names, given how common each token is; without counts, `names/common_names.toml` stands in."""

    def __init__(self, token_share: Mapping[str, float] | None = None) -> None:
        self._rules = settings()["names"]
        self._share = {**common_shares(), **(token_share or {})}
        # A class of spellings that was counted tonight needs no declared share.
        self._class_share = {**_class_shares(common_shares()), **_class_shares(token_share or {})}
        self._counted = token_share or {}
        facts("")  # reads the tables now and not in the middle of a night's pairs
        self._bits: dict[str, float] = {}
        self._prepared: dict[Name, PreparedName] = {}
        self._values: dict[bool, dict[tuple[str, str], Value | None]] = {True: {}, False: {}}

    def score(self, left: Name, right: Name) -> float:
        """Bits for (positive) or against (negative) one person behind two names."""
        # Names that hold a token twice may have two best partners: one order of the names, one choice.
        if right < left:
            left, right = right, left
        prepared = self._prepared
        one = prepared.get(left) or self._prepare(left)
        other = prepared.get(right) or self._prepare(right)
        if not one.tokens or not other.tokens:
            return 0.0
        if one.reach.isdisjoint(other.reach) and not (one.has_initial or other.has_initial):
            return self._costs(len(one.tokens), len(other.tokens))
        return self._assigned(one, other)

    def score_names(self, left: str, right: str) -> float:
        """Bits for or against one person behind two full names as written.

        >>> NameAgreement().score_names("CHEN Xiaoxing", "Hsiao-hsing Ch'en") > 10
        True
        """
        return self.score(tuple(plain(left).split()), tuple(plain(right).split()))

    def _prepare(self, name: Name) -> PreparedName:
        prepared = self._prepared[name] = prepare(name)
        return prepared

    def _assigned(self, one: PreparedName, other: PreparedName) -> float:
        """The best one-to-one partners, then what is left: written apart in the one, in conflict, or extra."""
        chinese = one.is_chinese and other.is_chinese
        values, rows = self._values[chinese], []
        for at, token in enumerate(one.tokens):
            found = []
            for to, partner in enumerate(other.tokens):
                value = values.get((token, partner), UNSEEN)
                if value is UNSEEN:
                    value = self._value(token, partner, chinese)
                if value is not None:
                    found.append((value, to))
            if found:
                rows.append((at, found))
        matched = _best(rows)
        pairs = [(at, to) for _, at, to in matched]
        bits = sum(value[0] for value, _, _ in matched)
        trust = min((value[1] for value, _, _ in matched), default=1.0)
        rest_one = set(range(len(one.tokens))) - {at for at, _ in pairs}
        rest_other = set(range(len(other.tokens))) - {to for _, to in pairs}
        if rest_one or rest_other:
            for more, less, rest, rest_less in ((one, other, rest_one, rest_other), (other, one, rest_other, rest_one)):
                for gained in self._joined(more, less, rest, rest_less, chinese):
                    bits += gained[0]
                    trust = min(trust, gained[1])
            if rest_one and rest_other:
                trust = min(trust, self._rules["kin_share"])
        share, cost = self._swapped(one, other, pairs)
        return bits * min(trust, share) + self._costs(len(rest_one), len(rest_other)) - cost

    def _value(self, one: str, other: str, chinese: bool) -> Value | None:
        values = self._values[chinese]
        if (one, other) not in values:
            value = self._valued(min(one, other), max(one, other), chinese)
            values[one, other] = values[other, one] = value
        return values[one, other]

    def _valued(self, one: str, other: str, chinese: bool) -> Value | None:
        """Bits of two tokens beside each other and how far they are trusted; None when they are no partners."""
        rules = self._rules
        kind, credit = agreement(one, other, chinese)
        if kind == "none" or (kind in SLIPS and self._are_both_carried(one, other)):
            return None
        trust = settings()["trust"].get(kind) or credit ** rules["doubt"]
        if kind == "initial":
            return credit * rules["most_bits"], trust
        if kind == "equal":
            return self._worth(one), trust
        worth = min(self._worth(one), self._worth(other))
        shared = _classes(one) & _classes(other)
        if shared:
            worth = min(worth, self._as_bits(max(self._class_share.get(form, 0.0) for form in shared)))
        return worth * credit, trust

    def _are_both_carried(self, one: str, other: str) -> bool:
        """Whether many persons carry either name: a typing error is not made by many."""
        least: float = self._rules["carried_from_share"]
        return self._counted.get(one, 0.0) >= least and self._counted.get(other, 0.0) >= least

    def _worth(self, token: str) -> float:
        bits = self._bits.get(token)
        if bits is None:
            # A spelling that was never counted is as common as the name it spells.
            classes = (self._class_share.get(f"n:{name}", 0.0) for name in facts(token).full | facts(token).kin)
            share = self._share.get(token) or max(classes, default=0.0)
            bits = min(self._as_bits(share), self._rules["bits_per_letter"] * len(token))
            self._bits[token] = bits
        return bits

    def _as_bits(self, share: float) -> float:
        bits = -math.log2(share) if share > 0 else self._rules["most_bits"]
        return float(min(max(bits, self._rules["least_bits"]), self._rules["most_bits"]))

    def _joined(
        self, one: PreparedName, other: PreparedName, rest_one: set[int], rest_other: set[int], chinese: bool
    ) -> list[Value]:
        """What tokens are worth that the one writes apart and the other as one; they leave the rests."""
        gained: list[Value] = []
        if not rest_other or len(rest_one) < one.fewest_joined:
            return gained
        for to in sorted(rest_other):
            best: tuple[float, float, tuple[int, ...]] = (0.0, 0.0, ())
            token = other.tokens[to]
            bones = bare(token)
            for word, word_bones, parts in one.joined:
                if abs(len(word) - len(token)) > MOST_LETTERS_APART or not rest_one.issuperset(parts):
                    continue
                if chinese or Levenshtein.distance(word_bones, bones, score_cutoff=1) <= 1:
                    value = self._value(word, token, chinese)
                    if value is not None:
                        best = max(best, (value[0] * self._rules["joined_credit"], value[1], parts))
            if best[2]:
                gained.append((best[0], best[1]))
                rest_one.difference_update(best[2])
                rest_other.discard(to)
        return gained

    def _costs(self, left: int, right: int) -> float:
        conflicts = min(left, right)
        return float(-conflicts * self._rules["conflict_cost"] - abs(left - right) * self._rules["extra_cost"])

    def _swapped(self, one: PreparedName, other: PreparedName, pairs: list[tuple[int, int]]) -> tuple[float, float]:
        """Share of the bits left and cost when father and son have changed places between two names."""
        if len(pairs) < 2:
            return 1.0, 0.0
        if one.fathers and other.fathers:
            to_father = any(at not in one.fathers and to in other.fathers for at, to in pairs)
            from_father = any(at in one.fathers and to not in other.fathers for at, to in pairs)
            return (self._rules["swapped_father_share"] if to_father and from_father else 1.0), 0.0
        given = [(at, to) for at, to in pairs if is_chain_name(one.tokens[at]) and is_chain_name(other.tokens[to])]
        swapped = len(given) == len(pairs) and any(a < b and c > d for a, c in given for b, d in given)
        return 1.0, (self._rules["swapped_given_cost"] if swapped else 0.0)


def _class_shares(token_share: Mapping[str, float]) -> dict[str, float]:
    """Share of persons that carry a name in any spelling: that of all tokens of one form together."""
    found: dict[str, float] = defaultdict(float)
    for token, share in token_share.items():
        for form in _classes(token):
            found[form] += share
    return found


def prepare(name: Name) -> PreparedName:
    """Make one name ready to be compared."""
    small, father, titles = word_lists()
    words = [word for word in name if word not in titles][:MOST_TOKENS] or list(name[:MOST_TOKENS])
    if _is_chinese(words):
        small = frozenset()  # "de" is a prefix in the Netherlands and a given name in China
    telling = [at for at, word in enumerate(words) if word not in small] or list(range(len(words)))
    tokens = tuple(words[at] for at in telling)
    fathers = frozenset(number for number, at in enumerate(telling) if words[at - 1] in father and len(words) > 2)
    joined = tuple((word, bare(word), used) for word, used in _joinings(words, telling).items())
    is_chinese = _is_chinese(tokens)
    within: set[str] = set()
    for token in tokens:
        within |= reach(token)
    for word, bones, _ in joined:
        # Written apart is rare: what it takes to be seen at all is less fine than for a token.
        within.add(f"={bones}")
        if is_chinese:
            within |= {f"zh:{reading}" for reading in chinese_readings(word)}
    return PreparedName(
        tokens=tokens,
        reach=frozenset(within),
        joined=joined,
        fewest_joined=1 if len(tokens) < len(words) else 2,
        fathers=fathers,
        is_chinese=is_chinese,
        has_initial=any(map(is_initial, tokens)),
    )


def _is_chinese(words: Sequence[str]) -> bool:
    """Whether a name of two words or more can be read as Chinese; Osama and Tina can, but are names of elsewhere."""
    return len(words) > 1 and all(
        is_initial(word) or (chinese_readings(word) and not facts(word).is_given_elsewhere) for word in words
    )


def _joinings(words: list[str], telling: list[int]) -> dict[str, tuple[int, ...]]:
    """Words that tokens of a name make together, with the tokens used: neighbours with all between, others in pairs."""
    number = {at: place for place, at in enumerate(telling)}
    found: dict[str, tuple[int, ...]] = {}
    for first in range(len(words)):
        for last in range(first + 1, min(first + 4, len(words))):
            used = tuple(number[at] for at in range(first, last + 1) if at in number)
            if last in number:
                found.setdefault("".join(words[first : last + 1]), used)
    for one in telling:
        for other in telling:
            if one != other:
                found.setdefault(words[one] + words[other], tuple(sorted((number[one], number[other]))))
    return found


@lru_cache(maxsize=1 << 17)
def reach(token: str) -> frozenset[str]:
    """Return everything on which a token can agree with another: forms, names, itself with a letter left out."""
    known = facts(token)
    edges = {f"-{token[:at]}{token[at + 1 :]}" for at in range(len(token))} if len(token) > 2 else set()
    names = {f"n:{name}" for name in known.full | known.short | known.kin}
    readings = {f"zh:{reading}" for reading in known.readings}
    # Equal forms have equal skeletons; those of two letters would let everything through.
    bones = {f"_{bone}" if len(bone) > 2 else form for form in known.sounds for bone in (skeleton(form),)}
    return frozenset({token, f"-{token}", f"={bare(token)}", *edges, *names, *readings, *bones})


@lru_cache(maxsize=1 << 17)
def _classes(token: str) -> frozenset[str]:
    """What a token shares with the other spellings of its name."""
    known = facts(token)
    return (
        known.sounds
        | {f"n:{name}" for name in known.full | known.kin}
        | {f"zh:{reading}" for reading in known.readings}
    )


def _best(rows: list[tuple[int, list[tuple[Value, int]]]]) -> list[Match]:
    """The most one-to-one partners, and of those the ones that together are worth most."""
    return _best_of(rows, frozenset())[2] if rows else []


def _best_of(rows: list[tuple[int, list[tuple[Value, int]]]], taken: frozenset[int]) -> tuple[int, float, list[Match]]:
    if not rows:
        return 0, 0.0, []
    at, found = rows[0]
    best = _best_of(rows[1:], taken)
    for value, to in found:
        if to not in taken:
            count, bits, matched = _best_of(rows[1:], taken | {to})
            if (count + 1, bits + value[0]) > best[:2]:
                best = count + 1, bits + value[0], [(value, at, to), *matched]
    return best
