"""Synthetic exports of the five registers with the truth beside them; everything in it is invented.

Written from the input contract alone: nothing here uses the readers or the linkage, so that what reads these files is
tried on files that it did not shape itself.
"""

from connectors.sample.exports import write_sample

__all__ = ["write_sample"]
