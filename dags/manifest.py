"""The manifest of a night: what it was made of.

It holds no clock time, so that the same night run twice has the same manifest.
"""

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from dags.borders import Outcome

COUNTS = ("delivered", "accepted", "set_aside", "registrations", "merged", "withdrawn")
LIBRARIES = (
    "apache-airflow",
    "great-expectations",
    "numpy",
    "pandas",
    "pyarrow",
    "rapidfuzz",
    "recordlinkage",
    "scikit-learn",
    "scipy",
)


def register_state(outcome: Mapping[str, Any]) -> Outcome:
    """Return what the manifest keeps of one register: status, counts, refused files, age and newest delivery."""
    state: Outcome = {"register": outcome["register"], "status": outcome["status"]}
    state |= {count: int(outcome.get(count) or 0) for count in COUNTS}
    state["refused_files"] = int(outcome.get("refused_files") or 0)
    return state | {name: outcome.get(name) for name in ("newest_delivery", "age_days")}


def manifest_of(opened: Mapping[str, str], outcomes: Iterable[Mapping[str, Any]], linked: Mapping[str, Any]) -> Outcome:
    """Return what a night was made of: inputs and checksums, the registers' states, model and versions."""
    outcomes = list(outcomes)
    return {
        "night": opened["night"],
        "origin": opened["origin"],
        "is_synthetic": bool(opened["origin"]),
        "inputs": [entry for outcome in outcomes for entry in outcome.get("inputs", [])],
        "registers": {str(outcome["register"]): register_state(outcome) for outcome in outcomes},
        "model_version": linked["model_version"],
        "reference_id": linked["reference_id"],
        "judgements": {"in_force": linked["judgements"], "last": linked["last_judgement"]},
        "code_version": version("weerzien"),
        "libraries": {library: version(library) for library in LIBRARIES},
    }
