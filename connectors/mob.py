"""MOB lists of the reception centres: one row is one stay and departure of a child, of every departure category.

In: `mob_JJJJMM_LOCATIE.csv`, UTF-8. Out: one row per line, pointed at as `<file name>#<row>`. The list has no key:
the program's own is a hash of aliens number, centre, departure and name (input contract, point 1). A departure to an
unknown destination (Controle adres) is also the day from which the child is missing.
"""

from hashlib import blake2b

import pandas as pd

from connectors.deliveries import Delivery
from connectors.register import Register
from connectors.rows import Rows, finish, interpret, mark_repeated
from connectors.tables import by_column, delimited_rows


def read_mob(delivery: Delivery, register: Register) -> pd.DataFrame:
    """Return the rows of one list. Raises DeliveryRefused when it is not the file agreed."""
    header, lines = delimited_rows(delivery, register)
    rows = interpret(register, delivery, by_column(header, lines), len(lines))
    pointers: list[str | None] = [f"{delivery.file_name}#{number}" for number in range(1, len(lines) + 1)]
    rows.values["source_key"] = pointers
    keys = own_keys(rows)
    mark_repeated(rows, keys)
    missing = register.layout["missing_departure"]
    departures = zip(rows.column("departure_category"), rows.column("departed_on"), strict=True)
    rows.values["missing_since"] = [
        departed_on if category in missing else None for category, departed_on in departures
    ]
    return finish(rows, pointers, keys)


def own_keys(rows: Rows) -> list[str | None]:
    """Return the program's own key of each row, hashed because it must not carry the name.

    Rows that have neither number nor name may be different children: equal ones are numbered instead of called double.
    """
    layout = rows.register.layout
    keys: list[str | None] = []
    nameless: dict[str, int] = {}
    persons = zip(*(rows.delivered(name) for name in layout["own_key_person"]), strict=True)
    wholes = zip(*(rows.delivered(name) for name in layout["own_key"]), strict=True)
    for person, whole in zip(persons, wholes, strict=True):
        text = "|".join((value or "").strip() for value in whole)
        if not any((value or "").strip() for value in person):
            nameless[text] = nameless.get(text, 0) + 1
            text = f"{text}|{nameless[text]}"
        keys.append(blake2b(text.encode(), digest_size=16).hexdigest())
    return keys
