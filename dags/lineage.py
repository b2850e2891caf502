"""From which register into which table, for Airflow as assets and for OpenLineage where `[openlineage]` is set.

What may be told is declared in `lineage.toml`. An event of Airflow's provider holds the run's parameters, texts of
exceptions and names of machines; `dags.lineage_events.OnlyDeclared` keeps only what is declared, and without it around
the transport the DAGs of this program emit nothing.
"""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.register import REGISTERS

if TYPE_CHECKING:
    from airflow.sdk import DAG, Asset

FILTER = "dags.lineage_events.OnlyDeclared"
REGISTER = "{register}"


@cache
def declared() -> Mapping[str, Any]:
    """Return what `lineage.toml` says."""
    return tomllib.loads(Path(__file__).with_name("lineage.toml").read_text(encoding="utf-8"))


def datasets(task: str, side: str, register: str | None = None) -> list[str]:
    """Return the names of the datasets of a task (dag.task); `side`: inputs or outputs; `register`: of a mapped one."""
    group = declared()["tasks"].get(task, {}).get(side)
    names = []
    for name in declared()["datasets"].get(group, []):
        codes = [register] if register in REGISTERS else list(REGISTERS)
        names += [name.replace(REGISTER, str(code)) for code in codes] if REGISTER in name else [name]
    return names


def assets(task: str, side: str) -> list[Asset]:
    """Return the same as Airflow's assets."""
    from airflow.sdk import Asset

    return [
        Asset(name=name, uri=f"x-{declared()['namespace']}://{name.replace('.', '/')}") for name in datasets(task, side)
    ]


def is_on(conf: Any) -> bool:
    """Whether a transport of OpenLineage is set, in whatever way its provider reads one."""
    if conf.getboolean("openlineage", "disabled", fallback=False):
        return False
    return bool(conf.get("openlineage", "transport", fallback="")) or _is_given_otherwise(conf)


def is_given_outside(environment: Mapping[str, str]) -> bool:
    """Whether OpenLineage's own variables set a transport."""
    own = ("OPENLINEAGE_URL", "OPENLINEAGE_CONFIG")
    return any(value and (name in own or name.startswith("OPENLINEAGE__")) for name, value in environment.items())


def is_filtered(transport: object) -> bool:
    """Whether a transport lets only what is declared go out."""
    return (
        isinstance(transport, Mapping)
        and transport.get("type") == "transform"
        and transport.get("transformer_class") == FILTER
    )


def only_declared(dag: DAG) -> DAG:
    """Let a DAG emit nothing where a transport is set that would also send what is not declared; return the DAG."""
    from airflow.sdk.configuration import conf

    if is_on(conf) and not _is_filtered_first(conf):
        # Without the provider nobody listens.
        with contextlib.suppress(ImportError):
            from airflow.providers.openlineage.api.emission_policy import extend_global_openlineage_emission_policy

            extend_global_openlineage_emission_policy(dag, emit=False)
    return dag


def _is_given_otherwise(conf: Any) -> bool:
    others = ("config_path", "config_conn_id")
    return any(conf.get("openlineage", key, fallback="") for key in others) or is_given_outside(os.environ)


def _is_filtered_first(conf: Any) -> bool:
    """What is set otherwise may go before the transport, so then the transport is not asked."""
    if _is_given_otherwise(conf):
        return False
    try:
        return is_filtered(conf.getjson("openlineage", "transport", fallback={}))
    except Exception:
        return False
