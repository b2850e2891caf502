"""Writes report_cases.tsv, one row per case, from the report's own counts in report_marginals.toml.

Run it after the counts were changed: `python tests/monitoring/figures/make_report_cases.py`. Each characteristic is a
list of as many values as there are cases, shuffled with a fixed seed: only the counts are the report's, the joint
distribution is invented.
"""

import random
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
CASES = HERE / "report_cases.tsv"
HEAD = (
    "# The 230 cases of the report of 2005 as rows: invented. Only the counts of each column within a main group are the report's",
    "# (report_marginals.toml); which values a case has together, and its year, are made up. Written by make_report_cases.py.",
)
COLUMNS = (
    "case", "main_group", "year", "persons_in_case", "country_of_origin", "loverboy", "age_band", "sex", "residence_status",
    "reporter_kind", "vulnerabilities", "exploitation_forms",
)  # fmt: skip
SEED = 2005
# Of so many cases the report does not know how many victims they are about; each counts as one (R51).
NUMBER_UNKNOWN = 23


def cases() -> list[dict[str, str]]:
    """Return the cases in a fixed order."""
    declared = tomllib.loads((HERE / "report_marginals.toml").read_text(encoding="utf-8"))
    chance = random.Random(SEED)
    rows = [row for group, counts in declared.items() for row in _of_group(group, counts, chance)]
    of_one = [row for row in rows if row["persons_in_case"] == "1"]
    for row in chance.sample(of_one, NUMBER_UNKNOWN):
        row["persons_in_case"] = ""
    for number, row in enumerate(rows, start=1):
        row["case"] = f"C{number:03}"
        row["year"] = str(2003 + number % 3)
    return rows


def as_text(rows: list[dict[str, str]]) -> str:
    """Return the cases as the tracked file holds them."""
    return "\n".join((*HEAD, "\t".join(COLUMNS), *("\t".join(row[name] for name in COLUMNS) for row in rows), ""))


def _of_group(group: str, counts: dict, chance: random.Random) -> list[dict[str, str]]:
    rows = [
        {
            "main_group": group,
            "country_of_origin": country,
            "loverboy": "yes" if loverboy else "no",
            "persons_in_case": n,
        }
        for country, number, victims, loverboy in counts["countries"]
        for n in _spread(victims, number)
    ]
    for name in ("age_band", "sex", "residence_status", "reporter_kind"):
        values = [code for code, count in counts[name] for _ in range(count)]
        chance.shuffle(values)
        for row, value in zip(rows, values, strict=True):
            row[name] = value
    factors: list[list[str]] = [[] for _ in rows]
    for code, count in counts["vulnerabilities"]:
        for place in chance.sample(range(len(rows)), count):
            factors[place].append(code)
    forms = _forms(group, counts, len(rows), chance)
    for row, own_factors, own_forms in zip(rows, factors, forms, strict=True):
        row["vulnerabilities"], row["exploitation_forms"] = "|".join(own_factors), "|".join(own_forms)
    return rows


def _spread(victims: int, number: int) -> list[str]:
    """So many victims over so many cases, as evenly as can be."""
    return [str(victims // number + (place < victims % number)) for place in range(number)]


def _forms(group: str, counts: dict, number: int, chance: random.Random) -> list[list[str]]:
    """A first answer for each case; what is left of the list, its last code, is a second answer of the first cases."""
    answers = [code for code, count in counts["exploitation_forms"] for _ in range(count)]
    first, second = answers[:number], answers[number:]
    forms = [[code] for code in first]
    for place, code in enumerate(second):
        forms[place].append(code)
    chance.shuffle(forms)
    return [["prostitution", *own] for own in forms] if group == "both" else forms


if __name__ == "__main__":
    CASES.write_text(as_text(cases()), encoding="utf-8", newline="\n")
