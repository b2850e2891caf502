"""Splink 5 on a Parquet file of records; run by a Python that has splink, duckdb and pandas.

`python benchmarks/splink_records.py recommended|tuned RECORDS OUT`. RECORDS is a table of `benchmarks/persons/flat.py`.
OUT gets unique_id_l, unique_id_r, match_weight and match_probability of every pair from 0.001; OUT with `.clusters`
Splink's own clusters at each threshold (recommended only); OUT with `.json` versions, seconds and memory. Nothing of
this repository is imported.
"""

import json
import platform
import resource
import sys
import time

import duckdb
import pandas as pd
import splink
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.blocking_rule_library import CustomRule

PREDICTED_FROM = 0.001
THRESHOLDS = (
    0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99,
    0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999,
)  # fmt: skip


def recommended() -> SettingsCreator:
    """Comparisons that Splink offers ready made, with the rules and training of its tutorial.

    The comparison of names may take the whole name as a column of its own too: with it F1 was lower on the sample.
    """
    return SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("dob"),
            block_on("first_name", "surname"),
            block_on("surname", "sex", "nationality"),
            block_on("first_name", "substr(dob, 1, 4)"),
            block_on("phones", arrays_to_explode=["phones"]),
        ],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("sex"),
            cl.ExactMatch("nationality").configure(term_frequency_adjustments=True),
            cl.ArrayIntersectAtSizes("phones", [1]),
        ],
    )


def tuned() -> SettingsCreator:
    """Everything the records hold: lists of names, numbers and contacts, partial birth dates, events, v-numbers."""
    return SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("dob"),
            CustomRule("l.dob = r.dob_swapped"),
            block_on("names", arrays_to_explode=["names"]),
            block_on("rare_tokens", arrays_to_explode=["rare_tokens"]),
            block_on("tokens", "birth_year", arrays_to_explode=["tokens"]),
            block_on("sounds", "birth_year", arrays_to_explode=["sounds"]),
            block_on("sound_pairs", arrays_to_explode=["sound_pairs"]),
            block_on("day_month", "initials", arrays_to_explode=["initials"]),
            block_on("phones", arrays_to_explode=["phones"]),
            block_on("plates", arrays_to_explode=["plates"]),
            block_on("contacts", "region", arrays_to_explode=["contacts"]),
            block_on("place", "event_day"),
            block_on("v_number"),
            block_on("cross_keys", arrays_to_explode=["cross_keys"]),
        ],
        comparisons=[
            _names(),
            _birth(),
            cl.ExactMatch("sex"),
            _origins(),
            _network(),
            _events(),
            cl.ExactMatch("v_number"),
            cl.ArrayIntersectAtSizes("cross_keys", [1]),
        ],
    )


def _names() -> cl.CustomComparison:
    """All written names of a record: whole names first, then tokens, rare ones apart, then likeness and sound.

    m of one family name with two given names is set by hand: training takes brothers and sisters for matches.
    """
    return cl.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            cll.NullLevel("names"),
            cll.ExactMatchLevel("full_name").configure(tf_adjustment_column="full_name"),
            cll.ArrayIntersectLevel("names", 1),
            cll.ArrayIntersectLevel("rare_tokens", 2),
            cll.ArrayIntersectLevel("tokens", 2),
            cll.PairwiseStringDistanceFunctionLevel("names", "jaro_winkler", 0.92),
            cll.ArrayIntersectLevel("sounds", 2),
            cll.And(cll.ArrayIntersectLevel("rare_tokens", 1), cll.ArraySubsetLevel("tokens")),
            cll.CustomLevel("surname_l = surname_r and first_name_l[1] = first_name_r[1]"),
            cll.PairwiseStringDistanceFunctionLevel("names", "jaro_winkler", 0.88),
            cll.And(cll.ArrayIntersectLevel("tokens", 1), cll.ArraySubsetLevel("tokens")),
            cll.ExactMatchLevel("first_name").configure(tf_adjustment_column="first_name"),
            cll.CustomLevel(
                "surname_l = surname_r and first_name_l is not null and first_name_r is not null"
                " and jaro_winkler_similarity(first_name_l, first_name_r) < 0.7"
            ).configure(
                tf_adjustment_column="surname",
                disable_tf_exact_match_detection=True,
                m_probability=0.006,
                fix_m_probability=True,
            ),
            cll.ArrayIntersectLevel("rare_tokens", 1),
            cll.ArrayIntersectLevel("tokens", 1),
            cll.PairwiseStringDistanceFunctionLevel("tokens", "jaro_winkler", 0.92),
            cll.ElseLevel(),
        ],
    )


def _birth() -> cl.CustomComparison:
    """Birth dates as far as they are known; a stated age allows some years."""
    in_part = "(dob_l is null or dob_r is null)"
    return cl.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            cll.CustomLevel("birth_from_l is null or birth_from_r is null").configure(is_null_level=True),
            cll.ExactMatchLevel("dob").configure(tf_adjustment_column="dob"),
            cll.CustomLevel("dob_l = dob_swapped_r"),
            cll.DamerauLevenshteinLevel("dob", 1),
            cll.CustomLevel("day_month_l = day_month_r"),
            cll.CustomLevel("year_month_l = year_month_r"),
            cll.CustomLevel(f"birth_year_l = birth_year_r and {in_part}"),
            cll.CustomLevel(f"birth_from_l <= birth_to_r and birth_from_r <= birth_to_l and {in_part}"),
            cll.CustomLevel("abs(birth_from_l - birth_from_r) <= 3"),
            cll.ElseLevel(),
        ],
    )


def _origins() -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name="origins",
        comparison_levels=[
            cll.NullLevel("origins"),
            cll.ExactMatchLevel("nationality").configure(tf_adjustment_column="nationality"),
            cll.ArrayIntersectLevel("origins", 1),
            cll.ElseLevel(),
        ],
    )


def _network() -> cl.CustomComparison:
    """Phones, plates and contacts in common, those of few records apart: a list has no term frequencies of its own.

    One comparison, because too few records have plates or contacts for m of each to be estimated.
    """
    return cl.CustomComparison(
        output_column_name="network",
        comparison_levels=[
            cll.NullLevel("network"),
            cll.ArrayIntersectLevel("rare_network", 2),
            cll.ArrayIntersectLevel("rare_network", 1),
            cll.ArrayIntersectLevel("network", 2),
            cll.ArrayIntersectLevel("network", 1),
            cll.ElseLevel(),
        ],
    )


def _events() -> cl.CustomComparison:
    near = "abs(event_day_l - event_day_r) <= 35"
    return cl.CustomComparison(
        output_column_name="event",
        comparison_levels=[
            cll.NullLevel("event_day"),
            cll.CustomLevel("event_day_l = event_day_r and place_l = place_r"),
            cll.CustomLevel("event_day_l = event_day_r"),
            cll.CustomLevel(f"place_l = place_r and {near}"),
            cll.CustomLevel(near),
            cll.ElseLevel(),
        ],
    )


def train_recommended(linker: Linker) -> None:
    """The prior by one deterministic rule, u by random pairs, m by two blocks."""
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("dob", "first_name", "surname")], recall=0.4)
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("dob"), block_on("first_name", "surname")):
        training.estimate_parameters_using_expectation_maximisation(rule)


def train_tuned(linker: Linker) -> None:
    """The prior by several deterministic rules, u by more random pairs, m by four blocks of different fields."""
    training = linker.training
    rules = [
        block_on("dob", "surname"),
        block_on("dob", "first_name"),
        block_on("v_number"),
        block_on("full_name", "birth_year"),
    ]
    training.estimate_probability_two_random_records_match(rules, recall=0.6)
    training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for rule in (
        block_on("dob"),
        block_on("full_name"),
        block_on("surname", "birth_year"),
        block_on("first_name", "birth_year"),
    ):
        training.estimate_parameters_using_expectation_maximisation(rule)


KINDS = {"recommended": (recommended, train_recommended), "tuned": (tuned, train_tuned)}


def main(kind: str, records: str, out: str) -> None:
    """Train, predict, and write what was found."""
    began = time.monotonic()
    table = pd.read_parquet(records)
    settings, train = KINDS[kind]
    connection = duckdb.connect()
    # Splink 5.0 writes lambdas in the older of DuckDB's two ways.
    connection.execute("SET lambda_syntax='ENABLE_SINGLE_ARROW'")
    api = DuckDBAPI(connection=connection)
    linker = Linker(api.register(table), settings())
    train(linker)
    predicted = linker.inference.predict(threshold_match_probability=PREDICTED_FROM)
    pairs = predicted.as_pandas_dataframe()[["unique_id_l", "unique_id_r", "match_weight", "match_probability"]]
    pairs.to_parquet(out)
    seconds = time.monotonic() - began
    if kind == "recommended":
        began = time.monotonic()
        clusters = {"unique_id": table["unique_id"].tolist()}
        for threshold in THRESHOLDS:
            found = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
            of = found.as_pandas_dataframe().set_index("unique_id")["cluster_id"]
            clusters[str(threshold)] = of.reindex(table["unique_id"]).tolist()
        pd.DataFrame(clusters).to_parquet(f"{out}.clusters")
        seconds += (time.monotonic() - began) / len(THRESHOLDS)
    told = {
        "versions": f"Python {platform.python_version()}, splink {splink.__version__}, duckdb {duckdb.__version__}",
        "seconds": seconds,
        "pairs": len(pairs),
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }
    with open(f"{out}.json", "w", encoding="utf-8") as file:
        json.dump(told, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
