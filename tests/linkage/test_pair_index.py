"""The index of compared pairs: what it holds, what a night with it gives, and what happens when it is not whole."""

from __future__ import annotations

import importlib.util
import stat
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.records import records_frame
from linkage import blocking
from linkage.index_file import FIRST_LINE, read_index, write_index
from linkage.model import load_model
from linkage.night import link_records
from linkage.pair_index import PairIndex, made_of
from linkage.reference import count_reference

_SPEC = importlib.util.spec_from_file_location("invented_children", Path(__file__).with_name("invented_children.py"))
assert _SPEC and _SPEC.loader
_CHILDREN = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_CHILDREN)

POOL = _CHILDREN.invented_registrations()
MODEL = load_model()
REFERENCE = count_reference(records_frame(POOL), MODEL, "salt")
MADE_WITH = made_of(MODEL, REFERENCE)
nights = st.lists(st.sets(st.integers(0, len(POOL) - 1), min_size=2), min_size=2, max_size=4)


def linked(rows, known: PairIndex | None = None, model=MODEL, reference=REFERENCE):
    return link_records(records_frame([POOL[row] for row in sorted(rows)]), model, None, None,
                        reference=reference, known_pairs=known)  # fmt: skip


def same_night(one, other) -> None:
    for name in ("pairs", "members", "resurfacings", "candidates"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


@pytest.fixture
def kept(tmp_path) -> Path:
    path = tmp_path / "a.pairs"
    write_index(path, linked(range(len(POOL))).index)
    return path


@given(nights)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_nights_with_an_index_are_those_without_one(nights):
    known = None
    for rows in nights:
        night = linked(rows, known)
        same_night(night, linked(rows))
        known = night.index


@given(nights)
@settings(max_examples=15, deadline=None, derandomize=True)
def test_also_where_blocks_grow_too_large_and_shrink_again(nights):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocking, "MOST_CAPS", 1)
        model = replace(MODEL, block_cap=3)
        reference = count_reference(records_frame(POOL[:8]), model, "salt")
        known = None
        for rows in nights:
            night = linked(rows, known, model, reference)
            same_night(night, linked(rows, None, model, reference))
            known = night.index


def test_a_night_that_brought_nothing_compares_nothing():
    known = linked(range(len(POOL))).index
    assert linked(range(len(POOL)), known).compared_pairs == 0


def test_under_another_model_or_reference_everything_is_compared_anew():
    known = linked(range(len(POOL))).index
    other = count_reference(records_frame(POOL[::2]), MODEL, "salt")
    for model, reference in ((replace(MODEL, version="other"), REFERENCE), (MODEL, other)):
        night = linked(range(len(POOL)), known, model, reference)
        assert night.compared_pairs == night.candidate_pairs > 0


def test_the_file_gives_back_what_was_kept_and_only_its_owner_reads_it(kept):
    known, why_not = read_index(kept, MADE_WITH)
    assert why_not == "" and linked(range(len(POOL)), known).compared_pairs == 0
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_file_that_is_gone_cut_off_altered_or_foreign_is_told_and_not_used(kept):
    whole = kept.read_bytes()
    altered = whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]
    older = FIRST_LINE.replace(b"1\n", b"0\n") + whole[len(FIRST_LINE) :]
    for content, said in (
        (b"", "damaged"), (whole[:10], "damaged"), (whole[: len(whole) // 2], "damaged"), (altered, "damaged"),
        (older, "of another version"),
    ):  # fmt: skip
        kept.write_bytes(content)
        assert read_index(kept, MADE_WITH) == (None, said)
    kept.write_bytes(whole)
    assert read_index(kept, "another") == (None, "of other code, model or reference")
    kept.unlink()
    assert read_index(kept, MADE_WITH) == (None, "not there")


def test_no_value_of_a_registration_stands_in_the_file_and_who_is_gone_leaves_it(kept):
    content = kept.read_bytes().lower()
    for row in POOL:
        for name in ("family_name", "given_names"):
            said = str(row[name] or "").lower().encode()
            assert len(said) < 5 or said not in content
    gone = POOL[0]["record_id"].encode()
    known, _ = read_index(kept, MADE_WITH)
    assert gone in content or gone.lower() in content
    write_index(kept, linked(range(1, len(POOL)), known).index)
    assert gone not in kept.read_bytes()
