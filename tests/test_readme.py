"""The README says what the program says: the dictionary of the table, the rooms, the settings."""

from pathlib import Path

from monitoring.dictionary import TABLES, as_markdown

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_dictionary_of_the_person_table_is_the_real_one():
    assert as_markdown(TABLES["person"]) in README, "renew it with: python -m monitoring.dictionary"


def test_every_table_of_the_schema_is_in_the_readme():
    assert [name for name in TABLES if f"`monitoring.{name}`" not in README] == []


def test_every_file_that_the_readme_names_is_there():
    import re

    root = Path(__file__).parent.parent
    named = re.findall(r"`((?:connectors|expectations|linkage|monitoring|dags|docs)/[\w/.]+\.(?:py|toml|md))`", README)
    assert named
    assert [name for name in named if not (root / name).is_file()] == []
