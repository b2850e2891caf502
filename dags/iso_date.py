"""A day as a person writes it on the command line."""

from __future__ import annotations

import click


class IsoDate(click.ParamType):
    """A day written as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the day in ISO form, or fail in the words of the user's mistake."""
        from datetime import date

        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as YYYY-MM-DD", param, ctx)
