"""A synthetic world of reception centres near the border: asylum children dominate, and resurface under other names."""

from benchmarks.worlds.border.export import write_world

__all__ = ["write_world"]
