"""Splink 5 on the records of `benchmarks.speed`; run by a Python that has splink and pandas.

`python splink_run.py RECORDS OUT THRESHOLD EM RULE...`: EM is pairs (Splink's default) or counts; a rule is columns
between "+", each with [:n] for its first n characters. OUT gets record_id and person_id as Parquet. Prints seconds per
step as one line of JSON. Nothing of this repository is imported.
"""

import json
import re
import sys
import time

import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

COMPARISONS = [
    cl.JaroWinklerAtThresholds("given_name", [0.94, 0.82]).configure(term_frequency_adjustments=True),
    cl.JaroWinklerAtThresholds("surname", [0.94, 0.82]).configure(term_frequency_adjustments=True),
    cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
    cl.JaroWinklerAtThresholds("town", [0.94]).configure(term_frequency_adjustments=True),
    cl.DamerauLevenshteinAtThresholds("postcode", [1]),
    cl.DamerauLevenshteinAtThresholds("phone", [1]),
]


def part(written: str) -> str:
    cut = re.fullmatch(r"(\w+)\[:(\d+)\]", written)
    return f"substr({cut[1]}, 1, {cut[2]})" if cut else written


def main(records: str, out: str, threshold: float, em: str, rules: list[str]) -> None:
    took, began = {}, time.monotonic()

    def step(name: str) -> None:
        nonlocal began
        took[name], began = round(time.monotonic() - began, 2), time.monotonic()

    blocks = [block_on(*map(part, rule.split("+"))) for rule in rules]
    api = DuckDBAPI()
    columns = "record_id as unique_id, given_name, surname, date_of_birth, town, postcode, phone"
    api._con.execute(f"create table records as select {columns} from read_parquet('{records}')")
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=blocks,
        comparisons=COMPARISONS,
    )
    linker = Linker([api.register("records")], settings)
    step("read")
    sure = [block_on("given_name", "surname", "date_of_birth"), block_on("surname", "phone")]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    step("u")
    # Two of the same rules, which together leave no column out. By default Splink scores all their pairs anew in each
    # round; on counts of patterns is the faster way.
    for rule in (blocks[0], blocks[3]):
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=em == "counts"
        )
    step("EM")
    predicted = linker.inference.predict(threshold_match_probability=0.001)
    step("predict")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
    step("cluster")
    query = f"select unique_id as record_id, cluster_id as person_id from {clusters.physical_name}"
    api._con.execute(f"copy ({query}) to '{out}' (format parquet)")
    step("write")
    print(json.dumps(took))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4], sys.argv[5:])
