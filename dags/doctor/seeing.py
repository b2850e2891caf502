"""Whether somebody is told, and whether metrics and lineage go out as they are set. Nothing is sent.

Airflow is not loaded: a connection that it keeps in its database is not seen from here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version

from connectors.installation import Installation, OneLineError
from dags.doctor.finding import Finding, ok, warn, wrong
from dags.doctor.scheduling import Settings
from dags.gauging import SWITCHES
from dags.lineage import FILTER, is_filtered, is_given_outside
from dags.sending import PROVIDER
from dags.webhook_address import encrypted, is_address, without_secret

TRY = "try it: weerzien alerts --try"
LINEAGE = "apache-airflow-providers-openlineage"


def told(installation: Installation, environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Look at whom alerts are told."""
    from monitoring.operational.declared import PLACE, is_place

    mail, webhook = (environment.get(f"WEERZIEN_ALERT_{way}", "").strip() for way in ("MAIL", "WEBHOOK"))
    if not mail and not webhook:
        yield warn("alerts", "nobody is told", "set WEERZIEN_ALERT_MAIL or WEERZIEN_ALERT_WEBHOOK: docs/runbook.md")
    if mail:
        settings = Settings(environment, installation.home / "airflow")
        yield _mail(settings.value("email", "email_conn_id") or "smtp_default", environment)
    if webhook:
        yield _webhook(webhook, environment)
    place = environment.get(PLACE, "").strip()
    if place and not is_place(place):
        yield wrong("runbook", "its address is not https, or holds a secret", f"{PLACE}=https://…, without a login")


def metrics(installation: Installation, environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Look at where metrics go; off is as good as on."""
    settings = Settings(environment, installation.home / "airflow")
    on = [switch for switch in SWITCHES if _is_true(settings.value("metrics", switch))]
    if not on:
        yield ok("metrics", "are off")
        return
    first, *others = on
    if not _is_installed(SWITCHES[first]):
        yield wrong("metrics", f"{first} needs a package that is not installed", f"pip install {SWITCHES[first]}")
    else:
        yield ok("metrics", f"{first} is on")
    if others:
        yield warn("metrics", f"Airflow takes {first} only", f"leave out {' and '.join(others)}")


def lineage(installation: Installation, environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Look at whether lineage goes out, and nothing but what is declared; off is as good as on."""
    settings = Settings(environment, installation.home / "airflow")
    given = {key: settings.value("openlineage", key) for key in ("transport", "config_path", "config_conn_id")}
    outside = is_given_outside(environment)
    if _is_true(settings.value("openlineage", "disabled")) or not (any(given.values()) or outside):
        yield ok("lineage", "is off")
        return
    if not _is_installed(LINEAGE):
        yield wrong("lineage", f"needs {LINEAGE}, which is not installed", "install requirements-lineage.lock")
    elif outside or given["config_path"] or given["config_conn_id"] or not _lets_declared_out_only(given["transport"]):
        do = f"[openlineage] transport: of type transform, with {FILTER} and the transport in it (docs/runbook.md)"
        yield wrong("lineage", "nothing is sent: the transport would also send what is not declared", do)
    else:
        yield ok("lineage", "is on, what is declared only")


def _mail(connection: str, environment: Mapping[str, str]) -> Finding:
    if not _is_installed(PROVIDER):
        return wrong("alerts by mail", f"{PROVIDER} is not installed", f"pip install {PROVIDER}, as requirements.lock")
    if f"AIRFLOW_CONN_{connection.upper()}" not in environment:
        return warn("alerts by mail", "Airflow's connection is not in the environment; its database may hold it", TRY)
    return ok("alerts by mail", f"are set; {TRY}")


def _webhook(where: str, environment: Mapping[str, str]) -> Finding:
    if is_address(where):
        try:
            encrypted(without_secret(where))
        except OneLineError as error:
            return wrong("alerts by webhook", str(error), "")
    elif f"AIRFLOW_CONN_{where.upper()}" not in environment:
        return warn(
            "alerts by webhook", "Airflow's connection is not in the environment; its database may hold it", TRY
        )
    return ok("alerts by webhook", f"are set; {TRY}")


def _lets_declared_out_only(transport: str) -> bool:
    if transport == "(elsewhere)":
        # Asked by the DAGs themselves, who can read it: what is not filtered is not sent.
        return True
    try:
        return is_filtered(json.loads(transport))
    except ValueError:
        return False


def _is_true(value: str) -> bool:
    return value.strip().lower() in ("true", "t", "1")


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
