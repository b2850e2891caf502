"""How much two names agree, in bits: rare names that agree tell much, common ones little, a conflict speaks against.

In: token tuples of two names as registers hold them (any order, prefixes, initials, written apart or joined), and the
share of persons that carry each token. Out: one number, the same for (left, right) and (right, left).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from connectors.names import plain
from linkage.best_partners import Match, Row, Value, best_partners
from linkage.name_forms import bare
from linkage.prepared_names import (
    ACROSS_SCRIPTS,
    CHINESE,
    KOREAN,
    Joined,
    Name,
    PreparedName,
    are_consonants_equal,
    joinings,
    prepare,
    read_alike,
    read_in_common,
    whole,
)
from linkage.token_agreement import agreement, classes, common_shares, facts, is_chain_name, is_initial, settings
from linkage.token_agreement import reach as reach

SLIPS = frozenset({"typing_error", "similar_form"})
SHORTEST_JOINED = 4  # letters of a name written as one
LONGEST_SMALL_WORD = 2  # bare letters
MOST_LETTERS_APART = 4  # between a name written as one and its parts
MOST_BONES_APART = 2  # between two full names of which no token agrees, to be written apart and as one


class NameAgreement:
    """Agreement of names, given how common each token is; without counts, `names/common_names.toml` stands in."""

    def __init__(self, token_share: Mapping[str, float] | None = None) -> None:
        self._rules = settings()["names"]
        self._share = {**common_shares(), **(token_share or {})}
        # A class of spellings that was counted tonight needs no declared share.
        self._class_share = {**_class_shares(common_shares()), **_class_shares(token_share or {})}
        self._counted = token_share or {}
        # Reads the tables now and not in the middle of a night's pairs.
        facts("")
        prepare(("kim", "yong"))
        is_chain_name("")
        self._bits: dict[str, float] = {}
        self._prepared: dict[Name, PreparedName] = {}
        # Per system of syllables that both names are read in, and per token: what each partner tells.
        self._values: dict[frozenset[str], dict[str, dict[str, Value | None]]] = defaultdict(lambda: defaultdict(dict))

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
        systems = read_in_common(one, other)
        rows = self._rows(one, other, systems)
        if not rows and _are_far_apart(one, other):
            return self._costs(len(one.tokens), len(other.tokens))
        return self._assigned(one, other, best_partners(rows), systems)

    def score_names(self, left: str, right: str) -> float:
        """Bits for or against one person behind two full names as written.

        >>> NameAgreement().score_names("CHEN Xiaoxing", "Hsiao-hsing Ch'en") > 10
        True
        """
        return self.score(tuple(plain(left).split()), tuple(plain(right).split()))

    def _prepare(self, name: Name) -> PreparedName:
        prepared = self._prepared[name] = prepare(name)
        return prepared

    def _rows(self, one: PreparedName, other: PreparedName, systems: frozenset[str]) -> list[Row]:
        """Per token of the one, what its partners in the other tell, as far as it has any."""
        values, rows = self._values[systems], []
        marks = other.marks
        for at, mark in enumerate(one.marks):
            found = []
            for to, other_mark in enumerate(marks):
                # Nearly all pairs of tokens end here: nothing has to be looked up to see that they do not agree.
                if mark & other_mark or systems:
                    token, partner = one.tokens[at], other.tokens[to]
                    known = values[token]
                    if partner not in known:
                        known[partner] = self._valued(token, partner, systems)
                    value = known[partner]
                    if value is not None:
                        found.append((value, to))
            if found:
                rows.append((at, found))
        return rows

    def _assigned(self, one: PreparedName, other: PreparedName, matched: list[Match], systems: frozenset[str]) -> float:
        """What the partners tell, then what is left: written apart in the one, in conflict, or extra."""
        bits, trust, initials, doubtful = 0.0, 1.0, 0, 0
        for value, _, _ in matched:
            bits += value.bits
            trust = min(trust, value.trust)
            initials += value.is_initial
            doubtful += value.trust < 1.0
        left, left_other = len(one.tokens) - len(matched), len(other.tokens) - len(matched)
        is_in_parts = left > 1 or left_other > 1 or one.has_small_word or other.has_small_word
        if (left and left_other and is_in_parts) or (doubtful and left + left_other):
            joined = self._joined(one, other, matched, systems)
            if joined is not None:
                values, matched, left, left_other = joined
                bits, trust = sum([value.bits for value in values]), min([value.trust for value in values])
                initials = 0  # what is written as one is more than an initial
        if initials and initials == len(matched):
            bits = 0.0
        share, cost = self._swapped(one, other, matched)
        bits *= min(trust, share)
        if left and left_other:
            bits = min(bits, bits * self._rules["kin_share"] / trust)
        return bits + self._costs(left, left_other) - cost

    def _valued(self, one: str, other: str, systems: frozenset[str]) -> Value | None:
        """Bits of two tokens beside each other and how far they are trusted; None when they are no partners."""
        if not systems and reach(one).isdisjoint(reach(other)) and not (is_initial(one) or is_initial(other)):
            return None
        return self._agreed(one, other, systems)

    def _agreed(self, one: str, other: str, systems: frozenset[str]) -> Value | None:
        """The same for tokens that may well agree."""
        rules = self._rules
        # One order of the tokens, so that what is remembered serves both.
        kind, credit = agreement(min(one, other), max(one, other), CHINESE in systems, KOREAN in systems)
        if systems is ACROSS_SCRIPTS and are_consonants_equal(one, other):
            kind, credit = "same_form", settings()["credit"]["same_consonants"]
        if kind == "none" or (kind in SLIPS and self._are_both_carried(one, other)):
            return None
        # Two given names that look alike are two as a rule; spellings of a family name that nobody lists are many.
        is_given = facts(one).is_given_elsewhere or facts(other).is_given_elsewhere
        trust = settings()["trust"].get(kind) or credit ** rules["doubt" if is_given else "doubt_unlisted"]
        if kind == "initial":
            return Value(credit * rules["most_bits"], trust, True)
        if kind == "equal":
            return Value(self._worth(one), trust)
        worth = min(self._worth(one), self._worth(other))
        shared = classes(one) & classes(other)
        if shared:
            worth = min(worth, self._as_bits(max(self._class_share.get(form, 0.0) for form in shared)))
        return Value(worth * credit, trust)

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
        self, one: PreparedName, other: PreparedName, matched: list[Match], systems: frozenset[str]
    ) -> tuple[list[Value], list[Match], int, int] | None:
        """What all tokens tell where the one writes apart what the other writes as one, the partners besides, and how
        many tokens are left in either; None when nothing is written apart."""
        # A doubtful partner may be a part of a name that is written as one: O Donnell, Odonnell.
        sure = [match for match in matched if match[0].trust == 1.0]
        free = (
            set(range(len(one.tokens))).difference([at for _, at, _ in sure]),
            set(range(len(other.tokens))).difference([to for _, _, to in sure]),
        )
        gained: list[Value] = []
        for apart, name, joined, written in ((0, one, 1, other), (1, other, 0, one)):
            if len(free[apart]) < 2 and not name.has_small_word:
                continue
            for to in sorted(free[joined]):
                parts = [name.bones[at] for at in free[apart]]
                if systems or _may_be_apart(written.bones[to], parts, name.has_small_word):
                    found = self._written_apart(written.tokens[to], name, free[apart], systems)
                    if found is not None:
                        gained.append(found[0])
                        free[apart].difference_update(found[1])
                        free[joined].discard(to)
        if not gained:
            return None
        kept = [match for match in matched if match[0].trust == 1.0 or (match[1] in free[0] and match[2] in free[1])]
        doubtful = len(kept) - len(sure)
        values = [*gained, *(value for value, _, _ in kept)]
        return values, kept, len(free[0]) - doubtful, len(free[1]) - doubtful

    def _written_apart(
        self, token: str, name: PreparedName, free: set[int], systems: frozenset[str]
    ) -> tuple[Value, tuple[int, ...]] | None:
        """The words of a name that together are a token, and what they tell; None when there are none."""
        if len(token) < SHORTEST_JOINED:
            return None
        bones = bare(token)
        best: tuple[Value, Joined] | None = None
        for joined in joinings(name.words, tuple(name.telling)):
            if abs(len(joined.word) - len(token)) > MOST_LETTERS_APART or not free.issuperset(joined.parts):
                continue
            if (
                read_alike(joined.word, token, systems)
                if systems and systems is not ACROSS_SCRIPTS
                else Levenshtein.distance(joined.bones, bones, score_cutoff=1) <= 1
            ):
                value = self._agreed(joined.word, token, systems)
                if value is not None and (best is None or value.bits > best[0].bits):
                    best = value, joined
        if best is None:
            return None
        return Value(best[0].bits * self._rules["joined_credit"], best[0].trust), best[1].parts

    def _costs(self, left: int, right: int) -> float:
        conflicts = min(left, right)
        return float(-conflicts * self._rules["conflict_cost"] - abs(left - right) * self._rules["extra_cost"])

    def _swapped(self, one: PreparedName, other: PreparedName, matched: list[Match]) -> tuple[float, float]:
        """Share of the bits left and cost when father and son have changed places between two names."""
        if len(matched) < 2:
            return 1.0, 0.0
        pairs = [(at, to) for _, at, to in matched]
        if one.fathers and other.fathers:
            to_father = any(at not in one.fathers and to in other.fathers for at, to in pairs)
            from_father = any(at in one.fathers and to not in other.fathers for at, to in pairs)
            is_swapped = to_father and from_father
            return (self._rules["swapped_father_share"], self._rules["conflict_cost"]) if is_swapped else (1.0, 0.0)
        if all(earlier[1] < later[1] for earlier, later in pairwise(pairs)):
            return 1.0, 0.0
        given = all(is_chain_name(one.tokens[at]) and is_chain_name(other.tokens[to]) for at, to in pairs)
        return 1.0, (self._rules["swapped_given_cost"] if given else 0.0)


def _may_be_apart(bones: str, parts: list[str], has_small_word: bool) -> bool:
    """Whether bare letters begin or end with those of one part, and another part or a small word is the rest."""
    for part in parts:
        rests = [bones[len(part) :]] if bones.startswith(part) else []
        if bones.endswith(part):
            rests.append(bones[: len(bones) - len(part)])
        for rest in rests:
            if (has_small_word and len(rest) <= LONGEST_SMALL_WORD) or any(
                Levenshtein.distance(rest, other, score_cutoff=1) <= 1 for other in parts if other is not part
            ):
                return True
    return False


def _are_far_apart(one: PreparedName, other: PreparedName) -> bool:
    """Whether two names of which no token agrees are not one name written apart and as one either."""
    if max(len(one.words), len(other.words)) < 2:
        return True
    apart = Levenshtein.distance(whole(one.words), whole(other.words), score_cutoff=MOST_BONES_APART)
    return apart > MOST_BONES_APART


def _class_shares(token_share: Mapping[str, float]) -> dict[str, float]:
    """Share of persons that carry a name in any spelling: that of all tokens of one form together."""
    found: dict[str, float] = defaultdict(float)
    for token, share in token_share.items():
        for form in classes(token):
            found[form] += share
    return found
