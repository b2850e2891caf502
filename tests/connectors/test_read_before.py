"""Rows that were read before are the rows that reading gives, and go with the file that brought them."""

from __future__ import annotations

import ast
import base64
import sys
from dataclasses import replace
from importlib.metadata import packages_distributions
from pathlib import Path

import pandas as pd
import pytest

from connectors import read_before, reading
from connectors.read_before import ReadBefore, forget_all, forget_removed, rows_file
from connectors.register import load_register
from connectors.row_parts import read_parts, whole
from connectors.sample import write_sample
from connectors.sealing import KEY, KEY_FILE, sealed_by

REGISTERS = ("stv", "youth_care", "telex", "mob")


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    write_sample(folder, 40, 3, nights=30)
    return folder


@pytest.fixture
def landed(exports, deliver, tmp_path):
    """The deliveries of a register as they lie in the landing area."""

    def make(name):
        register, found = load_register(name), []
        (tmp_path / "landing" / name).mkdir(parents=True, exist_ok=True)
        for number, path in enumerate(sorted((exports / name).iterdir()), start=1):
            if register.dated(path.name):
                one = deliver(name, path.name, path.read_bytes(), number)
                target = tmp_path / "landing" / name / one.path.name
                target.write_bytes(one.path.read_bytes())
                found.append(replace(one, path=target))
        return found

    return make


@pytest.fixture
def night(tmp_path, monkeypatch):
    """Reads as a night does; tells the rows, the outcome, and which files were looked into."""
    for name, reader in reading.READERS.items():
        monkeypatch.setitem(
            reading.READERS, name, lambda d, r, reader=reader: opened.append(d.file_name) or reader(d, r)
        )
    opened: list[str] = []

    def read(name, deliveries, with_before=True):
        folder = tmp_path / f"parts_{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        opened.clear()
        file = rows_file(tmp_path / "landing", name) if with_before else None
        told = reading.read_into(folder, load_register(name), deliveries, before=file)
        return whole(read_parts(folder)), told, list(opened)

    return read


def same(one, other):
    pd.testing.assert_frame_equal(one[0], other[0])
    pd.testing.assert_frame_equal(one[1].findings, other[1].findings)
    return vars(one[1]) | {"findings": None} == vars(other[1]) | {"findings": None}


@pytest.mark.parametrize("name", REGISTERS)
def test_what_was_read_before_is_what_reading_gives(landed, night, name, monkeypatch):
    monkeypatch.setattr(read_before, "WORTH_WRITING", 0)
    deliveries = landed(name)
    anew = night(name, deliveries, with_before=False)
    first, second = night(name, deliveries), night(name, deliveries)
    assert same(anew, first) and same(anew, second)
    refused = {file for file, _ in anew[1].refused}
    assert first[2] == anew[2] and set(second[2]) <= refused


def test_a_late_file_is_read_where_it_belongs(landed, night, monkeypatch):
    monkeypatch.setattr(read_before, "WORTH_WRITING", 0)
    deliveries = landed("youth_care")
    late = len(deliveries) // 2
    night("youth_care", [*deliveries[:late], *deliveries[late + 1 :]])
    told = night("youth_care", deliveries)
    assert told[2] == [deliveries[late].file_name]
    assert same(night("youth_care", deliveries, with_before=False), told)


def test_one_new_file_is_not_worth_writing_all_anew(landed, night, tmp_path):
    *before, last = landed("telex")
    night("telex", before)
    kept = rows_file(tmp_path / "landing", "telex").read_bytes()
    assert [night("telex", [*before, last])[2] for _ in range(2)] == [[last.file_name]] * 2
    assert rows_file(tmp_path / "landing", "telex").read_bytes() == kept


def kept_of(tmp_path, name):
    return set(ReadBefore(load_register(name), tmp_path / "landing/../read" / f"{name}.rows").known)


def test_what_a_night_does_not_use_any_more_is_forgotten_that_night(landed, night, tmp_path):
    deliveries = landed("telex")
    night("telex", deliveries)
    night("telex", deliveries[1:])
    assert len(kept_of(tmp_path, "telex")) == len(deliveries) - 1


def test_rows_go_with_their_file_when_it_leaves_the_landing_area(landed, night, tmp_path):
    deliveries, register = landed("telex"), load_register("telex")
    night("telex", deliveries)
    before = kept_of(tmp_path, "telex")
    gone = max(deliveries, key=lambda d: d.size_bytes)
    gone.path.unlink()
    forget_removed(tmp_path / "landing", register)
    assert {key for key in before if gone.delivery_id in key} == before - kept_of(tmp_path, "telex") != set()
    rows = ReadBefore(register, rows_file(tmp_path / "landing", "telex")).told(deliveries[0]).rows.rows
    assert gone.delivery_id not in set(rows["delivery_id"])


def test_a_file_from_which_rows_were_taken_out_is_read_again(landed, night):
    deliveries = landed("telex")
    night("telex", deliveries)
    first = deliveries[0]
    other = first.path.with_name("0" * 64)
    first.path.rename(other)
    assert night("telex", [replace(first, path=other), *deliveries[1:]])[2] == [first.file_name]


def test_nothing_is_taken_from_other_readers(landed, night, monkeypatch):
    deliveries = landed("telex")
    night("telex", deliveries)
    monkeypatch.setattr(read_before, "_of_readers", lambda: "another version")
    assert len(night("telex", deliveries)[2]) == len(deliveries)


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"\x00" * 100])
def test_damage_costs_a_night_time_and_nothing_else(landed, night, tmp_path, damage):
    deliveries = landed("telex")
    one = night("telex", deliveries)
    file = rows_file(tmp_path / "landing", "telex")
    file.write_bytes(damage or file.read_bytes()[:-9])
    assert same(one, night("telex", deliveries))
    assert night("telex", deliveries)[2] == []


def test_what_a_night_that_died_was_writing_does_not_stay(landed, night, tmp_path):
    night("telex", landed("telex"))
    left, other = (tmp_path / "read" / name for name in ("telex.abc.part", "mob.abc.part"))
    left.touch(), other.touch()
    forget_removed(tmp_path / "landing", load_register("telex"))
    assert not left.exists() and other.exists()


def test_with_a_key_rows_lie_sealed_and_plain_ones_are_not_used(landed, night, tmp_path, monkeypatch):
    deliveries = landed("telex")
    monkeypatch.delenv(KEY_FILE, raising=False)
    monkeypatch.delenv(KEY, raising=False)
    one = night("telex", deliveries)
    file = rows_file(tmp_path / "landing", "telex")
    assert sealed_by(file) is None
    monkeypatch.setenv(KEY, base64.b64encode(bytes(32)).decode())
    two = night("telex", deliveries)
    assert len(two[2]) == len(deliveries) and sealed_by(file) and b"PAR1" not in file.read_bytes()
    three = night("telex", deliveries)
    assert three[2] == [] and same(one, three)
    forget_all(tmp_path / "landing")
    assert not file.exists()


def test_the_order_of_landing_does_not_matter(landed, night):
    deliveries = landed("youth_care")
    night("youth_care", deliveries)
    assert same(night("youth_care", deliveries), night("youth_care", deliveries[::-1]))


def test_another_version_of_any_library_of_the_readers_reads_anew():
    """As a change of code does: `connectors` imports nothing that is not among them."""
    imported = set()
    for path in Path(read_before.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(str(node.module).partition(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - {"connectors"}
    packages = packages_distributions()
    assert {packages[module][0].lower() for module in foreign} == set(read_before.LIBRARIES)
