"""How templates say codes, numbers and addresses."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.http import urlencode

from monitoring.web import words

register = template.Library()


@register.filter
def number(value: float | None) -> str:
    """A whole number with the thousands sign of the language; a dash when there is none."""
    return "–" if value is None else number_format(value, decimal_pos=0, force_grouping=True)


@register.filter
def difference(value: int | None) -> str:
    """A difference with its sign."""
    if value is None:
        return "–"
    return "0" if value == 0 else f"{'+' if value > 0 else '−'}{number(abs(value))}"


@register.filter
def share(value: float | None) -> str:
    """A share as a percentage with one decimal."""
    return "–" if value is None else f"{number_format(value * 100, decimal_pos=1)}%"


@register.filter
def day(value: Any) -> str:
    """A day as YYYY-MM-DD; a dash when it is not recorded."""
    return value.isoformat()[:10] if value else "–"


@register.filter
def heading(column: str) -> str:
    """What a column is called."""
    return words.heading(column)


@register.filter
def probability(value: float) -> str:
    """A probability, cut off to hundredths."""
    return words.probability(value)


@register.filter
def meaning(code: str | None, of: str) -> str:
    """The label of a code of a list."""
    return words.meaning(code, of) if code else "–"


@register.filter
def in_words(value: Any, column: str) -> str:
    """A value of a column as a reader reads it."""
    return words.in_words(column, value)


@register.filter
def told(row: dict[str, Any], name: str) -> str:
    """The text of a row in the language of the reader: `<name>_nl` or `<name>_en`."""
    return str(row[f"{name}_{words.language()}"])


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """The value of a mapping under a key, or None."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changed: Any) -> str:
    """The query of this page with some values replaced; None takes one away."""
    query = context["request"].GET.copy()
    for name, value in changed.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{urlencode(list(query.lists()), doseq=True)}"
