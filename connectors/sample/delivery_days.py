"""On which day's file something arrives: its own day from the first night on, before that the end of its fortnight."""

from __future__ import annotations

from datetime import date, timedelta

from connectors.sample.chance import FACTS


def delivery_day(day: date, nights: list[date]) -> date:
    """Return the day of the file that brings what happened on a day; history comes in few files.

    A sample of one night would else hold hundreds of files of one message. The days of the nights themselves each have
    a file of their own.
    """
    if day >= nights[0]:
        return day
    length = FACTS["history_days_per_file"]
    return nights[0] - timedelta(days=1 + (nights[0] - day - timedelta(days=1)).days // length * length)
