"""The model file of `weerzien link`: what may stand in it, and what is said when something may not."""

from __future__ import annotations

import pytest

from connectors.installation import OneLineError
from linkage.table.declared import KINDS, KeyPart, load_table_model, table_model

LEAST = {"records": {"id": "key"}, "compare": [{"column": "surname", "kind": "family_name"}]}


def test_an_id_and_one_column_are_enough():
    model = table_model(LEAST)
    assert (model.id, model.blocks, model.across, model.columns) == ("key", (), False, ("key", "surname"))


def test_blocks_are_columns_and_first_characters():
    model = table_model({**LEAST, "block": [{"on": ["surname[:3]", "born"]}]})
    assert model.blocks == ((KeyPart("surname", 3), KeyPart("born")),)
    assert model.columns == ("key", "surname", "born")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_taken(kind):
    assert table_model({**LEAST, "compare": [{"column": "x", "kind": kind}]}).compared[0].kind == kind


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({}, r"\[records\] is needed"),
        ({"records": {}}, "id ="),
        ({"records": {"id": "k"}}, r"at least one \[\[compare\]\]"),
        ({**LEAST, "compare": [{"column": "x"}]}, "kind must be one of name"),
        ({**LEAST, "compare": [{"kind": "name"}]}, "column ="),
        ({**LEAST, "compare": [{"column": "x", "kind": "name", "weight": 2}]}, "unknown weight"),
        ({**LEAST, "records": {"id": "k", "link": "across"}}, "needs source"),
        ({**LEAST, "records": {"id": "k", "link": "some"}}, "link must be"),
        ({**LEAST, "block": [{"on": []}]}, "on ="),
        ({**LEAST, "block": {"on": ["x"]}}, "two brackets"),
        ({**LEAST, "thresholds": {"link": 1}}, "between 0 and 1"),
        ({**LEAST, "comparisons": []}, "unknown comparisons"),
    ],
)
def test_a_wrong_entry_is_named(declared, said):
    with pytest.raises(OneLineError, match=said):
        table_model(declared)


def test_a_file_that_is_no_model_is_one_line_with_its_name(tmp_path):
    for content in ("[records", "records = 1", ""):
        path = tmp_path / "model.toml"
        path.write_text(content)
        with pytest.raises(OneLineError, match=r"model\.toml") as caught:
            load_table_model(path)
        assert "\n" not in str(caught.value)
    with pytest.raises(OneLineError, match="absent"):
        load_table_model(tmp_path / "absent.toml")
