"""Missing children on the page: who is still missing, for how long, and who it may be."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from sqlalchemy import text


def table(published, name: str) -> pd.DataFrame:
    with published.engine.connect() as connection:
        found = connection.execute(text(f"SELECT * FROM monitoring.{name}"))
        return pd.DataFrame(found.mappings().all())


def still_missing(published) -> dict[str, int]:
    """The open disappearances reckoned anew, from the rule: person and days."""
    registration, person, back = (table(published, name) for name in ("registration", "person", "resurfacing"))
    night = person["night"].iloc[0]
    returned = set(back.loc[back["status"] == "yes", "missing_record_id"])
    open_days: dict[str, int] = {}
    for row in registration.to_dict("records"):
        if row["register"] not in ("telex", "mob") or row["missing_since"] is None:
            continue
        if row["register"] == "mob" and row["departure_category"] != "address_check":
            continue
        if (row["missing_status"] or "open") != "open" or row["record_id"] in returned:
            continue
        own = registration[registration["person_id"] == row["person_id"]]
        if any(found is not None and found >= row["missing_since"] for found in own["found_on"]):
            continue
        days = (night - row["missing_since"]).days
        open_days[row["person_id"]] = max(days, open_days.get(row["person_id"], 0))
    minors = set(person.loc[person["is_minor_when_missing"] != "no", "person_id"])
    return {person_id: days for person_id, days in open_days.items() if person_id in minors}


def listed(client, query: str = "") -> list[str]:
    seen: list[str] = []
    for page in range(1, 20):
        content = client.get(f"/vermist/?page={page}&{query}").content.decode()
        seen += re.findall(r'<h3><a href="/personen/(W-\d+)/', content)
        if 'rel="next"' not in content:
            break
    return seen


def test_everybody_who_is_still_missing_stands_in_the_list_once_longest_first(signed_in, published):
    expected = still_missing(published)
    seen = listed(signed_in("reader"))
    assert len(seen) > 10 and sorted(seen) == sorted(expected)
    assert [expected[person] for person in seen] == sorted(expected.values(), reverse=True)


@pytest.mark.parametrize(
    ("band", "least", "most"),
    [("week", 0, 7), ("month", 8, 30), ("quarter", 31, 90), ("year", 91, 365), ("longer", 366, 10**6)],
)
def test_a_band_of_days_shows_its_own(signed_in, published, band, least, most):
    expected = {person for person, days in still_missing(published).items() if least <= days <= most}
    assert set(listed(signed_in("reader"), f"band={band}")) == expected


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, "week"), (7, "week"), (8, "month"), (30, "month"), (31, "quarter"), (90, "quarter"), (91, "year"),
     (365, "year"), (366, "longer"), (9999, "longer")],
)  # fmt: skip
def test_days_fall_in_one_band(published, days, band):
    from monitoring.web.pages.missing import band_of

    assert band_of(days) == band


def test_candidates_stand_with_their_child_the_best_first(signed_in, published):
    candidates = table(published, "candidate")
    client = signed_in("reader")
    seen = set(listed(client, "only=with_candidates"))
    assert seen == set(candidates["person_id"]) & set(still_missing(published))
    asked = set(candidates.loc[candidates["status"] == "review", "person_id"]) & seen
    assert set(listed(client, "only=in_review")) == asked
