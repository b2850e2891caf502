"""Plain recordlinkage on the records of `benchmarks.speed`, as its manual does it: blocks, comparisons, ECM.

`python -m benchmarks.speeds.recordlinkage_run RECORDS OUT RULE...`: rules as in `splink_run`. OUT gets record_id and
person_id as Parquet. Prints seconds per step as one line of JSON.
"""

import json
import re
import sys
import time
import warnings

import numpy as np
import pandas as pd
import recordlinkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def columns_of(table, rule):
    names = []
    for part in rule.split("+"):
        if cut := re.fullmatch(r"(\w+)\[:(\d+)\]", part):
            table[part] = table[cut[1]].str[: int(cut[2])]
        names.append(part)
    return names


def main(records, out, rules):
    warnings.simplefilter("ignore")
    took, began = {}, time.monotonic()

    def step(name):
        nonlocal began
        took[name], began = round(time.monotonic() - began, 2), time.monotonic()

    table = pd.read_parquet(records).set_index("record_id").drop(columns="person")
    indexer = recordlinkage.Index()
    for rule in rules:
        columns = columns_of(table, rule)
        indexer.block(columns, columns)
    step("read")
    # recordlinkage takes two missing values of a block for equal ones; a pair has to agree on something.
    candidates = None
    for algorithm, rule in zip(indexer.algorithms, rules, strict=True):
        known = table.dropna(subset=columns_of(table, rule))
        pairs = algorithm.index(known)
        candidates = pairs if candidates is None else candidates.union(pairs)
    step("block")
    compare = recordlinkage.Compare()
    for column in ("given_name", "surname", "town"):
        compare.string(column, column, method="jarowinkler", threshold=0.9, label=column)
    # One sign wrong, as the others compare them too.
    for column in ("date_of_birth", "postcode", "phone"):
        compare.string(column, column, method="damerau_levenshtein", threshold=0.83, label=column)
    features = compare.compute(candidates, table).astype(int)
    step("compare")
    links = recordlinkage.ECMClassifier().fit_predict(features)
    step("ECM")
    place = pd.Series(np.arange(len(table)), index=table.index)
    sides = [place.loc[links.get_level_values(side)].to_numpy() for side in (0, 1)]
    graph = coo_array((np.ones(len(links)), sides), shape=(len(table), len(table)))
    persons = connected_components(graph, directed=False)[1]
    pd.DataFrame({"record_id": table.index, "person_id": persons}).to_parquet(out)
    step("persons")
    print(json.dumps({"pairs": len(candidates), **took}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
