"""What a rule of knowledge looks at: which pairs of registrations it holds for, each rule a question of its own.

In: candidate pairs with their levels and the comparable records on both sides. Out: per rule whether it holds for each
pair. What a rule then does to the probability stands in `knowledge.py`, its words in `words.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from linkage.model import Model
from linkage.standard import Comparable

# Levels of the network that tie two registrations: by a number, or also by a contact alone.
TIED_BY_NUMBER = (
    "phone_and_car",
    "phone_and_more",
    "phone",
    "phone_of_several",
    "car_and_contact",
    "car",
    "car_other_phones",
)
TIED = (*TIED_BY_NUMBER, "contact")
# Numbers and plates that few hold, so that they may be the child's own or those of who took her.
TIED_BY_OWN = ("phone_and_car", "phone_and_more", "phone", "car_and_contact", "car")
ONE_EVENT = ("same_event", "same_day_place")
ALIKE_NAMES = ("same", "partly", "rare_name_conflicts", "one_name_conflicts", "similar")
OTHER_NAMES = ("weak", "single_name_differs", "different")
CONFLICTS = ("rare_name_conflicts", "one_name_conflicts")
SAME_ORIGIN = ("same_rare", "same", "same_common", "same_very_common")
SAME_NAMES = ("same_unique", "same_very_rare", "same_rare", "same", "same_as_alias")
SAME_BIRTH = ("same_day", "same_placeholder", "same_common_placeholder", "swapped")
# Day and month agree, so that another year does not make another girl of her.
BIRTH_SPEAKS_FOR = (*SAME_BIRTH, "made_older", "year_differs", "same_month")
OTHER_BIRTH = ("few_years_apart", "different")
TELLING_LETTERS = 6  # of a given name that is reason to ask although the surname differs
FALSE_DOCUMENTS = ("false", "forged", "stolen")


@dataclass(frozen=True)
class Pairs:
    """Pairs with their levels, and the comparable records on both sides."""

    pairs: pd.DataFrame
    left: pd.DataFrame
    right: pd.DataFrame
    model: Model

    def level(self, field: str, *names: str) -> np.ndarray:
        """Whether the field of each pair is on one of these levels."""
        comparison = self.model.comparison(field)
        return np.asarray(self.pairs[field].isin([comparison.number(name) for name in names]))

    def both(self, *registers: str) -> np.ndarray:
        """Whether both sides are of one and the same of these registers."""
        register = self.left["register"].to_numpy()
        return np.asarray((register == self.right["register"].to_numpy()) & np.isin(register, registers))

    def either(self, field: str, *values: str) -> np.ndarray:
        """Whether one side or the other has one of these values."""
        return np.asarray(np.isin(self.left[field], values) | np.isin(self.right[field], values))


def cross_reference(left: pd.DataFrame, right: pd.DataFrame) -> np.ndarray:
    """The police themselves say that the two are one person (`andere_identiteit_van`)."""

    def points(one: pd.DataFrame, other: pd.DataFrame) -> np.ndarray:
        named = one["other_identity_of"].to_numpy()
        return np.asarray(
            (named != "") & (named == other["source_key"].to_numpy()) & (other["register"] == "ikps").to_numpy()
        )

    return points(left, right) | points(right, left)


def two_places(two: Pairs) -> np.ndarray:
    """One day, two towns, no number in common, only the identity on paper (S31): a contact's name is no tie."""
    day, other_day = (side["seen_day"].to_numpy() for side in (two.left, two.right))
    places = [side["seen_place"].to_numpy() for side in (two.left, two.right)]
    elsewhere = (places[0] >= 0) & (places[1] >= 0) & (places[0] != places[1])
    apart = ~two.level("network", *TIED_BY_NUMBER)
    return np.asarray(two.both("ikps") & (day > 0) & (day == other_day) & elsewhere & apart)


def companions(two: Pairs) -> np.ndarray:
    """Two rows of one register on one event are two persons (S02, S43), unless names agree or a number says otherwise.

    Who has no name is one of the others only by a number: in one workshop all else agrees. Names that are merely alike,
    as of a family on transport, tell less than two rows do.
    """
    agree = two.level("birth_date", *BIRTH_SPEAKS_FOR)
    differ = (two.level("name", *OTHER_NAMES) | (two.pairs["name"] == 0).to_numpy()) & ~agree
    alike = two.level("name", *ALIKE_NAMES) & ~two.level("birth_date", "same_day")
    together = two.level("event", *ONE_EVENT) & ~two.level("network", *TIED_BY_NUMBER)
    return np.asarray(two.both("ikps", "stv") & together & (differ | alike))


def companions_or_one(two: Pairs) -> np.ndarray:
    """Police or STV records of one event with numbers in common and other names: two girls, or one with two identities.

    A girl and a boy are two, whatever number they share.
    """
    differ = two.level("name", *OTHER_NAMES) & ~two.level("birth_date", *BIRTH_SPEAKS_FOR)
    numbers = two.level("network", *TIED_BY_NUMBER)
    # With numbers in common one day is one event, also where a place was not noted.
    unplaced = (two.left["seen_place"].to_numpy() < 0) | (two.right["seen_place"].to_numpy() < 0)
    together = two.level("event", "same_day_place") | (two.level("event", "same_day") & unplaced)
    return np.asarray(two.both("ikps", "stv") & together & differ & (numbers | two.level("sex", "different")))


def two_departures(two: Pairs) -> np.ndarray:
    """One list, one day: two rows of a centre are two children, and so are two names on the telex (S45).

    Unless the number says so, or all of the identity agrees: a row may stand on a list twice.
    """
    one_row_each = two.both("mob") & ~(two.level("name", *SAME_NAMES) & two.level("birth_date", *SAME_BIRTH))
    names_differ = two.both("telex") & (
        two.level("name", *OTHER_NAMES) | (two.level("name", *CONFLICTS) & two.level("birth_date", *OTHER_BIRTH))
    )
    together = two.level("event", *ONE_EVENT, "same_day")
    return np.asarray((one_row_each | names_differ) & together & ~two.level("v_number", "same"))


def lent_document(two: Pairs) -> np.ndarray:
    """Two police records of one identity on paper that share no number or contact (S31, S32, L2034-2042)."""
    same_paper = two.level("name", *SAME_NAMES) & two.level("birth_date", *SAME_BIRTH)
    return np.asarray(two.both("ikps") & same_paper & ~two.level("network", *TIED))


def stolen_document(two: Pairs, records: Comparable) -> np.ndarray:
    """A stolen document that names a child of whom another register says she was born elsewhere (S32)."""
    stolen = two.either("document_status", "stolen") & two.level("name", *SAME_NAMES)
    sides = (two.left, two.right)
    born = [side["birth_country"].to_numpy() for side in sides]
    origins = [side["origin"].to_numpy() for side in sides]
    elsewhere = np.zeros(len(stolen), dtype=bool)
    for at in np.flatnonzero(stolen & ~two.level("network", *TIED)):
        elsewhere[at] = any(
            born[one][at] and origins[other][at] >= 0 and born[one][at] not in records.origins[origins[other][at]][1]
            for one, other in ((0, 1), (1, 0))
        )
    return elsewhere


def siblings(two: Pairs, records: Comparable) -> np.ndarray:
    """One name agrees and another conflicts: brother, sister or twin, unless it is the given name that agrees."""
    conflict = two.level("name", *CONFLICTS) & ~two.level("v_number", "same")
    return np.asarray(conflict & ~given_agree(two, records, conflict))


def given_agree(two: Pairs, records: Comparable, among: np.ndarray, least_letters: int = 2) -> np.ndarray:
    """Whether the two have a given name of so many letters in common, of the pairs asked about."""
    given = [side["given"].to_numpy() for side in (two.left, two.right)]
    agree = np.zeros(len(among), dtype=bool)
    for at in np.flatnonzero(among):
        one, other = given[0][at], given[1][at]
        if one >= 0 and other >= 0:
            agree[at] = any(len(token) >= least_letters for token in records.givens[one] & records.givens[other])
    return agree


def claimed_kin(two: Pairs, records: Comparable) -> np.ndarray:
    """A child gone from a centre, and one at work whom the owner calls kin: the surname is his claim (S41).

    Then the given name, with sex, origin and year, is reason enough to ask.
    """
    gone = [side["gone_day"].to_numpy() > 0 for side in (two.left, two.right)]
    works = [side["works"].to_numpy(bool) for side in (two.left, two.right)]
    asked = (gone[0] & works[1]) | (gone[1] & works[0])
    asked &= two.level("name", *CONFLICTS) & two.level("sex", "same") & two.level("origin", *SAME_ORIGIN)
    asked &= two.level("birth_date", *BIRTH_SPEAKS_FOR, "same_year")
    return np.asarray(asked & given_agree(two, records, asked, TELLING_LETTERS))


def number_only(two: Pairs) -> np.ndarray:
    """A number in common, neither name nor birth date: a network, and a person only with more evidence (point 9).

    A missing child under a false name and age is asked about, never joined by a telephone alone.
    """
    across = two.left["register"].to_numpy() != two.right["register"].to_numpy()
    differ = two.level("name", "weak", "different") & ~two.level("birth_date", *BIRTH_SPEAKS_FOR)
    tied = two.level("network", *TIED_BY_NUMBER) & ~two.level("network", "phone_and_car")
    return np.asarray(across & differ & tied & ~two.level("event", *ONE_EVENT))


def one_network(two: Pairs) -> np.ndarray:
    """A girl moved about under other names, her telephone and the car with her (S24), or known by a work name (S23)."""
    elsewhere = ~two.level("event", *ONE_EVENT, "same_day") & ~two.level("sex", "different")
    moved = two.level("name", "weak", "different") & two.level("network", "phone_and_car")
    near = two.level("place", "same_rare", "same", "same_common") | two.level("event", "same_place_near")
    work_name = (
        two.level("name", "single_name_differs") & two.level("network", "phone_and_more", "phone_and_car") & near
    )
    return np.asarray(two.both("ikps") & elsewhere & (moved | work_name))


def twins(two: Pairs) -> np.ndarray:
    """Siblings on paper whose birth date or event is one: twins, or one child under a nickname (S42)."""
    return np.asarray(two.level("birth_date", *BIRTH_SPEAKS_FOR) | two.level("event", *ONE_EVENT, "same_day"))


def household(two: Pairs) -> np.ndarray:
    """Two youth-care dossiers with other birth dates: the number of a house is that of all its children (point 9)."""
    return np.asarray(two.both("youth_care") & two.level("birth_date", *OTHER_BIRTH) & ~two.level("network", "none"))


def police_and_stv(two: Pairs) -> np.ndarray:
    """A police record and an STV report of one place and day and one sex whose names do not agree."""
    registers = np.sort(np.column_stack((two.left["register"], two.right["register"])).astype(str), axis=1)
    police_and_stv = (registers[:, 0] == "ikps") & (registers[:, 1] == "stv")
    names_differ = two.level("name", *OTHER_NAMES) | (two.pairs["name"] == 0).to_numpy()
    return np.asarray(police_and_stv & two.level("event", *ONE_EVENT) & names_differ & ~two.level("sex", "different"))


def event_only(two: Pairs) -> np.ndarray:
    """Nothing but the event ties the two, another nationality or no name at all stands against it, and no document is
    known to be false: a reviewer decides (S35, S69)."""
    tied = two.level("network", *TIED_BY_NUMBER) | two.level("birth_date", *BIRTH_SPEAKS_FOR)
    against = (two.pairs["name"] == 0).to_numpy() | ~two.level("origin", *SAME_ORIGIN)
    return np.asarray(police_and_stv(two) & ~tied & against & ~two.either("document_status", *FALSE_DOCUMENTS))


def same_event(two: Pairs) -> np.ndarray:
    """A police record with a false document and the STV report of the event: one victim (S02, S65)."""
    named = (two.pairs["name"] != 0).to_numpy()
    return np.asarray(police_and_stv(two) & named & two.either("document_status", *FALSE_DOCUMENTS))
