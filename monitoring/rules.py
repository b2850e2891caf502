"""The declared rules of the table: what counts, which register is believed, what an alert says. Read from TOML."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


RULES: dict[str, Any] = _read("rules.toml")
TRUST: dict[str, dict[str, Any]] = _read("trust.toml")
