"""Which person each registration was given to in earlier nights, and the highest person number ever given out."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Engine, text


def previous_membership(engine: Engine, origin: str) -> pd.DataFrame:
    """Return record_id and person_id of every registration of this origin that was ever published, sorted by record_id.

    A registration that was away for a night is in it too, so that its person keeps its number (design section 6).
    """
    query = text("SELECT record_id, person_id FROM registers.membership WHERE origin = :origin")
    with engine.connect() as connection:
        rows = connection.execute(query, {"origin": origin}).all()
    membership = pd.DataFrame(rows, columns=["record_id", "person_id"], dtype=object)
    # Sorted here: the order of a database depends on its language settings.
    return membership.sort_values("record_id", ignore_index=True)


def last_person_number(engine: Engine) -> int:
    """Return the highest person number ever given out, whatever the origin; 0 when there is none. No number is used
    twice.
    """
    with engine.connect() as connection:
        return int(
            connection.execute(text("SELECT coalesce(max(number), 0) FROM registers.person_number")).scalar_one()
        )
