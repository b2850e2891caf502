"""The declared numbers and texts of the estimate (`rules.toml`)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

RULES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))


def reason(why: str, /, **values: object) -> dict[str, str]:
    """Return why an estimate is refused, in Dutch and English."""
    return {language: text.format(**values) for language, text in RULES["reasons"][why].items()}
