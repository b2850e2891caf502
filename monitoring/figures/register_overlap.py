"""How far registers hold the same persons: registrations and persons per register, doubles, overlap, and how much of
that hangs on the linking. What the report could not tell (L3790-3791).

In: registrations as published. Registers are never added up (R60).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import combinations

import pandas as pd
from babel.numbers import format_decimal

from connectors.codes import code_list
from linkage.model import load_model
from linkage.regrouped import PublishedPairs, persons_at
from monitoring.figures.counting import Units
from monitoring.figures.declared import Row
from monitoring.figures.figure import TOTAL, Figure, Heading, Words
from monitoring.figures.monitor_declared import (
    DECLARED,
    TOTAL_WORDS,
    heading_words,
    monitor_figure,
    plain_figure,
    rows_of,
    total_column,
)
from monitoring.figures.populations import of_register, population_code, registration_year
from monitoring.published_tables import PublishedTables

REGISTERS = code_list("register").codes
PAIRS = tuple(combinations(REGISTERS, 2))
STEPS = DECLARED["thresholds"]["steps"]
LOWEST, HIGHEST = "lowest", "highest"


def register_figures(tables: PublishedTables, year: int | None, filled: Mapping[str, Words | str]) -> list[Figure]:
    """Return M1 to M4 of the registrations of one year, or of all (None)."""
    registration = tables.registration
    known = tuple(register for register in REGISTERS if is_known(tables, register, year))
    of_year = pd.concat([of_register(registration, register, year) for register in REGISTERS])
    population = population_code("registered", year)
    counted = set(tables.person.loc[tables.person["is_counted"].astype(bool), "person_id"])
    return [
        _registrations(of_year, known, population, filled),
        _persons(of_year, known, counted, population, filled),
        _ratio(of_year, known, population, filled),
        _combinations(of_year, known, population, filled),
        _pairwise(of_year, known, population, filled),
        *_regrouped(tables, of_year, known, population, filled),
    ]


def is_known(tables: PublishedTables, register: str, year: int | None) -> bool:
    """Whether the night can know anything of a register in a year: it holds registrations of it, the year is not before
    the first of them and not after the night.
    """
    own = of_register(tables.registration, register)
    if year is None or not len(own):
        return bool(len(own))
    first = registration_year(own, register).min()
    return bool(pd.notna(first) and first <= year <= tables.night.year)


def _registrations(
    registration: pd.DataFrame, known: tuple[str, ...], population: str, filled: Mapping[str, Words | str]
) -> Figure:
    total = registration["register"].value_counts()
    persons = registration.groupby("register")["person_id"].nunique()
    cells = []
    for register in REGISTERS:
        every, first = int(total.get(register, 0)), int(persons.get(register, 0))
        cells.append((first, every - first, every) if register in known else (None, None, None))
    columns = [
        Heading(code, heading_words("registrations", code), code == TOTAL) for code in ("first", "further", TOTAL)
    ]
    rows = rows_of("register", REGISTERS, unknown=False, total=False)
    return plain_figure("M1", "register", rows, columns, cells, population, filled, column_dimension="registrations")


def _persons(
    registration: pd.DataFrame,
    known: tuple[str, ...],
    counted: set[str],
    population: str,
    filled: Mapping[str, Words | str],
) -> Figure:
    held = registration[["register", "person_id"]].drop_duplicates()
    is_counted = held["person_id"].isin(counted)
    cells = []
    for register in REGISTERS:
        here = held["register"].eq(register)
        yes, every = int((here & is_counted).sum()), int(here.sum())
        cells.append((yes, every - yes, every) if register in known else (None, None, None))
    columns = [
        Heading(code, heading_words("is_counted", code), code == TOTAL) for code in ("counted", "not_counted", TOTAL)
    ]
    rows = rows_of("register", REGISTERS, unknown=False, total=False)
    return plain_figure(
        "M1P", "register", rows, columns, cells, population, filled, column_dimension="is_counted", is_multiple=True
    )


def _ratio(
    registration: pd.DataFrame, known: tuple[str, ...], population: str, filled: Mapping[str, Words | str]
) -> Figure:
    total = registration["register"].value_counts()
    persons = registration.groupby("register")["person_id"].nunique()
    cells = [
        # Half up, in whole numbers; without persons there is nothing to divide by.
        [(200 * int(total[register]) + int(persons[register])) // (2 * int(persons[register]))]
        if register in known and persons.get(register, 0)
        else [None]
        for register in REGISTERS
    ]
    columns = [Heading(TOTAL, heading_words("ratio", TOTAL))]
    rows = rows_of("register", REGISTERS, unknown=False, total=False)
    return plain_figure("M1R", "register", rows, columns, cells, population, filled)


def registers_of(registration: pd.DataFrame, person: str = "person_id") -> pd.Series:
    """Return the registers of each person, in the order of the code list: index person, tuples."""
    held = registration[[person, "register"]].drop_duplicates()
    found: dict[str, set[str]] = {}
    for one, register in zip(held[person], held["register"], strict=True):
        found.setdefault(one, set()).add(register)
    tuples = {one: tuple(name for name in REGISTERS if name in found[one]) for one in sorted(found)}
    return pd.Series(tuples, dtype=object)


def _combinations(
    registration: pd.DataFrame, known: tuple[str, ...], population: str, filled: Mapping[str, Words | str]
) -> Figure:
    registers = registers_of(registration)
    met = sorted(set(registers), key=lambda held: (len(held), [REGISTERS.index(register) for register in held]))
    rows = [Row("+".join(held), _joined(held), ("+".join(held),)) for held in met]
    rows.append(Row(TOTAL, TOTAL_WORDS, (), is_total=True))
    codes = pd.Series([("+".join(held),) for held in registers], index=registers.index, dtype=object)
    return monitor_figure("M2", "combination", rows, [total_column(codes, bool(known))], population, filled)


def _joined(registers: tuple[str, ...], sign: str = " + ") -> Words:
    return {
        language: sign.join(heading_words("register", register)[language] for register in registers)
        for language in ("nl", "en")
    }


def _pairwise(
    registration: pd.DataFrame, known: tuple[str, ...], population: str, filled: Mapping[str, Words | str]
) -> Figure:
    registers = registers_of(registration)
    columns = [
        Units(
            Heading(register, heading_words("register", register)),
            registers[[register in held for held in registers]],
            is_known=register in known,
            unrecorded=tuple(name for name in REGISTERS if name not in known),
        )
        for register in REGISTERS
    ]
    rows = rows_of("register", REGISTERS, unknown=False, total=False)
    return monitor_figure(
        "M3", "register", rows, columns, population, filled, column_dimension="register", is_multiple=True
    )


def thresholds() -> list[tuple[str, float]]:
    """Return code and match probability of each declared threshold, from low to high; words are the model's."""
    of_model = load_model().thresholds
    named = [(step, of_model[step]) if isinstance(step, str) else (f"at_{step}", float(step)) for step in STEPS]
    return sorted(named, key=lambda step: step[1])


def _regrouped(
    tables: PublishedTables,
    registration: pd.DataFrame,
    known: tuple[str, ...],
    population: str,
    filled: Mapping[str, Words | str],
) -> list[Figure]:
    pairs = PublishedPairs.of_night(tables.registration, tables.link, tables.judgement)
    steps = thresholds()
    persons, doubles = [], []
    for _, chance in steps:
        grouped = registration.assign(person=registration["record_id"].map(persons_at(pairs, chance)))
        persons.append(_overlap(grouped, known))
        doubles.append(_doubles(grouped, known))
    columns = [Heading(code, _step_words(code, chance)) for code, chance in steps]
    columns += [Heading(code, heading_words("threshold", code)) for code in (LOWEST, HIGHEST)]
    grouped_rows = [Row(code, heading_words("grouped", code), (code,)) for code in ("persons", "several")]
    register_rows = list(rows_of("register", REGISTERS, unknown=False, total=False))
    pair_rows = [Row("+".join(pair), _joined(pair), ("+".join(pair),)) for pair in PAIRS]
    return [
        plain_figure(
            name, "grouped", rows, columns, _with_range(counts), population, filled,
            column_dimension="threshold", is_multiple=True,
        )
        for name, rows, counts in (
            ("M4", [*grouped_rows, *register_rows, *pair_rows], persons), ("M4R", register_rows, doubles),
        )
    ]  # fmt: skip


def _overlap(grouped: pd.DataFrame, known: tuple[str, ...]) -> list[int | None]:
    """Persons, persons in several registers, persons of each register, persons of each two."""
    if not known:
        return [None] * (2 + len(REGISTERS) + len(PAIRS))
    persons = Counter(registers_of(grouped, "person"))
    counts: list[int | None] = [persons.total(), sum(count for held, count in persons.items() if len(held) > 1)]
    for wanted in (*((register,) for register in REGISTERS), *PAIRS):
        together = sum(count for held, count in persons.items() if set(wanted) <= set(held))
        counts.append(together if set(wanted) <= set(known) else None)
    return counts


def _doubles(grouped: pd.DataFrame, known: tuple[str, ...]) -> list[int | None]:
    """Registrations beyond the first of a person within each register."""
    further = grouped[grouped.duplicated(["register", "person"])]["register"].value_counts()
    return [int(further.get(register, 0)) if register in known else None for register in REGISTERS]


def _with_range(counts: list[list[int | None]]) -> list[list[int | None]]:
    """Rows of cells from the columns of thresholds, each row with its lowest and highest."""
    rows = []
    for of_row in zip(*counts, strict=True):
        found = [count for count in of_row if count is not None]
        rows.append([*of_row, min(found, default=None), max(found, default=None)])
    return rows


def _step_words(code: str, chance: float) -> Words:
    value = {language: format_decimal(chance, format="0.######", locale=language) for language in ("nl", "en")}
    return heading_words("threshold", "at" if code.startswith("at_") else code, value=value)
