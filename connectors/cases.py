"""A telex case: what its messages, taken in order, leave of it (input contract, point 4; reopening: rule S01b)."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from connectors.records import KINDS as TYPES
from connectors.records import LISTS
from connectors.register import DeliveredColumn, Register

Message = dict[str, Any]


class Case:
    """One case number. `record`: the registration in force or None. `remarked`: rows that spoke of no such case.

    States: nothing yet (supplements may wait), open, found, withdrawn.
    """

    def __init__(self, register: Register) -> None:
        self.columns: tuple[DeliveredColumn, ...] = tuple(c for c in register.columns if not c.of_message)
        self.wait_days: int = register.layout["wait_days"]
        self.alone_categories: list[str] = register.layout["unaccompanied"]
        self.record: Message | None = None
        self.is_withdrawn = False
        self.waiting: list[tuple[int, Message]] = []
        self.remarked: list[int] = []

    def take(self, place: int, message: Message) -> None:
        """Apply the next message; `place` is its row, for what is remarked."""
        self._let_stand(message["applies_on"])
        does = message["mutation"]
        if does == "new":
            self._open(message)
        elif does == "supplement":
            self._supplement(place, message)
        elif does == "found":
            self._find(place, message)
        elif does == "withdrawn":
            self._withdraw(place)

    def close(self, until: date | None) -> None:
        """End of the messages: what has waited too long by then stands on its own; the rest goes on waiting."""
        self._let_stand(until)

    def _open(self, message: Message) -> None:
        if self.record is not None:
            self._merge(message)
            return
        self.record, self.is_withdrawn = dict(message), False
        waiting, self.waiting = self.waiting, []
        for _, supplement in waiting:
            self._merge(supplement)
        # The supplements waited for it: this message's delivery is the one that brought the case.
        self.record["delivery_id"] = message["delivery_id"]

    def _supplement(self, place: int, message: Message) -> None:
        if self.is_withdrawn:
            self.remarked.append(place)
        elif self.record is None:
            self.waiting.append((place, message))
        else:
            self._merge(message)

    def _find(self, place: int, message: Message) -> None:
        if self.record is None:
            self.remarked.append(place)
        else:
            self._merge(message)
            self.record["missing_status"] = "found"

    def _withdraw(self, place: int) -> None:
        if self.record is None and not self.waiting:
            self.remarked.append(place)
        self.record, self.waiting, self.is_withdrawn = None, [], True

    def _let_stand(self, on: date | None) -> None:
        """A supplement that waited longer than its term stands on its own, with a warning."""
        if not self.waiting or on is None or (on - self.waiting[0][1]["applies_on"]).days <= self.wait_days:
            return
        (place, first), *others = self.waiting
        self.waiting = []
        self.remarked.append(place)
        self.record = {**first, "missing_status": "open", "episode_count": 1}
        for _, supplement in others:
            self._merge(supplement)

    def _merge(self, message: Message) -> None:
        """Replace the fields that a message holds; a new day of disappearance after the find opens a new episode."""
        if self.record is None:
            return
        record, found_on = self.record, self.record["found_on"]
        is_reopened = (
            message["mutation"] != "found"
            and record["missing_status"] == "found"
            and message["missing_since"] not in (None, record["missing_since"])
            and (found_on is None or message["missing_since"] >= found_on)
        )
        held = json.loads(message["raw"])
        fields = [column for column in self.columns if column.name in held]
        for column in fields:
            if _says_something(column, message):
                record.update({name: message[name] for name in column.into})
        if is_reopened:
            record |= {
                "missing_status": "open",
                "episode_count": record["episode_count"] + 1,
                "found_on": None,
                "found_place": None,
                "reported_missing_on": message["reported_missing_on"],
            }
        record["unaccompanied"] = True if record["missing_category"] in self.alone_categories else None
        record["raw"] = json.dumps(json.loads(record["raw"]) | {column.name: held[column.name] for column in fields})
        record["delivery_id"] = message["delivery_id"]


def _says_something(column: DeliveredColumn, message: Mapping[str, Any]) -> bool:
    """A field replaces what was known unless it was unreadable: a mistyped supplement does not erase a case."""
    problems = {problem.partition(":")[2] for problem in message["problems"]}
    has_value = any(
        bool(message[name]) if TYPES[name] in LISTS else message[name] is not None
        for name in column.into
        if name != "birth_date_precision"
    )
    return has_value or not problems & set(column.into)
