"""The lists of the monitoring table: which registers of victims hold each person, by any grouping of registrations.

Lists are registers of victims: IKPS, STV, and youth care that names a form of exploitation, actual and potential
victims alike. The telex and the MOB lists are lists of missing minors and never one of them (standards 2.8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from linkage.regrouped import PublishedPairs, persons_at, sampled_persons
from monitoring.ages import ADULT_BAND
from monitoring.estimates.histories import CaptureHistories, of_memberships
from monitoring.estimates.rules import RULES
from monitoring.figures.populations import registration_year, victim_registrations
from monitoring.published_tables import PublishedTables

LISTS = tuple(RULES["lists"]["registers"])


@dataclass(frozen=True)
class VictimRegistrations:
    """The registrations that make somebody a victim in a year (or any): index record_id, columns register, person_id.

    `pairs`: of the whole night, to group them again.
    """

    rows: pd.DataFrame
    pairs: PublishedPairs

    def histories(self, person_of: pd.Series | None = None) -> CaptureHistories:
        """Return the capture histories, persons as published or as `person_of` (index record_id) groups them."""
        person = self.rows["person_id"] if person_of is None else person_of.reindex(self.rows.index)
        held = self.rows["register"].groupby(person.to_numpy()).agg(frozenset)
        return of_memberships(LISTS, held)

    def at(self, threshold: float) -> CaptureHistories:
        """Return the capture histories when pairs link from this probability on."""
        return self.histories(persons_at(self.pairs, threshold))

    def sampled(self, seed: int) -> CaptureHistories:
        """Return the capture histories of one sampled link set."""
        return self.histories(sampled_persons(self.pairs, seed))


def victim_registrations_of(
    tables: PublishedTables, year: int | None = None, adults_too: bool = False, stratum: tuple[str, str] | None = None
) -> VictimRegistrations:
    """Return who was registered as a victim, minors only unless `adults_too`, doubt makes a minor (R2).

    `year`: of the registration's own reference day. `stratum`: a column of person and its value, such as
    ("sex", "female"). A registration goes with what its published person is, however it is grouped.
    """
    rows = victim_registrations(tables.registration)
    rows = rows[rows["register"].isin(LISTS).to_numpy()]
    if year is not None:
        own = np.zeros(len(rows), dtype=bool)
        for register in LISTS:
            of_register = rows["register"].eq(register).to_numpy()
            years = registration_year(rows[of_register], register)
            own[of_register] = years.eq(year).fillna(False).to_numpy(dtype=bool)
        rows = rows[own]
    person = tables.person.set_index("person_id").reindex(rows["person_id"])
    within = np.ones(len(rows), dtype=bool) if adults_too else person["age_band"].ne(ADULT_BAND).to_numpy(dtype=bool)
    if stratum is not None:
        within &= person[stratum[0]].fillna("unknown").eq(stratum[1]).to_numpy(dtype=bool)
    rows = rows[within].set_index("record_id")[["register", "person_id"]]
    return VictimRegistrations(rows, PublishedPairs.of_night(tables.registration, tables.link, tables.judgement))


def values_of(tables: PublishedTables, characteristic: str) -> list[str]:
    """Return the values of a characteristic that victims have, unknown among them, in order."""
    victims = tables.person[tables.person["victim_status"].ne("none").to_numpy()]
    return sorted({str(value) for value in victims[characteristic].fillna("unknown")})
