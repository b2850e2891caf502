"""A register as a whole: how often each field is recorded, how much each police region registers, what has to add up.

Records are counted part by part (`count_whole`); the counts of all parts become measures, one row each with what it
may lie between, and Great Expectations judges those. A finding of the whole is a warning: no row is to blame.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from connectors.codes import code_list
from connectors.names import plain
from connectors.reading import findings_frame
from connectors.records import COLUMNS
from connectors.register import Register
from expectations.rules import rules_of
from expectations.suite_check import SuiteCheck

KINDS = {column.name: column.kind for column in COLUMNS}
LISTS = ("texts", "codes")
COMPLETENESS_COLUMNS = ("register", "field", "records", "recorded", "recorded_share", "baseline_share", "usual_share")
# What was counted, by kind of count: ("records",), ("recorded", field), ("region", region, year), ("code", column,
# code), ("answered", column), ("category", month, code or "").
Counts = Counter[tuple[str, ...]]
# Rule, column, detail, value, least, most; a bound that is None does not hold.
Measure = tuple[str, str, str, float, float | None, float | None]


@cache
def settings() -> Mapping[str, Any]:
    """Return what `completeness.toml` declares."""
    return tomllib.loads(Path(__file__).with_name("completeness.toml").read_text(encoding="utf-8"))


def counted_fields(register: Register) -> tuple[str, ...]:
    """Return the record columns that a register fills, in its order; parts of one date or name count once."""
    left_out = set(settings()["fields"]["not_counted"])
    filled = dict.fromkeys(name for column in register.columns for name in column.into)
    return tuple(name for name in filled if name in KINDS and name not in left_out)


def count_whole(register: Register, records: pd.DataFrame) -> Counts:
    """Return the counts of some of a register's records; those of several parts can be added."""
    counts: Counts = Counter({("records",): len(records)})
    for field in counted_fields(register):
        counts["recorded", field] = int(_is_recorded(records[field]).sum())
    answers = settings()["answers"]
    for column in answers["single"]:
        if column in records:
            given = records[column].dropna()
            counts["answered", column] += len(given)
            counts.update({("code", column, str(code)): n for code, n in given.value_counts().items()})
    for column in answers["multiple"]:
        given = records.loc[_is_recorded(records[column]), column]
        counts["answered", column] += len(given)
        counts.update(("code", column, code) for codes in given for code in dict.fromkeys(codes))
    if register.name in settings()["regions"]:
        _count_regions(counts, register, records)
    if "departure_category" in counted_fields(register):
        months = [day.isoformat()[:7] if day else "" for day in records["departed_on"]]
        pairs = zip(months, records["departure_category"], strict=True)
        counts.update(("category", month, code or "") for month, code in pairs)
    return counts


def _is_recorded(values: pd.Series) -> pd.Series:
    return values.map(bool).astype(bool) if KINDS[str(values.name)] in LISTS else values.notna()


def _count_regions(counts: Counts, register: Register, records: pd.DataFrame) -> None:
    """Only listed regions are counted: what stands in the column otherwise might be anything."""
    listed = set(settings()["regions"][register.name])
    spelled = {name: plain(name).replace("-", " ") for name in records["region"].dropna().unique()}
    spelled = {name: words.removeprefix("politie ").removeprefix("regio ") for name, words in spelled.items()}
    held = Counter(zip(records["region"], records["registered_on"], strict=True))
    for (name, day), number in held.items():
        if day and spelled.get(name) in listed:
            counts["region", spelled[name], str(day.year)] += number


def completeness(register: Register, counts: Counts, usual: Mapping[str, float]) -> pd.DataFrame:
    """Return one row per field of a register: COMPLETENESS_COLUMNS, shares from 0 to 1.

    `usual`: per field the median share of the nights before, where there are enough of them.
    """
    baseline, records = settings()["baseline"].get(register.name, {}), counts["records",]
    rows = [
        (register.name, field, records, recorded, recorded / records if records else None, baseline.get(field),
         usual.get(field))
        for field in counted_fields(register)
        for recorded in [counts["recorded", field]]
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=list(COMPLETENESS_COLUMNS))
    shares = ["recorded_share", "baseline_share", "usual_share"]
    return table.astype(dict.fromkeys(shares, float))


def usual_shares(nights: pd.DataFrame) -> dict[str, float]:
    """Return per field the median of its shares on the nights before: field, records, recorded, a row per night."""
    asked = settings()["measures"]
    known = nights[nights["records"] >= asked["from_records"]]
    shares = (known["recorded"] / known["records"]).groupby(known["field"])
    counted = shares.count()
    return {
        str(field): float(share) for field, share in shares.median().items() if counted[field] >= asked["from_nights"]
    }


def judge_whole(register: Register, counts: Counts, usual: Mapping[str, float]) -> pd.DataFrame:
    """Return the findings about a register as a whole (connectors.reading.FINDING_COLUMNS); details hold counts and
    shares, of regions only listed names.
    """
    rules = {rule.name for rule in rules_of(register, "whole")}
    measures = [measure for measure in _measures(register, counts, usual) if measure[0] in rules]
    if not measures:
        return findings_frame([])
    facts = pd.DataFrame(
        {
            "row": pd.Series(range(len(measures)), dtype="int64"),
            "rule": [rule for rule, *_ in measures],
            **{
                name: pd.array([m[at] for m in measures], dtype="Float64")
                for at, name in ((3, "value"), (4, "least"), (5, "most"))
            },
        }
    )
    failing = sorted(SuiteCheck(register, _suite(register, sorted(rules))).breaches(facts))
    told = [measures[row] for row, _ in failing]
    return findings_frame(
        [(register.name, None, None, "warning", rule, column, detail) for rule, column, detail, *_ in told]
    )


def _suite(register: Register, rules: Iterable[str]) -> Any:
    import great_expectations as gx
    from great_expectations.expectations import ExpectColumnPairValuesAToBeGreaterThanB as NotBelow
    from great_expectations.expectations.metadata_types import FailureSeverity
    from great_expectations.expectations.row_conditions import Column

    expected = [
        NotBelow(
            column_A=above, column_B=below, or_equal=True, ignore_row_if="either_value_is_missing",
            severity=FailureSeverity.WARNING,
            row_condition=Column("rule") == rule, meta={"rule": rule, "column": None},
        )
        for rule in rules
        for above, below in (("value", "least"), ("most", "value"))
    ]  # fmt: skip
    return gx.ExpectationSuite(name=f"{register.name} whole", expectations=expected)


def _measures(register: Register, counts: Counts, usual: Mapping[str, float]) -> Iterator[Measure]:
    if counts["records",] >= settings()["measures"]["from_records"]:
        yield from _completeness_measures(register, counts, usual)
    yield from _region_measures(register, counts)
    yield from _category_measures(counts)
    yield from _share_measures(counts)


def _completeness_measures(register: Register, counts: Counts, usual: Mapping[str, float]) -> Iterator[Measure]:
    asked = settings()["measures"]
    for row in completeness(register, counts, usual).to_dict("records"):
        field, share = row["field"], float(row["recorded_share"])
        if not pd.isna(row["baseline_share"]):
            expected = float(row["baseline_share"])
            said = f"{_percent(share)}; {_percent(expected)}"
            yield "completeness_below_baseline", field, said, share, expected - asked["tolerance"], None
        if not pd.isna(row["usual_share"]):
            before, most = float(row["usual_share"]), asked["changed_by"]
            said = f"{_percent(share)}; {_percent(before)}"
            yield "completeness_changed", field, said, share, before - most, before + most
        if field == "document_status":
            yield "documents_filled", field, _percent(share), share, None, asked["documents_at_most"]


def _region_measures(register: Register, counts: Counts) -> Iterator[Measure]:
    """A region is held against the median of all regions in the same year, those with nothing included."""
    asked, listed = settings()["measures"], settings()["regions"].get(register.name, [])
    years = sorted({key[2] for key in counts if key[0] == "region"})
    for year in years:
        middle = median(counts["region", region, year] for region in listed)
        if middle < asked["from_median"]:
            continue
        for region in listed:
            held = counts["region", region, year]
            said = f"{region} {year}: {held}; mediaan {middle:g}"
            yield "region_near_empty", "region", said, held, asked["near_empty_share"] * middle, None


def _category_measures(counts: Counts) -> Iterator[Measure]:
    """The six categories of a month are together its departures; one that is not recorded leaves a gap (X3)."""
    months = sorted({key[1] for key in counts if key[0] == "category"})
    for month in months:
        departures = sum(n for key, n in counts.items() if key[:2] == ("category", month))
        summed = departures - counts["category", month, ""]
        said = f"{month or 'onbekende maand'}: {summed}; {departures}"
        yield "sum_of_categories", "departure_category", said, summed, departures, departures


def _share_measures(counts: Counts) -> Iterator[Measure]:
    """Shares of the answers that a code list knows; single answers and "not recorded" are all records together."""
    error = settings()["measures"]["share_error"]
    for kind, columns in settings()["answers"].items():
        for column in columns:
            answered = counts["answered", column]
            if not answered:
                continue
            records = counts["records",]
            listed = sum(counts["code", column, code] for code in code_list(column).codes)
            base, named = (records, listed + records - answered) if kind == "single" else (answered, listed)
            share = 100 * named / base
            most = 100 + error if kind == "single" else None
            yield "shares_do_not_add_up", column, f"{share:.1f} %".replace(".", ","), share, 100 - error, most


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")
