"""Faults planted by somebody who knew the input contract and not the readers: each is found at its level, and no clean
row is set aside.
"""

from __future__ import annotations

import pytest

from benchmarks.mess.measure import Laid, lay_deliveries, lay_rows
from benchmarks.mess.writing import write_delivery_mess, write_mess
from connectors.register import REGISTERS


@pytest.fixture(scope="module", params=[1, 2])
def rows(request, tmp_path_factory) -> Laid:
    folder = tmp_path_factory.mktemp("mess")
    write_mess(folder, request.param, 300)
    return lay_rows(folder)


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory) -> Laid:
    folder = tmp_path_factory.mktemp("mess")
    write_delivery_mess(folder, 1)
    return lay_deliveries(folder)


def test_every_planted_row_is_found_at_its_level(rows):
    assert dict(rows.missed) == {}


def test_no_clean_row_is_set_aside(rows):
    assert rows.share("clean", ("set_aside", "refused")) == 0.0


@pytest.mark.parametrize("level", ["set_aside", "warning", "clean"])
def test_every_register_has_rows_of_every_level(rows, level):
    assert {register for register, planted, _ in rows.counts if planted == level} == set(REGISTERS)


def test_every_delivery_that_is_not_the_file_agreed_is_refused(deliveries):
    assert dict(deliveries.missed) == {}
    assert {register for register, planted, _ in deliveries.counts if planted == "refused"} == set(REGISTERS)
