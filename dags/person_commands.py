"""The commands that look back: `weerzien person` and `weerzien nights`."""

from __future__ import annotations

import click

from connectors.installation import Installation


@click.command()
@click.argument("person_id", metavar="ID")
def person(person_id: str) -> None:
    """Tell who a person id, such as W-00012345, is now, and what happened to it; old ids lead to their successors."""
    from rich import box
    from rich.table import Table

    from dags.screen import Screen
    from monitoring.database import connect
    from monitoring.held import published_origin
    from monitoring.life_of_an_id import life_of

    engine = connect(Installation.from_environment())
    life = life_of(engine, person_id.strip().upper(), published_origin(engine))
    screen = Screen()
    screen.print(f"{life.person_id}: {life.status['nl']} / {life.status['en']} ({life.since.isoformat()})")
    events = Table("Nacht", "Nummer", "Wat", "Waardoor", box=box.SIMPLE, pad_edge=False)
    for night, of_person, what, cause in life.events:
        events.add_row(night.isoformat(), of_person, f"{what['nl']}\n{what['en']}", f"{cause['nl']}\n{cause['en']}")
    screen.print(events)


@click.command()
def nights() -> None:
    """List the nights that have a table, the one that is shown marked; each can be read as it was."""
    from rich import box
    from rich.table import Table
    from sqlalchemy import text

    from dags.screen import Screen
    from monitoring.database import connect
    from monitoring.held import published_origin
    from monitoring.summary import number

    engine = connect(Installation.from_environment())
    published_origin(engine)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM monitoring.night ORDER BY origin, night")).mappings().all()
    listed = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("Nacht", "Herkomst", "Model"):
        listed.add_column(heading, no_wrap=True)
    for heading in ("personen", "veranderd", "ingetrokken"):
        listed.add_column(heading, justify="right", no_wrap=True)
    listed.add_column("", no_wrap=True)
    for row in rows:
        counts = (number(int(row["counts"].get(name, 0))) for name in ("persons", "changes", "revocations"))
        shown = "getoond" if row["is_published"] else ""
        origin = "verzonnen" if row["is_synthetic"] else "echt"
        listed.add_row(row["night"].isoformat(), origin, row["model_version"], *counts, shown)
    Screen().print(listed)
