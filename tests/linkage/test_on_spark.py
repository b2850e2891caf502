"""A night compared on Spark is the night compared here. Run by `make spark`: needs the extra and Java."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from connectors.records import records_frame
from linkage import on_spark
from linkage.model import load_model
from linkage.night import link_records
from linkage.on_spark import compared_on_spark
from linkage.reference import count_reference
from linkage.spark_session import spark_session

pytest.importorskip("pyspark", reason="the extra spark is not installed; `make spark` installs and runs it")
pytestmark = pytest.mark.spark

_SPEC = importlib.util.spec_from_file_location("invented_children", Path(__file__).with_name("invented_children.py"))
assert _SPEC and _SPEC.loader
_CHILDREN = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_CHILDREN)


@pytest.fixture(scope="module")
def spark():
    session = spark_session("local[2]", "2g")
    yield session
    session.stop()


def test_checks_can_be_loaded_beside_it_in_a_process_that_has_no_file():
    # pyspark takes such a process for its own doctests, and ends it with exit code 0 where a part of Connect is missing.
    command = [sys.executable, "-c", "import great_expectations; print('loaded')"]
    assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout == "loaded\n"


def test_the_night_has_the_same_pairs_persons_and_resurfacings(spark, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(on_spark, "PAIRS_PER_PART", 200)
    records, model = records_frame(_CHILDREN.invented_registrations()), load_model()
    reference = count_reference(records, model, "salt")
    here = link_records(records, model, reference=reference)
    there = link_records(records, model, reference=reference, compare=compared_on_spark(lambda: spark))
    assert len(here.pairs) > 20
    for name in ("pairs", "members", "resurfacings", "candidates"):
        pd.testing.assert_frame_equal(getattr(here, name), getattr(there, name))
    np.testing.assert_array_equal(here.index.pairs.pattern, there.index.pairs.pattern)
