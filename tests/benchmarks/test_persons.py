"""The measures of the accuracy benchmark, on examples small enough to be worked out by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from benchmarks.persons.average_linkage import average_linkage, components, similarities
from benchmarks.persons.bars import Bar, load_bars
from benchmarks.persons.flat import flat, sound_of
from benchmarks.persons.in_common import tied_by, true_pairs
from benchmarks.persons.known_world import KnownWorld
from benchmarks.persons.linkers import Linked, measured
from benchmarks.persons.measures import Share, calibration_error, labelled, of_clusters, of_edges, offered_per_true_one
from benchmarks.persons.ours import TIED, measure_ours
from benchmarks.persons.printed import bars_table, linkers_table
from connectors.records import records_frame
from linkage.model import load_model

# Three registrations of one child, two of another, and one of which nobody knows whose it is.
CHILD = pd.Series({"a1": "A", "a2": "A", "a3": "A", "b1": "B", "b2": "B", "x": None})


def pairs_of(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["record_id_l", "record_id_r", "match_probability"])


def test_quality_of_persons():
    person = pd.Series({"a1": 1, "a2": 1, "a3": 2, "b1": 2, "b2": 3, "x": 1})
    quality = of_clusters(person, CHILD)
    assert (quality.precision, quality.recall) == (Share(1, 2), Share(1, 4))
    assert quality.f1 == pytest.approx(1 / 3)
    assert quality.cubed_precision.value == pytest.approx((1 + 1 + 1 / 2 + 1 / 2 + 1) / 5)
    assert quality.cubed_recall.value == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2) / 5)
    assert quality.cubed_f1 == pytest.approx(2 * 0.8 * (8 / 15) / (0.8 + 8 / 15))


def test_quality_of_pairs_before_clustering():
    chain = pairs_of(("a1", "a2", 1.0), ("a2", "a3", 1.0), ("a3", "b1", 1.0), ("a1", "x", 1.0))
    quality = of_edges(labelled(chain, CHILD), CHILD)
    assert (quality.precision, quality.recall) == (Share(2, 3), Share(2, 4))
    assert quality.cubed_precision.value == pytest.approx((1 + 1 + 2 / 3 + 1 / 2 + 1) / 5)
    assert quality.cubed_recall.value == pytest.approx((2 / 3 + 1 + 2 / 3 + 1 / 2 + 1 / 2) / 5)


def test_nothing_found_is_precise_about_nothing():
    quality = of_edges(labelled(pairs_of(), CHILD), CHILD)
    assert np.isnan(quality.precision.value)
    assert (quality.recall, quality.f1, quality.cubed_precision) == (Share(0, 4), 0.0, Share(5, 5))


def test_samples_are_pooled_by_their_counts():
    assert Share(1, 2) + Share(3, 4) == Share(4, 6)
    person = pd.Series({"a1": 1, "a2": 1, "a3": 2, "b1": 2, "b2": 3})
    once = of_clusters(person, CHILD)
    assert (once + once).f1 == pytest.approx(once.f1)


def test_calibration_error_weighs_ten_bins_by_their_pairs():
    pairs = pairs_of(("a1", "b1", 0.05), ("a2", "b1", 0.05), ("a1", "a2", 1.0), ("a1", "b2", 0.9), ("a3", "b2", 0.0005))
    # The lowest bin says 0.05 and holds no true pair; the highest says 0.95 and half of it is true.
    assert calibration_error(labelled(pairs, CHILD)).value == pytest.approx((2 * 0.05 + 2 * 0.45) / 4)


def test_a_peer_offers_what_lies_under_its_threshold():
    pairs = pairs_of(
        ("a1", "a2", 0.9), ("a2", "a3", 0.3), ("a3", "b1", 0.2), ("b1", "b2", 0.05), ("a1", "x", 0.4), ("a1", "b2", 0.1)
    )  # fmt: skip
    linked = Linked("peer", "0.5", 0.5, pairs, pd.Series({"a1": 1, "a2": 1, "a3": 2, "b1": 3, "b2": 4}), 1.0)
    row = measured(linked, CHILD)
    assert (row.burden, row.edges.precision, row.clusters.recall) == (Share(3, 1), Share(1, 1), Share(1, 4))
    assert "| peer | 0.5 | 1.000 | 0.250 |" in linkers_table([row])
    assert offered_per_true_one(labelled(pairs, CHILD)).value == pytest.approx(5 / 3)


def test_average_linkage_does_not_follow_a_chain():
    ids = pd.Index(["a", "b", "c", "d"])
    given = similarities(ids, pairs_of(("a", "b", 1.0), ("c", "b", 0.9)), np.array([1.0, 0.9]), 0.0)
    assert components(given, 0.5).nunique() == 2
    # The mean of b-c and a-c, which was never scored, is 0.45.
    cut = dict(average_linkage(given, (0.5, 0.45, 0.95)))
    assert cut[0.5].tolist() == cut[0.95].tolist() == [0, 0, 2, 3]
    assert cut[0.45].tolist() == [0, 0, 0, 3]


def test_average_linkage_on_weights_takes_a_pair_that_was_not_scored_at_its_own_weight():
    ids = pd.Index(["a", "b", "c"])
    given = similarities(ids, pairs_of(("a", "b", 0.9), ("b", "c", 0.9)), np.array([8.0, 4.0]), -10.0)
    cut = dict(average_linkage(given, (-3.0, -2.0)))
    assert (cut[-3.0].nunique(), cut[-2.0].nunique()) == (1, 2)


@pytest.mark.parametrize(
    ("bar", "figure", "reached", "told"),
    [
        (Bar("x", least=0.9), 0.95, True, "reached, 0.0500 to spare"),
        (Bar("x", least=0.9), 0.9, True, "reached, 0.0000 to spare"),
        (Bar("x", most=3.0), 3.25, False, "NOT reached, 0.2500 short"),
        (Bar("x", below=1.0), 1.0, False, "NOT reached, 0.0000 short"),
        (Bar("x", least=0.9), float("nan"), None, "not measured"),
        (Bar("x"), 0.5, None, ""),
    ],
)
def test_a_bar_says_whether_it_is_reached_and_by_how_much(bar, figure, reached, told):
    assert (bar.reached(figure), bar.verdict(figure)) == (reached, told)


def test_a_figure_stands_beside_its_bar_for_each_seed_and_pooled():
    bars = [Bar("persons: precision", least=0.97)]
    table = bars_table({1: {"persons: precision": Share(99, 100)}, 2: {"persons: precision": Share(95, 100)}}, bars)
    row = "| persons: precision | ≥ 0.97 | 0.990 (99/100) | 0.950 (95/100) | 0.970 (194/200) |"
    assert f"{row} reached, 0.0000 to spare; 1 of 2 seeds |" in table


def test_no_figure_has_two_bars():
    bars = load_bars()
    assert len({bar.name for bar in bars}) == len(bars)
    assert all(sum(bound is not None for bound in (bar.least, bar.most, bar.below)) <= 1 for bar in bars)


def records() -> pd.DataFrame:
    return records_frame(
        [
            {"record_id": "r1", "register": "ikps", "source_key": "k1", "given_names": "Ana-Maria", "family_name": "Pop",
             "birth_year": 1990, "birth_month": 3, "birth_day": 4, "phones": ["+31612345678"], "aliases": ["Lola"],
             "contacts": ["pimp:Sam"], "place": "Ede", "encountered_on": date(2006, 5, 1)},
            {"record_id": "r2", "register": "telex", "source_key": "k2", "given_names": "A.", "family_name": "Wit",
             "stated_age": 16, "stated_age_on": date(2006, 4, 1), "contacts": ["other:SAM"],
             "place": "ede", "missing_since": date(2006, 5, 2)},
            {"record_id": "r3", "register": "stv", "source_key": "k3", "family_name": "Lola"},
            {"record_id": "r4", "register": "stv", "source_key": "k4", "given_names": "A.", "family_name": "Bos",
             "birth_month": 3, "birth_day": 4},
            {"record_id": "r5", "register": "mob", "source_key": "k5", "family_name": "Wit"},
        ]
    )  # fmt: skip


def test_what_two_registrations_of_a_child_share():
    child = pd.Series({f"r{number}": "C" for number in range(1, 6)})
    pairs = true_pairs(records(), child)
    sharing = pairs.loc[pairs["shares_anything"], ["record_id_l", "record_id_r"]].agg("".join, axis=1).tolist()
    # A contact, an alias, day and month of birth, a family name; an initial and a day apart in one place are nothing.
    assert (len(pairs), sharing) == (10, ["r1r2", "r1r3", "r1r4", "r2r5"])


def test_a_named_contact_ties_whatever_its_role():
    tied = tied_by(records())
    assert tied["r1"] & tied["r2"] == {"contact sam"}
    assert tied["r4"] == frozenset()


def test_the_flat_table_holds_what_a_careful_user_would_prepare():
    table = flat(records()).set_index("unique_id")
    assert table.loc["r1", ["dob", "dob_swapped", "day_month"]].tolist() == ["1990-03-04", "1990-04-03", "03-04"]
    assert table.loc["r1", "names"] == ["ana maria pop", "lola", "lola pop"]
    assert table.loc["r1", "network"] == ["+31612345678", "sam"]
    assert table.loc["r2", ["birth_from", "birth_to"]].tolist() == [1988, 1991]
    assert table.loc["r4", "dob"] is None
    assert table.loc["r3", "phones"] is None
    assert sound_of("fatima") == sound_of("phatma") == "ftm"


def test_the_figures_of_this_product_carry_the_names_of_their_bars():
    kinds = ("false_identity", "false_identity", "true_name", "changed_age")
    keys = [("telex k2", "ikps k1"), ("mob k5", "stv k3"), ("mob k5", "stv k4"), ("mob k5", "ikps set-aside")]
    resurfaced = pd.DataFrame(
        [
            {"kind": kind, "missing_register": missing.split()[0], "missing_source_key": missing.split()[1],
             "victim_register": victim.split()[0], "victim_source_key": victim.split()[1]}
            for kind, (missing, victim) in zip(kinds, keys, strict=True)
        ]
    )  # fmt: skip
    child = pd.Series({f"r{number}": "C" for number in range(1, 6)})
    row, figures = measure_ours(KnownWorld("by hand", 1, 0, records(), child, resurfaced, 0.0), load_model())
    named = {bar.name for bar in load_bars() if "Splink" not in bar.name}
    assert named <= set(figures)
    tied, other = (f"resurfaced, false_identity {kind}: yes or possible" for kind in (TIED, "without"))
    assert (figures[tied].whole, figures[other].whole) == (1, 1)
    assert figures["true pairs that share anything: joined or offered"].whole == 4
    assert row.clusters.recall.whole == 10
