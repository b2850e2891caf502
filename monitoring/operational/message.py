"""The message about operational alerts: a mail, or a small object for a webhook; Dutch with English beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape
from typing import Any

from monitoring.operational.declared import OperationalAlert, declared, in_order, runbook
from monitoring.operational.told import News, Told

SYNTHETIC = "VERZONNEN / SYNTHETIC"
TRIAL = "Weerzien: proefbericht / trial"
STATES = {"new": ("nieuw", "new"), "standing": ("duurt voort", "stands"), "over": ("voorbij", "over")}


def subject(news: News, night: date, is_synthetic: bool) -> str:
    """Return the subject of the mail."""
    counts = (
        (len(news.new), "nieuw / new"),
        (len(news.standing), "duurt voort / stands"),
        (len(news.over), "voorbij / over"),
    )
    said = ", ".join(f"{count} {what}" for count, what in counts if count)
    mark = f" [{SYNTHETIC}]" if is_synthetic else ""
    return f"Weerzien {night.isoformat()}{mark}: {said}"


def lines(news: News, night: date, is_synthetic: bool) -> list[str]:
    """Return the message line by line."""
    told = [f"Weerzien, nacht / night {night.isoformat()}"]
    if is_synthetic:
        told.append("Deze registraties zijn verzonnen. / These registrations are synthetic.")
    for state, alerts in (("new", news.new), ("standing", news.standing)):
        told += [line for alert in in_order(alerts) for line in lines_of(alert, state)]
    for entry in news.over:
        title = _title_of(entry)
        told += ["", f"{title['nl']} / {title['en']} ({' / '.join(STATES['over'])})"]
        told.append(f"Sinds / since {entry.since.isoformat()}; nu voorbij / now over.")
    return told


def trial() -> list[str]:
    """Return a message that says nothing but that messages arrive."""
    return [
        TRIAL,
        "Zo komt een melding aan. Er is niets aan de hand. / This is how an alert arrives. Nothing is the matter.",
        runbook(),
    ]


def trial_object() -> dict[str, Any]:
    """Return the same for a webhook: an object without alerts, of no night."""
    return {"text": "\n".join(trial()), "night": None, "is_synthetic": False, "alerts": []}


def lines_of(alert: OperationalAlert, state: str) -> list[str]:
    """Return one alert: title, what there is to say, commands and the section of the runbook."""
    said = f" ({' / '.join(STATES[state])})" if state else ""
    return [
        "",
        f"{alert.title('nl')} / {alert.title('en')}{said}",
        f"  {alert.text('nl')}",
        f"  {alert.text('en')}",
        *(f"  $ {command}" for command in alert.commands()),
        f"  {alert.section()}",
    ]


def as_html(told: Iterable[str]) -> str:
    """Return the lines as the body of a mail."""
    body = escape("\n".join(told))
    return f'<!DOCTYPE html><html lang="nl"><body><pre style="font-family: sans-serif">{body}</pre></body></html>'


def as_object(news: News, night: date, is_synthetic: bool) -> dict[str, Any]:
    """Return the message for a webhook: text, night, is_synthetic and one entry per alert."""
    entries = [
        {
            "kind": alert.kind, "subject": alert.subject, "state": state, "nl": alert.text("nl"),
            "en": alert.text("en"), "runbook": alert.section(),
        }
        for state, alerts in (("new", news.new), ("standing", news.standing))
        for alert in in_order(alerts)
    ]  # fmt: skip
    for entry in news.over:
        kind, _, about = entry.key.partition(":")
        title = _title_of(entry)
        entries.append(
            {"kind": kind, "subject": about, "state": "over", "nl": title["nl"], "en": title["en"],
             "runbook": f"{runbook()}#{kind}"}
        )  # fmt: skip
    text = "\n".join(lines(news, night, is_synthetic))
    return {"text": text, "night": night.isoformat(), "is_synthetic": is_synthetic, "alerts": entries}


def _title_of(entry: Told) -> dict[str, str]:
    kind, _, about = entry.key.partition(":")
    title = declared()["kinds"].get(kind, {"title": {"nl": kind, "en": kind}})["title"]
    return {language: f"{title[language]}{f' ({about})' if about else ''}" for language in ("nl", "en")}
