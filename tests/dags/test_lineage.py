"""Which dataset is told of which task, without OpenLineage: the declaration, and the assets in Airflow."""

import pytest

from connectors.register import REGISTERS
from dags.airflow_home import DAGS_FOLDER
from dags.lineage import FILTER, datasets, declared, is_filtered, is_given_outside
from monitoring.dictionary import TABLES
from monitoring.operational.declared import stages


def test_every_table_of_the_dictionary_is_written_by_one_task_and_no_other_is():
    written = datasets("nightly.publish", "outputs") + datasets("retention.housekeep", "outputs")
    assert sorted(written) == sorted(f"monitoring.{table}" for table in TABLES)


def test_a_mapped_task_has_its_own_register_and_another_all_five():
    assert datasets("nightly.pull", "inputs", "stv") == ["register.stv"]
    assert datasets("nightly.pull", "inputs", "no register") == [f"register.{register}" for register in REGISTERS]
    assert datasets("nightly.publish", "inputs") == [f"landed.{register}" for register in REGISTERS]
    assert datasets("nightly.link", "inputs") == []


def test_only_tasks_of_the_dags_have_datasets():
    assert set(declared()["tasks"]) <= stages()


@pytest.mark.parametrize(
    ("transport", "expected"),
    [
        ({"type": "transform", "transformer_class": FILTER, "transport": {"type": "console"}}, True),
        ({"type": "transform", "transformer_class": "some.Other", "transport": {"type": "console"}}, False),
        ({"type": "console", "transformer_class": FILTER}, False),
        ({"type": "composite", "transports": []}, False),
        ({}, False),
        ("transform", False),
        (None, False),
    ],
)
def test_only_a_transport_inside_the_filter_is_filtered(transport, expected):
    assert is_filtered(transport) is expected


def test_openlineages_own_variables_count_as_another_transport():
    assert is_given_outside({"OPENLINEAGE_URL": "https://example.org"})
    assert is_given_outside({"OPENLINEAGE__TRANSPORT__TYPE": "console"})
    assert not is_given_outside({"OPENLINEAGE_NAMESPACE": "weerzien", "OPENLINEAGE_URL": ""})


@pytest.mark.airflow
def test_the_datasets_are_airflows_assets_named_by_register_and_table():
    from airflow.dag_processing.dagbag import DagBag

    dags = DagBag(str(DAGS_FOLDER), safe_mode=False).dags
    publish = dags["nightly"].get_task("publish")
    assert [asset.name for asset in publish.outlets] == datasets("nightly.publish", "outputs")
    assert publish.outlets[0].uri == "x-weerzien://monitoring/person"
    pull = dags["nightly"].get_task("pull").partial_kwargs
    assert [asset.name for asset in pull["inlets"]] == [f"register.{register}" for register in REGISTERS]
    assert [asset.name for asset in dags["retention"].get_task("housekeep").outlets] == ["monitoring.purge"]
