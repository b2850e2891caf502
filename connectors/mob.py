"""MOB lists of the reception centres: one row is one stay and departure of a child, of every departure category.

In: `mob_JJJJMM_LOCATIE.csv`, UTF-8. Out: one row per line, pointed at as `<file name>#<row>`. The list has no key:
the program's own is a hash of aliens number, centre, departure and name (input contract, point 1). A departure to an
unknown destination (Controle adres) is also the day from which the child is missing.
"""

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b

import pandas as pd

from connectors.deliveries import Delivery
from connectors.register import Register
from connectors.rows import Rows, finish, interpret, mark_repeated
from connectors.tables import delimited_batches


def read_mob(delivery: Delivery, register: Register) -> Iterator[pd.DataFrame]:
    """Yield the rows of one list in batches. Raises DeliveryRefused when it is not the file agreed."""
    seen: set[str] = set()
    nameless: Counter[str] = Counter()
    for row_numbers, columns in delimited_batches(delivery, register):
        length = len(columns[register.column_names[0]])
        rows = interpret(register, delivery, columns, length)
        pointers: list[str | None] = [f"{delivery.file_name}#{number}" for number in row_numbers]
        rows.values |= {"source_key": pointers, "row_number": list(row_numbers)}
        keys = own_keys(rows, nameless)
        mark_repeated(rows, keys, seen)
        missing = register.layout["missing_departure"]
        departures = zip(rows.column("departure_category"), rows.column("departed_on"), strict=True)
        rows.values["missing_since"] = [
            departed_on if category in missing else None for category, departed_on in departures
        ]
        yield finish(rows, pointers, keys)


def own_keys(rows: Rows, nameless: Counter[str]) -> list[str | None]:
    """Return the program's own key of each row, hashed because it must not carry the name.

    Rows that have neither number nor name may be different children: equal ones are numbered, in `nameless`, instead of
    called double.
    """
    layout = rows.register.layout
    keys: list[str | None] = []
    persons = zip(*(rows.delivered(name) for name in layout["own_key_person"]), strict=True)
    wholes = zip(*(rows.delivered(name) for name in layout["own_key"]), strict=True)
    for person, whole in zip(persons, wholes, strict=True):
        text = "|".join((value or "").strip() for value in whole)
        if not any((value or "").strip() for value in person):
            nameless[text] += 1
            text = f"{text}|{nameless[text]}"
        keys.append(blake2b(text.encode(), digest_size=16).hexdigest())
    return keys
