"""A proposed model: what it takes from the records, what it leaves as declared, and that the same records give it twice."""

from __future__ import annotations

import tomllib
from importlib import resources

import pandas as pd
import pytest

from connectors.records import records_frame
from linkage.model import CURRENT, load_model
from linkage.proposal import CHANGE_COLUMNS, as_model_file, propose

MODEL = load_model()


@pytest.fixture(scope="module")
def records(tmp_path_factory) -> pd.DataFrame:
    from benchmarks.accuracy import accepted_records
    from connectors.sample import write_sample

    folder = tmp_path_factory.mktemp("sample") / "sample"
    write_sample(folder, 250, 4)
    return accepted_records(folder)


@pytest.fixture(scope="module")
def proposal(records):
    return propose(records, MODEL, "2099.1")


def test_a_proposal_changes_m_and_the_shares_of_matches_and_nothing_else(proposal):
    for declared, proposed in zip(MODEL.comparisons, proposal.model.comparisons, strict=True):
        assert [level.u for level in proposed.levels] == [level.u for level in declared.levels]
        for share in ("m", "m_other"):
            assert sum(getattr(level, share) for level in proposed.levels) == pytest.approx(1.0, abs=0.001)
    assert (proposal.model.version, proposal.model.thresholds) == ("2099.1", MODEL.thresholds)
    assert proposal.model.comparisons != MODEL.comparisons


def test_blocks_are_not_taken_for_families_of_doubles(proposal):
    # A sample has between one record and two of each child; candidates are many times more than matches.
    assert 0.2 < proposal.model.expected_matches_per_record < 3.0
    assert proposal.model.another_identity_share < 0.4


def test_every_level_is_shown_with_its_bits_now_and_as_proposed(proposal):
    levels = [(comparison.field, level.name) for comparison in MODEL.comparisons for level in comparison.levels]
    assert list(zip(proposal.changes["field"], proposal.changes["level"], strict=True)) == levels
    assert tuple(proposal.changes) == CHANGE_COLUMNS
    assert set(proposal.effect) == {"linked pairs", "pairs for review", "persons", "resurfaced"}


def test_the_order_of_records_makes_no_difference(records, proposal):
    turned = propose(records.sample(frac=1, random_state=2), MODEL, "2099.1")
    assert as_model_file(turned.model) == as_model_file(proposal.model)


def test_the_file_is_a_model_with_all_comments_of_the_one_before(proposal):
    written = as_model_file(proposal.model)
    declared = tomllib.loads(written)
    assert declared["version"] == "2099.1"
    assert written.count("#") == as_model_file(MODEL).count("#")
    names = {level.name: level for level in proposal.model.comparison("name").levels}
    (comparison,) = (entry for entry in declared["comparison"] if entry["field"] == "name")
    for entry in comparison["levels"]:
        assert entry["m"] == pytest.approx(names[entry["name"]].m, abs=1e-6)
        assert entry["u"] == names[entry["name"]].u


def test_the_declared_model_is_written_as_it_stands():
    text = resources.files("linkage").joinpath("models", f"{CURRENT}.toml").read_text(encoding="utf-8")
    written, declared = tomllib.loads(as_model_file(MODEL)), tomllib.loads(text)
    for one, other in zip(written.pop("comparison"), declared.pop("comparison"), strict=True):
        for level, as_declared in zip(one.pop("levels"), other.pop("levels"), strict=True):
            shares = [(entry.pop("m"), entry.pop("m_other", None)) for entry in (level, as_declared)]
            assert shares[0] == pytest.approx(shares[1], abs=1e-6)
            assert level == as_declared
        assert one == other
    assert written == declared


def test_nothing_to_learn_from_proposes_what_is_declared():
    nobody = propose(records_frame([]), MODEL, "2099.1")
    assert nobody.model.comparisons == MODEL.comparisons
    assert nobody.effect["persons"] == (0, 0)
