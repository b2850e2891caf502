"""What a person reads at the end of a night: counts per register, persons, doubles, missing children, and where the
table is.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, text

from connectors.installation import Installation

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Group

LOOK = "SELECT person_id, registers, victim_status, resurfaced_as_victim FROM monitoring.person LIMIT 20"
TITLES = {"ikps": "IKPS", "stv": "STV", "youth_care": "Jeugdzorg", "telex": "Telex", "mob": "MOB"}
STATES = {"ok": "in orde", "late": "te laat", "refused": "geweigerd", "failed": "mislukt", "missing": "nooit geleverd"}
PERSON_LINES = (
    ("persons", "Personen achter de registraties", "persons behind the registrations"),
    ("doubles_within", "  dubbel binnen een register", "double within a register"),
    ("doubles_across", "  in meer dan een register", "in more than one register"),
    ("counted", "  geteld als minderjarig daadwerkelijk slachtoffer", "counted as actual victims under 18"),
    ("pairs_in_review", "Paren die op een oordeel wachten", "pairs that await a verdict"),
    ("missing_minors", "Vermiste minderjarigen", "missing minors"),
    ("resurfaced_yes", "  weergezien als slachtoffer", "resurfaced as a victim"),
    ("resurfaced_possible", "  mogelijk weergezien", "possibly resurfaced"),
    ("missing_with_candidates", "  nog vermist, met kandidaten", "still missing, with candidates"),
    ("alerts", "Meldingen", "alerts"),
    ("revocations", "  ingetrokken sinds de vorige tabel", "revoked since the table before"),
    ("changes", "Veranderd sinds de vorige tabel", "changed since the table before"),
)
COUNTS = ("delivered", "accepted", "set_aside", "merged", "withdrawn", "registrations")
HEADINGS = ("gele-\nverd", "aan-\nvaard", "apart\ngezet", "samen-\ngevoegd", "inge-\ntrokken", "regis-\ntraties")
SUMS = (
    "Geleverd = aanvaard + apart gezet; aanvaard = samengevoegd + ingetrokken + registraties. / "
    "Delivered = accepted + set aside; accepted = merged + withdrawn + registrations."
)


def night_summary(engine: Engine, night: date) -> dict[str, Any]:
    """Return what the table of a night says: night, is_synthetic, registers, counts, feedback (its folder), place and
    look (how to see it).

    Of a night that was run on real and on synthetic exports the published one. Raises LookupError when the night has
    none.
    """
    query = text("SELECT * FROM monitoring.night WHERE night = :night ORDER BY is_published DESC, origin LIMIT 1")
    with engine.connect() as connection:
        row = connection.execute(query, {"night": night}).mappings().one_or_none()
        shown = connection.execute(text("SELECT night FROM monitoring.night WHERE is_published")).scalar_one_or_none()
    if row is None:
        raise LookupError(f"no table of {night.isoformat()}")
    place, look = where_to_look(engine)
    feedback = Installation.from_environment().home / "feedback" / night.isoformat()
    return {
        "night": night,
        "is_synthetic": row["is_synthetic"],
        "shown": shown,
        "model_version": row["model_version"],
        "registers": row["manifest"]["registers"],
        "counts": row["counts"],
        "feedback": str(feedback),
        "place": place,
        "look": look,
    }


def where_to_look(engine: Engine) -> tuple[str, str]:
    """Return where the table lies, and the command that shows it; never a password."""
    socket = engine.url.query.get("host")
    if engine.url.host is None and socket:
        home = shlex.quote(str(Installation.from_environment().home))
        command = f"WEERZIEN_HOME={home} {shlex.quote(sys.executable)} -m monitoring.psql"
        return f"PostgreSQL ({socket}), schema monitoring", f'{command} "{LOOK}"'
    url = engine.url
    # Made anew: a URL that had a password shows stars in its place.
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    address = bare.render_as_string()
    return f"{address}, schema monitoring", f'psql {shlex.quote(address)} -c "{LOOK}"'


def render(summary: Mapping[str, Any]) -> Group:
    """Return the summary for a terminal, Dutch with English beside it."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    registers = Table(
        box=box.SIMPLE, pad_edge=False, title=f"Nacht van {summary['night'].isoformat()}", title_justify="left"
    )
    registers.add_column("Register")
    registers.add_column("Stand")
    for heading in HEADINGS:
        registers.add_column(heading, justify="right")
    states = summary["registers"]
    for name in [*(name for name in TITLES if name in states), *sorted(set(states) - set(TITLES))]:
        state = states[name]
        registers.add_row(
            TITLES.get(name, name), _standing(state), *(number(int(state.get(count) or 0)) for count in COUNTS)
        )
    persons = Table.grid(padding=(0, 2))
    persons.add_column()
    persons.add_column(justify="right")
    persons.add_column(style="dim")
    for count, dutch, english in PERSON_LINES:
        persons.add_row(dutch, number(int(summary["counts"].get(count, 0))), english)
    if "seconds" in summary:
        persons.add_row("Seconden", f"{summary['seconds']:.1f}".replace(".", ","), "seconds")
    lines = [
        Text(f"Terugmeldingen / feedback: {summary['feedback']}"),
        Text(f"De tabel / the table: {summary['place']}"),
        Text(f"Bekijken / look: {summary['look']}"),
    ]
    if summary["shown"] != summary["night"]:
        lines.insert(0, Text(_kept_as_past(summary["night"], summary["shown"]), style="bold"))
    if summary["is_synthetic"]:
        lines.insert(0, Text("Verzonnen registraties / synthetic registrations", style="bold"))
    return Group(registers, Text(SUMS, style="dim"), persons, *lines)


def render_proposal(changes: pd.DataFrame, effect: Mapping[str, tuple[int, int]]) -> Group:
    """Return for a terminal what a proposed model changes (linkage.proposal.CHANGE_COLUMNS) and what that would do."""
    from rich import box
    from rich.console import Group
    from rich.table import Table

    levels = Table("field", "level", "pairs", "bits", "proposed", box=box.SIMPLE, pad_edge=False)
    for row in changes.to_dict("records"):
        cells = (number(int(row["pairs"])), f"{row['bits']:.2f}", f"{row['proposed_bits']:.2f}")
        levels.add_row(str(row["field"]), str(row["level"]), *cells)
    outcome = Table("", "now", "proposed", box=box.SIMPLE, pad_edge=False)
    for what, (now, then) in effect.items():
        outcome.add_row(what, number(now), number(then))
    return Group(levels, outcome)


def _kept_as_past(night: date, shown: date) -> str:
    return (
        f"Bewaard als de tabel van {night.isoformat()}; getoond blijft die van {shown.isoformat()}. / "
        f"Kept as the table of {night.isoformat()}; the one shown is still that of {shown.isoformat()}."
    )


def number(count: int) -> str:
    """Return a count as it is written in Dutch: 12.345."""
    return f"{count:,}".replace(",", ".")


def _standing(state: Mapping[str, Any]) -> str:
    said = STATES.get(str(state["status"]), str(state["status"]))
    age = state.get("age_days")
    return f"{said}, {int(age)} n oud" if age else said
