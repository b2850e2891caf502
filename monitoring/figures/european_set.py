"""The European set: victims by registering organisation, sex, age group, citizenship and form of exploitation
(Directive (EU) 2024/1712, standards.md 1.4). Registered is identified or presumed: actual and potential victims.

0 and "-" differ: 0 is known to be none, "-" is not known.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from connectors.codes import code_list
from monitoring.ages import ADULT_BAND
from monitoring.figures.counting import Units, codes_by_person
from monitoring.figures.declared import Row
from monitoring.figures.figure import TOTAL, UNKNOWN, Figure, Words
from monitoring.figures.four_groups import Years, victims
from monitoring.figures.monitor_declared import columns_of, heading_words, monitor_figure, rows_of
from monitoring.figures.populations import first_victim_day, population_code, victim_registrations
from monitoring.published_tables import PublishedTables

BY_REPORTER = "by_reporter"
CHARACTERISTICS = {
    "sex": (*code_list("sex").codes, UNKNOWN),
    "age_group": ("child", "adult", UNKNOWN),
    "citizenship": ("reporting", "other_eu", "non_eu", UNKNOWN),
    "form_group": ("sexual", "labour", "other", "several", UNKNOWN),
}
FIGURES = {"E1": "sex", "E2": "age_group", "E3": "citizenship", "E4": "form_group"}
ORGANISATIONS = (*code_list("reporter_kind").codes, UNKNOWN)


def european_figures(tables: PublishedTables, year: int | None, filled: Mapping[str, Words | str]) -> list[Figure]:
    """Return E1 to E5: victims of one year, or of all (None)."""
    described = european_victims(tables)
    knows = Years.until(year, described["year"].dropna(), tables.night.year).knows(year)
    if year is not None:
        described = described[described["year"].eq(year).fillna(False).to_numpy(dtype=bool)]
    population = population_code("victims", year)
    held = set(tables.registration["register"]) & set(declared()["registering"])
    is_known = knows and bool(held)
    return [
        *_by_organisation(described, held, is_known, population, filled),
        _whole_cross(described, is_known, population, filled),
    ]


def european_victims(tables: PublishedTables) -> pd.DataFrame:
    """Return the victims in the terms of the set, index person_id.

    Out: year, organisations (tuples of reporter kinds), sex, age_group, citizenship, form_group; unknown is a code.
    """
    person = victims(tables)
    of_victims = victim_registrations(tables.registration)
    first = first_victim_day(of_victims).reindex(person.index)
    return pd.DataFrame(
        {
            "year": person["year"],
            "organisations": codes_by_person(_organisation(of_victims), of_victims["person_id"], person.index),
            "sex": person["sex"].astype(object).where(person["sex"].notna(), UNKNOWN),
            "age_group": person["age_band"].map(
                lambda band: {ADULT_BAND: "adult", UNKNOWN: UNKNOWN}.get(band, "child")
            ),
            "citizenship": [
                citizenship(nationality, status, tables.night if pd.isna(day) else day.date())
                for nationality, status, day in zip(
                    person["nationality"], person["residence_status"], first, strict=True
                )
            ],
            "form_group": person["exploitation_forms"].map(form_group),
        },
        index=person.index,
    )


def citizenship(nationality: str | None, residence_status: str | None, on: date) -> str:
    """Return reporting, other_eu, non_eu or unknown on a day; several nationalities are separated by |."""
    known = declared()["citizenship"]
    codes = set(nationality.split("|")) if isinstance(nationality, str) else set()
    if codes & set(known["reporting"]) or residence_status in known["reporting_statuses"]:
        return "reporting"
    if any(_is_member(code, on) for code in codes) or residence_status in known["eu_statuses"]:
        return "other_eu"
    return "non_eu" if codes - set(known["undecided"]) else UNKNOWN


def form_group(forms: list[str]) -> str:
    """Return sexual, labour, other, several of them, or unknown without a form."""
    groups = {group for group, listed in declared()["forms"].items() if set(forms) & set(listed)}
    return UNKNOWN if not groups else groups.pop() if len(groups) == 1 else "several"


@cache
def declared() -> dict[str, Any]:
    """Return what `european_set.toml` declares: registering, forms, citizenship, members."""
    return tomllib.loads(Path(__file__).with_name("european_set.toml").read_text(encoding="utf-8"))


def _is_member(code: str, on: date) -> bool:
    term = [date.fromisoformat(day) for day in declared()["members"].get(code, ())]
    return bool(term) and term[0] <= on and (len(term) == 1 or on < term[1])


def _organisation(of_victims: pd.DataFrame) -> pd.Series:
    own = of_victims["register"].map(declared()["registering"])
    return own.where(own.ne(BY_REPORTER), of_victims["reporter_kind"]).astype(object)


def _by_organisation(
    described: pd.DataFrame, held: set[str], is_known: bool, population: str, filled: Mapping[str, Words | str]
) -> list[Figure]:
    """E1 to E4. A row is not known when nobody is in it and the organisation's own register holds nothing."""
    unrecorded = _unrecorded(held, {code for codes in described["organisations"] for code in codes or (UNKNOWN,)})
    rows = _rows("organisation", ORGANISATIONS)
    figures = []
    for name, characteristic in FIGURES.items():
        columns = columns_of(
            characteristic,
            CHARACTERISTICS[characteristic],
            described[characteristic],
            described["organisations"],
            is_known,
        )
        columns = [Units(one.heading, one.codes, is_known=is_known, unrecorded=unrecorded) for one in columns]
        figures.append(
            monitor_figure(
                name, "organisation", rows, columns, population, filled,
                column_dimension=characteristic, is_multiple=True,
            )
        )  # fmt: skip
    return figures


def _unrecorded(held: set[str], named: set[str]) -> tuple[str, ...]:
    """Organisations of which nothing is known: nobody named them, and the register that would is not held."""
    registers = declared()["registering"]
    filling = {organisation: register for register, organisation in registers.items()}
    return tuple(
        code for code in ORGANISATIONS if code not in named and filling.get(code, filling[BY_REPORTER]) not in held
    )


def _whole_cross(described: pd.DataFrame, is_known: bool, population: str, filled: Mapping[str, Words | str]) -> Figure:
    """E5: a row for each combination that occurs, in the order of the code lists."""
    parts = ("sex", "age_group", "citizenship")
    rest = list(zip(*(described[part] for part in parts), strict=True)) if len(described) else []
    combined = [
        tuple("|".join((organisation, *others)) for organisation in organisations or (UNKNOWN,))
        for organisations, others in zip(described["organisations"], rest, strict=True)
    ]
    orders = (ORGANISATIONS, *(CHARACTERISTICS[part] for part in parts))
    met = sorted(
        {code for codes in combined for code in codes},
        key=lambda code: [order.index(part) for order, part in zip(orders, code.split("|"), strict=True)],
    )
    rows = [Row(code, _in_words(code), (code,)) for code in met]
    rows.append(Row(TOTAL, heading_words("organisation", TOTAL), (), is_total=True))
    codes = pd.Series(combined, index=described.index, dtype=object)
    columns = columns_of("form_group", CHARACTERISTICS["form_group"], described["form_group"], codes, is_known)
    return monitor_figure(
        "E5", "organisation", rows, columns, population, filled, column_dimension="form_group", is_multiple=True
    )


def _rows(characteristic: str, codes: tuple[str, ...]) -> tuple[Row, ...]:
    *rows, total = rows_of(characteristic, codes)
    return (*(Row(row.code, heading_words("reporter_kind", row.code), row.codes) for row in rows), total)


def _in_words(code: str) -> Words:
    parts = zip(("reporter_kind", "sex", "age_group", "citizenship"), code.split("|"), strict=True)
    words = [heading_words(characteristic, part) for characteristic, part in parts]
    return {language: " · ".join(said[language] for said in words) for language in ("nl", "en")}
