"""How much two sets of names say for or against one person.

Every name of the one is laid against every name of the other; tokens find their partners in any order, equal, nearly
equal, as initial, or joined (Xiao Xing, Xiaoxing). Rare tokens tell more than common ones. A record with many
aliases has more chances to agree by accident, so the number of pairs tried is subtracted in bits.
"""

from __future__ import annotations

import math

from rapidfuzz.distance import OSA

from linkage.model import Model
from linkage.name_agreement import reach
from linkage.name_forms import bare
from linkage.standard import Variant, token_bits
from linkage.token_agreement import agreement

SLIPS = ("typing_error", "similar_form")
SLIP_FROM_LENGTH = 3
JOINED_FROM_LENGTH = 5
INITIAL = "initial"


class NameEvidence:
    """Evidence in bits between two name sets, given how common each token is tonight."""

    def __init__(self, token_share: dict[str, float], model: Model) -> None:
        self._settings = model.names
        self._share = token_share
        self._reach: dict[Variant, frozenset[str]] = {}
        self._bits = {token: token_bits(share, model) for token, share in token_share.items()}

    def between(self, left: tuple[Variant, ...], right: tuple[Variant, ...]) -> tuple[float, bool]:
        """Bits for (positive) or against (negative) one person, and whether a name conflicts beside one that agrees.

        The best pair of names counts, less the tries it took.
        """
        best, conflicts = max(
            (self._of_variants(one, other) for one in left for other in right),
            key=lambda found: (found[0], not found[1]),
        )
        return (best - math.log2(len(left) * len(right)) if best > 0 else best), conflicts

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
        if reach(one).isdisjoint(reach(other)):
            return 0.0
        kind, credit = agreement(min(one, other), max(one, other))
        if kind == "none" and min(len(one), len(other)) >= SLIP_FROM_LENGTH and OSA.distance(one, other) == 1:
            # Ming, Min: two names as often as one, so it tells little, and is no conflict as of brother and sister.
            kind, credit = "typing_error", self._settings["short_slip_credit"]
        if kind in ("none", "initial") or (kind in SLIPS and self._are_carried(one, other)):
            return 0.0
        return credit

    def _are_carried(self, one: str, other: str) -> bool:
        return min(self._share.get(one, 0.0), self._share.get(other, 0.0)) >= self._settings["carried_from_share"]

    def _joined(self, left: list[str], right: list[str]) -> tuple[float, list[str], list[str]]:
        """Tokens that the one writes apart and the other as one, in either order."""
        for one, other, swapped in ((left, right, False), (right, left, True)):
            for token in one:
                for at, first in enumerate(other):
                    for second in other[:at] + other[at + 1 :]:
                        if is_written_as_one(first + second, token):
                            rest_one = _without(one, token)
                            rest_other = _without(_without(other, first), second)
                            rests = (rest_other, rest_one) if swapped else (rest_one, rest_other)
                            return self._worth(token), *rests
        return 0.0, left, right

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


def _without(tokens: list[str], token: str) -> list[str]:
    rest = list(tokens)
    rest.remove(token)
    return rest
