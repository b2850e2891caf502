"""Splink 5 on a table of the benchmark, set as its own demonstrations are; run by a Python that has splink and pandas.

`python splink_tables.py TABLE RECORDS OUT`: TABLE is the name of the table, RECORDS a Parquet file with a column id
(and source, where only records of different sources are compared). OUT gets record_id_l, record_id_r and
match_probability from 0.001, and in OUT's name with .clusters the clusters at each threshold. Nothing of this
repository is imported.
"""

import sys

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLDS = (0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999)


def febrl():
    comparisons = [
        cl.NameComparison("given_name"), cl.NameComparison("surname"), cl.ExactMatch("street_number"),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]), cl.ExactMatch("postcode"),
        cl.LevenshteinAtThresholds("address_1", [3]),
        cl.ExactMatch("suburb").configure(term_frequency_adjustments=True),
    ]  # fmt: skip
    blocks = [
        ("soc_sec_id",), ("date_of_birth",), ("given_name", "surname"), ("surname", "postcode"),
        ("given_name", "postcode"), ("address_1",), ("street_number", "postcode"), ("surname", "suburb"),
    ]  # fmt: skip
    return comparisons, blocks, [("soc_sec_id",), ("surname", "postcode")], 0.8, [("date_of_birth",), ("soc_sec_id",)]


def german():
    comparisons = [
        cl.NameComparison("fname_c1"), cl.ExactMatch("fname_c2"), cl.NameComparison("lname_c1"),
        cl.DateOfBirthComparison("born", input_is_string=True),
    ]  # fmt: skip
    blocks = [
        ("born",), ("fname_c1", "lname_c1"), ("by", "lname_c1"), ("by", "fname_c1"), ("bm", "bd", "lname_c1"),
        ("bm", "bd", "fname_c1"), ("by", "bm", "substr(fname_c1,1,2)"), ("by", "bd", "substr(fname_c1,1,2)"),
        ("bm", "bd", "substr(lname_c1,1,2)"),
    ]  # fmt: skip
    return comparisons, blocks, [("born", "lname_c1"), ("born", "fname_c1")], 0.8, [("born",), ("fname_c1", "lname_c1")]


def voters():
    comparisons = [
        cl.NameComparison("givenname"), cl.NameComparison("surname"),
        cl.LevenshteinAtThresholds("suburb", [1, 2]).configure(term_frequency_adjustments=True),
        cl.LevenshteinAtThresholds("postcode", [1, 2]),
    ]  # fmt: skip
    blocks = [
        ("givenname", "surname"), ("givenname", "suburb"), ("surname", "suburb"), ("givenname", "postcode"),
        ("surname", "postcode"),
    ]  # fmt: skip
    sure = [("givenname", "surname", "suburb"), ("givenname", "surname", "postcode")]
    return comparisons, blocks, sure, 0.7, [("givenname", "surname"), ("surname", "postcode")]


def historical():
    comparisons = [
        cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="both_names"),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.PostcodeComparison("postcode_fake"),
        cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
        cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
    ]
    area, start = "substr(postcode_fake,1,2)", ("substr(first_name,1,3)", "substr(surname,1,4)")
    blocks = [
        start, ("surname", "dob"), ("first_name", "dob"), ("postcode_fake", "first_name"),
        ("postcode_fake", "surname"), ("dob", "birth_place"), (area, "dob"), (area, "first_name"), (area, "surname"),
        ("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
    ]  # fmt: skip
    sure = [
        ("first_name", "surname", "dob"),
        ("substr(first_name,1,2)", "surname", "postcode_fake"),
        ("dob", "postcode_fake"),
    ]
    return comparisons, blocks, sure, 0.6, [("first_name", "surname"), ("dob",)]


def settings_of(name):
    for start, made in (("febrl", febrl), ("RLdata", german), ("voters", voters), ("historical", historical)):
        if name.startswith(start):
            return made()
    raise SystemExit(f"no settings for {name}")


def main(name: str, records: str, out: str) -> None:
    comparisons, blocks, sure, recall, trained_on = settings_of(name)
    table = pd.read_parquet(records).rename(columns={"id": "unique_id"})
    if "first_name" in table:
        table["both_names"] = table["first_name"] + " " + table["surname"]
    across = "source" in table
    api = DuckDBAPI()
    settings = SettingsCreator(
        link_type="link_only" if across else "dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in blocks],
        comparisons=comparisons,
    )
    tables = [part.drop(columns="source") for _, part in table.groupby("source")] if across else [table]
    linker = Linker([api.register(part) for part in tables], settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on(*rule) for rule in sure], recall=recall)
    training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in trained_on:
        training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    predicted = linker.inference.predict(threshold_match_probability=0.001)
    pairs = predicted.as_pandas_dataframe()[["unique_id_l", "unique_id_r", "match_probability"]]
    pairs.rename(columns=lambda column: column.replace("unique", "record")).to_parquet(out)
    clusters = {"id": table["unique_id"].tolist()}
    for threshold in THRESHOLDS:
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
        of = found.as_pandas_dataframe().set_index("unique_id")["cluster_id"]
        clusters[str(threshold)] = of.reindex(table["unique_id"]).tolist()
    pd.DataFrame(clusters).to_parquet(f"{out}.clusters")


if __name__ == "__main__":
    main(*sys.argv[1:])
