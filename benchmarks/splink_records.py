"""Splink 5 with its recommended comparisons on a Parquet file of records; run by a Python that has splink and pandas.

`python benchmarks/splink_records.py RECORDS OUT`: RECORDS has unique_id, first_name, surname, dob, sex, nationality and
the list phones; OUT gets unique_id_l, unique_id_r and match_probability of every pair from 0.01, and in OUT's name
with .clusters the clusters at each threshold. Nothing of this repository is imported.
"""

import sys

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLDS = (0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
BLOCKS = (
    block_on("dob"),
    block_on("first_name", "surname"),
    block_on("surname", "sex", "nationality"),
    block_on("first_name", "substr(dob, 1, 4)"),
    block_on("phones", arrays_to_explode=["phones"]),
)


def main(records: str, out: str) -> None:
    table = pd.read_parquet(records)
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=list(BLOCKS),
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("sex"),
            cl.ExactMatch("nationality").configure(term_frequency_adjustments=True),
            cl.ArrayIntersectAtSizes("phones", [1]),
        ],
    )
    api = DuckDBAPI()
    linker = Linker(api.register(table), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("dob", "first_name", "surname")], recall=0.4)
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("dob"), block_on("first_name", "surname")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    predicted = linker.inference.predict(threshold_match_probability=0.01)
    predicted.as_pandas_dataframe()[["unique_id_l", "unique_id_r", "match_probability"]].to_parquet(out)
    clusters = {"unique_id": table["unique_id"].tolist()}
    for threshold in THRESHOLDS:
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
        of = found.as_pandas_dataframe().set_index("unique_id")["cluster_id"]
        clusters[str(threshold)] = of.reindex(table["unique_id"]).tolist()
    pd.DataFrame(clusters).to_parquet(f"{out}.clusters")


if __name__ == "__main__":
    main(*sys.argv[1:])
