"""What is told of an exception: causes outside the program in words, never a value."""

from __future__ import annotations

import errno
from types import SimpleNamespace

import pytest

from connectors.faults import place_in_code


class OfTheDatabase(Exception):
    def __init__(self, sqlstate: str = "", is_lost: bool = False) -> None:
        super().__init__("Verzonnen Naam")
        self.orig = SimpleNamespace(sqlstate=sqlstate)
        self.connection_invalidated = is_lost


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "of Verzonnen Naam"), "the disk cannot be written: No space left on device (OSError)"),
        (FileNotFoundError(errno.ENOENT, "Verzonnen Naam"), "FileNotFoundError"),
        (OfTheDatabase(sqlstate="53100"), "the disk of the database is full (OfTheDatabase)"),
        (OfTheDatabase(is_lost=True), "the connection to the database was lost (OfTheDatabase)"),
        (OfTheDatabase(sqlstate="23505"), "OfTheDatabase"),
        (ValueError("Verzonnen Naam"), "ValueError"),
    ],
)
def test_a_cause_outside_the_program_is_said_in_words_without_a_value(error, told):
    assert place_in_code(error) == told
