"""A model written as a model file: the numbers of the model, and all else as in the file it comes from.

Comments, thresholds, settings and blocking rules are for people to write; levels and the numbers of pairs of registers
are written anew.
"""

from __future__ import annotations

import re
from importlib import resources

from linkage.model import CURRENT, Comparison, Level, Model, RegisterPair

COUNTED = "# --- Numbers of each two registers: counted, not written by hand. "
LEVELS = re.compile(r"levels = \[\n.*?\n\]", re.DOTALL)
NUMBER = r"[0-9.]+(?:e-?\d+)?"


def as_model_file(model: Model, name: str = CURRENT) -> str:
    """Return the text of a model file with the numbers of a model; all else as in the file `name`."""
    text = resources.files("linkage").joinpath("models", f"{name}.toml").read_text(encoding="utf-8")
    text, _, counted = text.partition(COUNTED)
    text = _with(text, "version", f'"{model.version}"', r'"[^"]*"')
    text = _with(text, "expected_matches_per_record", _number(model.expected_matches_per_record), NUMBER)
    text = _with(text, "another_identity_share", _number(model.another_identity_share), NUMBER)
    parts = text.split("[[comparison]]")
    by_field = {comparison.field: comparison for comparison in model.comparisons}
    for at, part in enumerate(parts[1:], start=1):
        found = re.search(r'field = "(\w+)"', part)
        if found and found[1] in by_field:
            levels = _levels(by_field[found[1]])
            parts[at] = LEVELS.sub(lambda _, levels=levels: levels, part, count=1)  # type: ignore[misc]
    note = counted.partition("\n")[0] if counted else "m and u have a number for each level."
    pairs = "\n".join(_register_pair(pair) for pair in model.register_pairs)
    return "[[comparison]]".join(parts) + f"{COUNTED}{note}\n{pairs}"


def _levels(comparison: Comparison) -> str:
    widest = max(len(level.name) for level in comparison.levels)
    return "\n".join(["levels = [", *(_level(level, widest) for level in comparison.levels), "]"])


def _level(level: Level, widest: int) -> str:
    name = f'name = "{level.name}",'.ljust(widest + 10)
    chance = next(
        f"{kind} = {_number(getattr(level, kind))}" for kind in ("share", "partners", "u") if getattr(level, kind)
    )
    return f"  {{ {name} m = {_number(level.m)}, m_other = {_number(level.m_other)}, {chance} }},"


def _register_pair(pair: RegisterPair) -> str:
    one, other = pair.registers
    lines = [
        "[[register_pair]]",
        f'registers = ["{one}", "{other}"]',
        f"matches = {_number(pair.matches)}",
        f"another_identity_share = {_number(pair.another_identity_share)}",
    ]
    for kind, of_fields in (("m", pair.m), ("u", pair.u)):
        lines += [
            f"{kind}.{field} = [{', '.join(map(_number, shares))}]" for field, shares in of_fields.items() if shares
        ]
    for field, levels in pair.partners.items():
        lines += [f"partners.{field}.{level} = {_number(partners)}" for level, partners in levels.items()]
    return "\n".join([*lines, ""])


def _number(value: float) -> str:
    """Four digits that tell something, without an exponent.

    >>> _number(0.00001234567), _number(0.5)
    ('0.00001235', '0.5')
    """
    digits = f"{value:.8g}" if value > 0.999 else f"{value:.4g}"
    return f"{float(digits):.12f}".rstrip("0").rstrip(".") if "e" in digits else digits


def _with(text: str, name: str, value: str, old: str) -> str:
    return re.sub(rf"(?<![\w.])({name}\s*=\s*){old}", lambda found: f"{found[1]}{value}", text, count=1)
