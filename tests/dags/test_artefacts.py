"""Work files keep what they are given and leave nothing behind."""

from datetime import date

import pandas

from connectors.installation import Installation
from dags.artefacts import Artefacts, wipe

NIGHT = date(2004, 3, 16)


def test_a_frame_comes_back_as_it_was_kept(tmp_path):
    frame = pandas.DataFrame(
        {
            "person_id": ["W-1", None],
            "registers": [["ikps", "stv"], []],
            "count": pandas.array([1, None], dtype="Int64"),
            "is_double": pandas.array([True, None], dtype="boolean"),
            "first_on": [date(2004, 1, 2), None],
            "empty": pandas.Series([None, None], dtype=object),
            "probability": [0.25, 0.5],
        }
    )
    artefacts = Artefacts(Installation(tmp_path), NIGHT)
    artefacts.write("consolidate", "person", frame)
    pandas.testing.assert_frame_equal(artefacts.read("consolidate", "person"), frame)


def test_an_empty_frame_keeps_its_columns(tmp_path):
    artefacts = Artefacts(Installation(tmp_path), NIGHT)
    artefacts.write("link", "pairs", pandas.DataFrame({"record_id_l": pandas.Series(dtype=object)}))
    assert list(artefacts.read("link", "pairs").columns) == ["record_id_l"]


def test_work_files_are_for_the_owner_only_and_no_temporary_name_is_left(tmp_path):
    artefacts = Artefacts(Installation(tmp_path), NIGHT)
    artefacts.write("link", "pairs", pandas.DataFrame({"a": [1]}))
    folder = artefacts.folder / "link"
    assert folder.stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir()] == ["pairs.parquet"]


def test_a_new_night_wipes_what_a_killed_one_left(tmp_path):
    installation = Installation(tmp_path)
    killed = Artefacts(installation, date(2004, 3, 15))
    killed.write("read", "stv", pandas.DataFrame({"family_name": ["x"]}))
    wipe(installation)
    assert not killed.folder.exists()
