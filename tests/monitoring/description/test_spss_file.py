"""What is changed in a file for SPSS after the library wrote it: its date and its response sets, and nothing else."""

from __future__ import annotations

import struct
from datetime import date

import pandas as pd
import pyreadstat
import pytest

from monitoring.description.spss_file import HEADER, ResponseSet, finished

NIGHT = date(2005, 6, 30)


@pytest.fixture
def plain(tmp_path) -> bytes:
    """A file with every kind of record: labels, long names, long texts, notes, missing values, no rows left out."""
    frame = pd.DataFrame({"a_very_long_name_1": [1.0, 0.0], "a_very_long_name_2": [0.0, -99.0], "long_text": ["é" * 300, ""], "t": ["a", "b"]})  # fmt: skip
    pyreadstat.write_sav(
        frame,
        tmp_path / "plain.sav",
        file_label="ex",
        column_labels=["One é", None, "x" * 250, "odd"],
        variable_value_labels={"a_very_long_name_1": {1: "yes", 0: "n" * 119}, "t": {"a": "A"}},
        missing_ranges={"a_very_long_name_2": [-99], "t": ["b"]},
        note=["first", "second"],
        row_compress=True,
    )
    return (tmp_path / "plain.sav").read_bytes()


def reread(content: bytes, tmp_path):
    (tmp_path / "again.sav").write_bytes(content)
    return pyreadstat.read_sav(tmp_path / "again.sav", user_missing=True)


def test_only_the_date_changes_without_sets(plain, tmp_path):
    content = finished(plain, NIGHT, [])
    assert content[92:109] == b"30 Jun 0500:00:00"
    assert (content[:92], content[109:]) == (plain[:92], plain[109:])
    assert len(content) == len(plain)


def test_sets_are_added_and_nothing_else_changes(plain, tmp_path):
    names = ("a_very_long_name_1", "a_very_long_name_2")
    sets = [ResponseSet("vormen", "Vormen é", names), ResponseSet("second", "", ("t", "long_text"), False)]
    content = finished(plain, NIGHT, sets)
    before, old = reread(finished(plain, NIGHT, []), tmp_path)
    after, new = reread(content, tmp_path)
    pd.testing.assert_frame_equal(before, after)
    assert new.mr_sets["vormen"]["variable_list"] == list(names)
    assert (new.mr_sets["vormen"]["label"], new.mr_sets["vormen"]["counted_value"]) == ("Vormen é", 1)
    assert (new.mr_sets["second"]["type"], new.mr_sets["second"]["variable_list"]) == ("C", ["t", "long_text"])
    for what in ("column_names_to_labels", "variable_value_labels", "missing_ranges", "notes", "file_label"):
        assert getattr(old, what) == getattr(new, what)
    added = len(content) - len(plain)
    assert added == 16 + struct.unpack_from("<i", content, content.index(b"$vormen=") - 4)[0]


def test_a_set_of_a_variable_that_is_not_there_is_refused(plain):
    with pytest.raises(KeyError):
        finished(plain, NIGHT, [ResponseSet("x", "x", ("no_such_variable", "t"))])


def test_a_record_of_an_unknown_type_is_refused(plain):
    broken = plain[:HEADER] + struct.pack("<i", 55) + plain[HEADER + 4 :]
    with pytest.raises(ValueError, match="unknown type"):
        finished(broken, NIGHT, [ResponseSet("x", "x", ("t", "long_text"))])
