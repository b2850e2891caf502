"""A port city's registers, invented: mostly prostitution, many police encounters per girl, false passports.

Written from the input contract alone, so that a record linkage program can be measured on exports it was not made with.
"""

from benchmarks.worlds.harbour.world import write_world

__all__ = ["write_world"]
