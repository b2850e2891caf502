"""A proposed model: what it takes from the records, what it leaves as declared, and that the same records give it twice."""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
import pytest

from connectors.records import records_frame
from linkage.chance import RARE_BELOW
from linkage.model import load_model, model_from
from linkage.model_file import as_model_file
from linkage.proposal import CHANGE_COLUMNS, propose

MODEL = load_model()


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    from benchmarks.accuracy import accepted_records
    from connectors.sample import write_sample

    folder = tmp_path_factory.mktemp("sample") / "sample"
    write_sample(folder, 250, 4)
    return accepted_records(folder), pd.read_csv(folder / "truth" / "records.csv", dtype=str)


@pytest.fixture(scope="module")
def records(sample) -> pd.DataFrame:
    return sample[0]


@pytest.fixture(scope="module")
def proposal(records):
    return propose(records, MODEL, "2099.1")


def test_a_proposal_changes_m_the_shares_of_matches_and_what_chance_makes_of_two_registers_and_nothing_else(proposal):
    for declared, proposed in zip(MODEL.comparisons, proposal.model.comparisons, strict=True):
        assert [level.u for level in proposed.levels] == [level.u for level in declared.levels]
        assert proposed.shares("m").sum() == pytest.approx(1.0, abs=0.001)
        assert proposed.shares("m_other") == pytest.approx(declared.shares("m_other"))
    assert (proposal.model.version, proposal.model.thresholds) == ("2099.1", MODEL.thresholds)
    assert proposal.model.comparisons != MODEL.comparisons


def test_levels_as_rare_as_matches_keep_the_chance_that_is_declared(proposal):
    name = MODEL.comparison("name")
    rare = name.chances(MODEL.records_counted(500)) < RARE_BELOW
    for pair in proposal.model.register_pairs:
        assert np.array(pair.u["name"])[rare] == pytest.approx(name.chances(2_000.0)[rare], rel=0.1)


def test_blocks_are_not_taken_for_families_of_doubles(sample, proposal):
    records, truth = sample
    sizes = records.merge(truth, on=["register", "source_key"])["child_id"].value_counts()
    matches = int((sizes * (sizes - 1) // 2).sum())
    found = proposal.model.expected_matches_per_record * len(records) / 2
    assert found == pytest.approx(matches, rel=0.35)


def test_every_level_is_shown_with_its_bits_now_and_as_proposed(proposal):
    levels = [(comparison.field, level.name) for comparison in MODEL.comparisons for level in comparison.levels]
    assert list(zip(proposal.changes["field"], proposal.changes["level"], strict=True)) == levels
    assert tuple(proposal.changes) == CHANGE_COLUMNS
    assert (proposal.changes["bits"] != proposal.changes["proposed_bits"]).any()
    assert set(proposal.effect) == {"linked pairs", "pairs for review", "persons", "resurfaced"}


def test_the_order_of_records_makes_no_difference(records, proposal):
    turned = propose(records.sample(frac=1, random_state=2), MODEL, "2099.1")
    assert as_model_file(turned.model) == as_model_file(proposal.model)


def test_the_file_is_a_model_with_all_comments_of_the_one_before(proposal):
    written = as_model_file(proposal.model)
    read = model_from(tomllib.loads(written))
    assert read.version == "2099.1"
    assert written.count("#") == as_model_file(MODEL).count("#")
    for one, other in zip(read.comparisons, proposal.model.comparisons, strict=True):
        assert one.shares("m") == pytest.approx(other.shares("m"), rel=1e-3)
        assert [level.u for level in one.levels] == [level.u for level in other.levels]
    assert [pair.registers for pair in read.register_pairs] == [
        pair.registers for pair in proposal.model.register_pairs
    ]


def test_the_declared_model_is_written_as_it_stands():
    read = model_from(tomllib.loads(as_model_file(MODEL)))
    assert (read.comparisons, read.register_pairs) == (MODEL.comparisons, MODEL.register_pairs)
    assert read == MODEL


def test_nothing_to_learn_from_proposes_what_is_declared():
    nobody = propose(records_frame([]), MODEL, "2099.1")
    assert nobody.model.comparisons == MODEL.comparisons
    assert nobody.effect["persons"] == (0, 0)
