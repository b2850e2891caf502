"""How much two sets of names say for or against one person.

Every name of the one is laid against every name of the other; tokens find their partners in any order, equal, nearly
equal, as initial, or joined (Xiao Xing, Xiaoxing). Rare tokens tell more than common ones. A record with many
aliases has more chances to agree by accident, so the number of pairs tried is subtracted in bits.
"""

from __future__ import annotations

import math
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler, Levenshtein

from linkage.model import Model
from linkage.standard import Variant, token_bits


class NameEvidence:
    """Evidence in bits between two name sets, given how common each token is tonight."""

    def __init__(self, token_share: dict[str, float], model: Model) -> None:
        self._settings = model.names
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

    def _of_variants(self, left: Variant, right: Variant) -> tuple[float, bool]:
        settings = self._settings
        bits, rest_left, rest_right = self._equal(left, right)
        for match in (self._nearly_equal, self._joined):
            if rest_left and rest_right:
                gained, rest_left, rest_right = match(rest_left, rest_right)
                bits += gained
        gained, rest_left, rest_right, against = self._initials(rest_left, rest_right)
        bits += gained
        conflicts = min(len(rest_left), len(rest_right))
        extra = abs(len(rest_left) - len(rest_right))
        total = bits - conflicts * settings["conflict_cost"] - extra * settings["extra_token_cost"]
        return total, conflicts + against > 0

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
        bits, rest_left = 0.0, []
        right = list(right)
        for token in left:
            partner = next((other for other in right if is_nearly_equal(token, other)), None)
            if partner is None:
                rest_left.append(token)
                continue
            right.remove(partner)
            worth = min(self._worth(token), self._worth(partner))
            bits += worth * self._settings["nearly_equal_factor"] - self._settings["nearly_equal_cost"]
        return bits, rest_left, right

    def _joined(self, left: list[str], right: list[str]) -> tuple[float, list[str], list[str]]:
        """Tokens that the one writes apart and the other as one, in either order."""
        for one, other, swapped in ((left, right, False), (right, left, True)):
            for token in one:
                for at, first in enumerate(other):
                    for second in other[:at] + other[at + 1 :]:
                        if first + second == token or is_nearly_equal(first + second, token):
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


@lru_cache(maxsize=500_000)
def is_nearly_equal(one: str, other: str) -> bool:
    """Whether two tokens are one name with a typing error or another spelling."""
    shorter = min(len(one), len(other))
    if shorter < 3 or abs(len(one) - len(other)) > 3:
        return False
    distance = Levenshtein.distance(one, other, score_cutoff=2)
    if distance <= 1:
        return shorter >= 4
    return shorter >= 5 and JaroWinkler.similarity(one, other) >= 0.92


def _without(tokens: list[str], token: str) -> list[str]:
    rest = list(tokens)
    rest.remove(token)
    return rest
