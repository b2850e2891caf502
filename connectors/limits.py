"""The most that a delivered file may hold (`limits.toml`): what is beyond it is refused before it is in memory.

Every refusal here is of the rule too_large and tells a limit, never a value.
"""

import os
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO

from connectors.deliveries import DeliveryRefused


@cache
def limits(of: str) -> dict[str, int]:
    """Return the declared limits: `any`, `file_bytes` by register, `workbook`, `xml`."""
    declared = tomllib.loads(Path(__file__).with_name("limits.toml").read_text(encoding="utf-8"))
    return {name: int(most) for name, most in declared[of].items()}


def too_large(what: str, most: int) -> DeliveryRefused:
    """Return the refusal of a delivery that goes beyond a limit."""
    return DeliveryRefused("too_large", f"more than {most} {what}")


def check_size(file: IO[bytes], register: str) -> None:
    """Raise DeliveryRefused when a file has more bytes than its register may send; it is left at its beginning."""
    most = limits("file_bytes")[register]
    if file.seek(0, os.SEEK_END) > most:
        raise too_large("bytes", most)
    file.seek(0)


class BoundedLines:
    """The lines of a text, of which no row is longer than a limit. Whoever reads rows says when one ended.

    `read`: letters so far.
    """

    def __init__(self, text: IO[str]) -> None:
        self.text, self.letters, self.read = text, 0, 0
        self.most = limits("any")["most_row_letters"]

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.text.readline(self.most - self.letters + 1)
        self.letters += len(line)
        self.read += len(line)
        if self.letters > self.most:
            raise too_large("letters in a row", self.most)
        if not line:
            raise StopIteration
        return line

    def end_row(self) -> None:
        """The next line begins another row."""
        self.letters = 0
