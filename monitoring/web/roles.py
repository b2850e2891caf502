"""The roles of the page and what each may do, declared in `roles.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

_DECLARED = tomllib.loads(Path(__file__).with_name("roles.toml").read_text(encoding="utf-8"))
PERMISSIONS: dict[str, str] = _DECLARED["permissions"]
ROLES: dict[str, tuple[str, ...]] = {role: tuple(rights) for role, rights in _DECLARED["roles"].items()}
APP = "portal"


def full_name(permission: str) -> str:
    """Return the name by which Django knows a permission."""
    return f"{APP}.{permission}"
