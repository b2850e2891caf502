"""Where the exports lie and which night it is."""

from datetime import UTC, date, datetime

import pytest

from connectors.installation import Installation, OneLineError
from connectors.register import REGISTERS, load_register
from dags import places


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        (datetime(2026, 11, 23, 3, 0, tzinfo=UTC), date(2026, 11, 23)),  # winter: 04:00 in Amsterdam
        (datetime(2026, 11, 23, 2, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 7, 1, 2, 0, tzinfo=UTC), date(2026, 7, 1)),  # summer: 04:00 in Amsterdam
        (datetime(2026, 7, 1, 1, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), date(2026, 6, 30)),  # 00:30 in Amsterdam, still the night before
    ],
)
def test_the_night_is_the_day_of_the_last_four_o_clock_in_amsterdam(moment, night):
    assert places.night_of(None, None, moment) == night


def test_a_night_that_is_asked_for_goes_before_the_samples_last():
    moment = datetime(2026, 7, 1, tzinfo=UTC)
    marker = {"night_last": date(2004, 12, 31)}
    assert places.night_of("2004-03-16", marker, moment) == date(2004, 3, 16)
    assert places.night_of(None, marker, moment) == date(2004, 12, 31)


def test_a_night_that_is_not_a_date_is_said_in_one_line():
    with pytest.raises(OneLineError, match="YYYY-MM-DD"):
        places.night_of("31-12-2004", None, datetime(2026, 7, 1, tzinfo=UTC))


def test_an_installation_without_sample_never_gets_one_by_itself(tmp_path, monkeypatch):
    monkeypatch.delenv("WEERZIEN_EXPORTS", raising=False)
    with pytest.raises(OneLineError, match="no exports are configured"):
        places.configured_exports(None, Installation(tmp_path))


def test_given_exports_go_before_configured_ones(tmp_path, monkeypatch):
    monkeypatch.setenv("WEERZIEN_EXPORTS", str(tmp_path / "configured"))
    installation = Installation(tmp_path)
    assert places.configured_exports(None, installation) == str(tmp_path / "configured")
    assert places.configured_exports("sftp://police/exports", installation) == "sftp://police/exports"


def test_a_password_in_a_url_is_refused_without_repeating_it():
    with pytest.raises(OneLineError) as caught:
        places.place("sftp://user:hemelsleutel@host/exports")
    assert "hemelsleutel" not in str(caught.value)


def test_a_folder_that_is_not_there_or_holds_no_register_is_said_in_one_line(tmp_path):
    with pytest.raises(OneLineError, match="does not exist"):
        places.check_exports(str(tmp_path / "nowhere"))
    with pytest.raises(OneLineError, match="none of the folders"):
        places.check_exports(str(tmp_path))
    (tmp_path / "stv").mkdir()
    places.check_exports(str(tmp_path))


def test_one_register_may_lie_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("WEERZIEN_EXPORTS_STV", str(tmp_path / "elsewhere"))
    assert places.place_of(load_register("stv"), str(tmp_path)) == tmp_path / "elsewhere"
    others = [name for name in REGISTERS if name != "stv"]
    assert [places.place_of(load_register(name), str(tmp_path)).name for name in others] == others


def test_real_exports_have_no_marker(tmp_path):
    assert places.synthetic_marker(str(tmp_path)) is None
    (tmp_path / places.SYNTHETIC_MARKER).write_text('world = "w"\nnight_last = 2004-12-31\n')
    assert places.synthetic_marker(str(tmp_path)) == {"world": "w", "night_last": date(2004, 12, 31)}


def test_a_file_url_is_the_folder_it_names(tmp_path):
    folder = tmp_path / "exports of tonight"
    (folder / "stv").mkdir(parents=True)
    assert places.place(folder.as_uri()) == folder
    places.check_exports(folder.as_uri())


def test_a_kind_of_place_without_its_package_is_said_in_one_line():
    with pytest.raises(OneLineError, match="provider package"):
        places.check_exports("s3://bucket/exports")
