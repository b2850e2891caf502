"""How much two sets of names say for or against one person.

Every name of the one is laid against every name of the other; tokens find their partners in any order, equal, nearly
equal, as initial, or joined (Xiao Xing, Xiaoxing). Rare tokens tell more than common ones. A record with many
aliases has more chances to agree by accident, so the number of pairs tried is subtracted in bits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import permutations
from typing import NamedTuple

from rapidfuzz.distance import OSA

from linkage.model import Model
from linkage.name_agreement import reach
from linkage.name_forms import bare
from linkage.shares import token_bits
from linkage.standard import Variant
from linkage.token_agreement import agreement

SLIPS = ("typing_error", "similar_form")
SLIP_FROM_LENGTH = 3
JOINED_FROM_LENGTH = 5
MOST_TOKENS_JOINED = 4
MOST_LETTERS_APART = 3
LONGEST_CUT = 5
ENDEARMENTS = ("y", "ie", "i", "je", "tje")
ALIKE_FROM = 0.7
PREFIXES_WRITTEN_ON = frozenset(
    {"van", "de", "der", "den", "vander", "vanden", "vande", "ter", "ten", "el", "al", "ben", "bin", "abu", "ibn"}
    | {"dela", "della", "di", "da", "do", "dos"}
)
INITIAL = "initial"


class Found(NamedTuple):
    """Bits for (positive) or against (negative) one person, whether a name conflicts beside one that agrees, and
    whether an alias was needed."""

    bits: float
    conflicts: bool
    by_alias: bool


class NameEvidence:
    """Evidence in bits between two name sets, given how common each token is tonight."""

    def __init__(self, token_share: dict[str, float], model: Model) -> None:
        self._settings = model.names
        self._share = token_share
        self._credits: dict[tuple[str, str], float] = {}
        self._reach: dict[Variant, frozenset[str]] = {}
        self._bits = {token: token_bits(share, model) for token, share in token_share.items()}

    def between(self, left: tuple[Variant, ...], right: tuple[Variant, ...]) -> Found:
        """What the best pair of names says, less the tries it took; `left` and `right` begin with the name itself."""
        best = max(
            (
                (*self._of_variants(one, other), at + to > 0)
                for at, one in enumerate(left)
                for to, other in enumerate(right)
            ),
            key=lambda found: (found[0], not found[1], not found[2]),
        )
        tries = math.log2(len(left) * len(right)) if best[0] > 0 else 0.0
        return Found(best[0] - tries, best[1], best[2])

    def _within(self, name: Variant) -> frozenset[str]:
        """Everything on which the names of one record can agree with another's; INITIAL where one has an initial."""
        found = self._reach.get(name)
        if found is None:
            within = {way for token in name for way in reach(token)}
            within.update(f"={bare(one + other)}" for one in name for other in name if one != other)
            if any(len(token) == 1 for token in name):
                within.add(INITIAL)
            found = self._reach[name] = frozenset(within)
        return found

    def _cannot_agree(self, left: Variant, right: Variant) -> bool:
        one, other = self._within(left), self._within(right)
        return INITIAL not in one and INITIAL not in other and one.isdisjoint(other)

    def _of_variants(self, left: Variant, right: Variant) -> tuple[float, bool]:
        if self._cannot_agree(left, right):
            # Nearly all pairs: nothing has to be laid beside each other to see that.
            return self._less_what_is_left(0.0, list(left), list(right), 0)
        bits, rest_left, rest_right = self._equal(left, right)
        for match in (self._nearly_equal, self._joined):
            if rest_left and rest_right:
                gained, rest_left, rest_right = match(rest_left, rest_right)
                bits += gained
        gained, rest_left, rest_right, against = self._initials(rest_left, rest_right)
        bits += gained
        return self._less_what_is_left(bits, rest_left, rest_right, against)

    def _less_what_is_left(self, bits: float, left: list[str], right: list[str], against: int) -> tuple[float, bool]:
        conflicts, extra = min(len(left), len(right)), abs(len(left) - len(right))
        costs = conflicts * self._settings["conflict_cost"] + extra * self._settings["extra_token_cost"]
        return bits - costs, conflicts + against > 0

    def _equal(self, left: Variant, right: Variant) -> tuple[float, list[str], list[str]]:
        rest_right = list(right)
        rest_left, bits = [], 0.0
        for token in left:
            if len(token) > 1 and token in rest_right:
                rest_right.remove(token)
                bits += self._worth(token)
            else:
                rest_left.append(token)
        return bits, rest_left, rest_right

    def _nearly_equal(self, left: list[str], right: list[str]) -> tuple[float, list[str], list[str]]:
        """Other spellings, short forms and typing errors; the partner that keeps most of the name's bits is taken."""
        bits, rest_left, right = 0.0, [], list(right)
        for token in left:
            credits = [self._credit(token, other) for other in right]
            best = max(credits, default=0.0)
            if best <= 0.0:
                rest_left.append(token)
                continue
            partner = right.pop(credits.index(best))
            bits += min(self._worth(token), self._worth(partner)) * best
        return bits, rest_left, right

    def _credit(self, one: str, other: str) -> float:
        """Share of the bits that two different tokens keep; a slip of the pen is not made by many persons."""
        found = self._credits.get((one, other))
        if found is None:
            found = self._credits[one, other] = self._credits[other, one] = self._credited(one, other)
        return found

    def _credited(self, one: str, other: str) -> float:
        kind, credit = "none", 0.0
        if not reach(one).isdisjoint(reach(other)):
            kind, credit = agreement(min(one, other), max(one, other))
        if kind == "none" and min(len(one), len(other)) >= SLIP_FROM_LENGTH and OSA.distance(one, other) == 1:
            # Ming, Min: two names as often as one, so it tells little, and is no conflict as of brother and sister.
            kind, credit = "typing_error", self._settings["short_slip_credit"]
        if kind == "none" and is_cut_short(one, other):
            kind, credit = "nickname", self._settings["cut_short_credit"]
        if kind == "none" and has_prefix_within(one, other):
            kind, credit = "same_form", self._settings["prefix_within_credit"]
        if kind == "none" and is_alike(one, other):
            kind, credit = "typing_error", self._settings["alike_credit"]
        if kind in ("none", "initial") or (kind in SLIPS and self._are_carried(one, other)):
            return 0.0
        return credit

    def _are_carried(self, one: str, other: str) -> bool:
        return min(self._share.get(one, 0.0), self._share.get(other, 0.0)) >= self._settings["carried_from_share"]

    def _joined(self, left: list[str], right: list[str]) -> tuple[float, list[str], list[str]]:
        """Tokens that the one writes apart and the other as one, in any order: Bin Ming, Mingbin."""
        for one, other, swapped in ((left, right, False), (right, left, True)):
            for token in one:
                for used in _joinings(other):
                    credit = self._as_one("".join(used), token)
                    if credit > 0:
                        rest_one, rest_other = _without(one, token), other
                        for part in used:
                            rest_other = _without(rest_other, part)
                        rests = (rest_other, rest_one) if swapped else (rest_one, rest_other)
                        return self._worth(token) * credit, *rests
        return 0.0, left, right

    def _as_one(self, joined: str, token: str) -> float:
        """Share of the bits when names written as one are a token: to the letter, but for a slip, or as it sounds."""
        if abs(len(joined) - len(token)) > MOST_LETTERS_APART:
            return 0.0
        if is_written_as_one(joined, token):
            return 1.0
        if len(token) < JOINED_FROM_LENGTH or (joined[0] != token[0] and reach(joined).isdisjoint(reach(token))):
            return 0.0
        kind, credit = agreement(min(joined, token), max(joined, token))
        return credit if kind != "none" else self._settings["alike_credit"] if is_alike(joined, token) else 0.0

    def _initials(self, left: list[str], right: list[str]) -> tuple[float, list[str], list[str], int]:
        """Bits of initials that agree, what is left on both sides, and how many initials stand against a name."""
        bits, rest_left, right, conflicts = 0.0, [], list(right), 0
        for token in left:
            partner = next((o for o in right if o[0] == token[0] and (len(o) == 1 or len(token) == 1)), None)
            if partner is None:
                rest_left.append(token)
            else:
                right.remove(partner)
                bits += self._settings["initial_bits"]
        for token in list(rest_left):
            against = next((other for other in right if len(token) == 1 or len(other) == 1), None)
            if against is not None:
                rest_left.remove(token)
                right.remove(against)
                bits -= self._settings["initial_against_cost"]
                conflicts += 1
        return bits, rest_left, right, conflicts

    def _worth(self, token: str) -> float:
        return self._bits.get(token, self._settings["most_bits"])


def is_written_as_one(joined: str, token: str) -> bool:
    """Return whether two names written as one are a token, but for one slip."""
    if joined == token:
        return True
    return len(token) >= JOINED_FROM_LENGTH and OSA.distance(joined, token, score_cutoff=1) <= 1


def is_cut_short(one: str, other: str) -> bool:
    """Return whether the one is the other cut short, with or without an ending of endearment: Pat, Kavy, Esty.

    >>> is_cut_short("kavy", "kavita"), is_cut_short("mina", "mira")
    (True, False)
    """
    short, whole = sorted((one, other), key=len)
    if len(short) > LONGEST_CUT or len(short) == len(whole):
        return False
    stems = {short, *(short[: -len(ending)] for ending in ENDEARMENTS if short.endswith(ending))}
    return any(len(stem) >= SLIP_FROM_LENGTH and whole.startswith(stem) for stem in stems)


def has_prefix_within(one: str, other: str) -> bool:
    """Return whether the one is the other with its prefixes written on: Denhollander, Hollander."""
    short, whole = sorted((one, other), key=len)
    return len(short) >= JOINED_FROM_LENGTH and whole.endswith(short) and whole[: -len(short)] in PREFIXES_WRITTEN_ON


def is_alike(one: str, other: str) -> bool:
    """Return whether two long names differ in a few letters: too far for a typing error, too near for a conflict."""
    return min(len(one), len(other)) >= JOINED_FROM_LENGTH and OSA.normalized_similarity(one, other) >= ALIKE_FROM


def _joinings(tokens: list[str]) -> Iterator[tuple[str, ...]]:
    """Two or three tokens in any order, as one may write them together."""
    for size in (2, 3):
        yield from permutations(tokens[:MOST_TOKENS_JOINED], size)


def _without(tokens: list[str], token: str) -> list[str]:
    rest = list(tokens)
    rest.remove(token)
    return rest
