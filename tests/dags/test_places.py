"""Where the exports lie and which night it is."""

import errno
import json
import re
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from connectors import transfer
from connectors.installation import Installation, OneLineError
from connectors.register import REGISTERS, load_register
from dags import places, remote
from dags.place_faults import as_told


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


@pytest.mark.airflow
def test_a_kind_of_place_without_its_package_is_said_in_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "sshfs", None)
    monkeypatch.setenv("AIRFLOW_CONN_POLICE", connection(host="sftp.example"))
    with pytest.raises(OneLineError, match="provider package"):
        places.check_exports("sftp://police@sftp.example/exports")


def connection(**said: object) -> str:
    return json.dumps({"conn_type": "sftp", "login": "weerzien", "password": "hemelsleutel"} | said)


def declaring(monkeypatch, **declared: str) -> None:
    """Registers whose declarations say a place."""
    load = places.load_register
    monkeypatch.setattr(places, "load_register", lambda name: replace(load(name), place=declared.get(name, "")))


def place_of(name: str, exports: str | None, installation: Installation):
    address = places.configured_exports(exports, installation)
    return str(places.place_of(places.load_register(name), address))


def test_the_environment_goes_before_a_declared_place(tmp_path, monkeypatch):
    monkeypatch.delenv("WEERZIEN_EXPORTS", raising=False)
    declaring(monkeypatch, stv="/declared/stv", mob="/declared/mob")
    installation = Installation(tmp_path)
    assert places.is_configured(None)
    assert place_of("stv", None, installation) == "/declared/stv"
    monkeypatch.setenv("WEERZIEN_EXPORTS", "/configured")
    assert place_of("stv", None, installation) == "/configured/stv"
    assert place_of("stv", "/given", installation) == "/given/stv"
    monkeypatch.setenv("WEERZIEN_EXPORTS_STV", "/own")
    assert place_of("stv", "/given", installation) == "/own"
    assert place_of("mob", "/given", installation) == "/given/mob"


def test_a_register_of_which_nothing_says_where_it_delivers_is_told_what_to_write(tmp_path, monkeypatch):
    monkeypatch.delenv("WEERZIEN_EXPORTS", raising=False)
    declaring(monkeypatch, stv="/declared/stv")
    places.check_exports(places.DECLARED)
    assert places.synthetic_marker(places.DECLARED) is None
    with pytest.raises(
        OneLineError, match=r"write `place` into connectors/registers/mob\.toml or set WEERZIEN_EXPORTS"
    ):
        place_of("mob", None, Installation(tmp_path))


def test_what_declared_places_hold_against_the_rules_is_said_before_the_night(monkeypatch):
    declaring(monkeypatch, stv="sftp://police:hemelsleutel@host/stv")
    with pytest.raises(OneLineError) as caught:
        places.check_exports(places.DECLARED)
    assert "hemelsleutel" not in str(caught.value)


def test_no_register_declares_a_place_of_its_own_in_the_repository():
    assert [load_register(name).place for name in REGISTERS] == [""] * len(REGISTERS)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://register.example/exports", "in the open"),
        ("FTP://police@register.example/exports", "in the open"),
        ("gs://bucket/exports", "not a kind of place"),
        ("sftp://police:geheim@host/exports", "holds a password"),
        ("s3://key:geheim@bucket/exports", "holds a password"),
        ("s3://police@bucket/exports?secret=geheim", "more than a path"),
        ("sftp://host/exports", "names no Airflow connection"),
        ("s3://bucket/exports", "names no Airflow connection"),
        ("file://elsewhere/exports", "file:///folder"),
    ],
)
def test_an_address_that_is_not_safe_is_refused_in_one_line(address, said):
    with pytest.raises(OneLineError, match=said) as caught:
        places.place(address)
    assert "geheim" not in str(caught.value)


@pytest.mark.airflow
@pytest.mark.parametrize(
    ("address", "said", "expected"),
    [
        ("s3://police@bucket/x", {"extra": {"endpoint_url": "http://store.example:9000"}}, "is not https"),
        ("s3://police@bucket/x", {"extra": {"endpoint_url": "https://u:hemelsleutel@store.example"}}, "must be https"),
        ("s3://police@bucket/x", {"extra": {"verify": False}}, "verify: false"),
        ("s3://police@bucket/x", {"password": ""}, "no access key"),
        ("s3://elsewhere@bucket/x", {}, "AIRFLOW_CONN_ELSEWHERE"),
    ],
)
def test_a_connection_that_asks_for_less_than_a_safe_line_is_refused(address, said, expected, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_POLICE", connection(**said))
    with pytest.raises(OneLineError, match=expected) as caught:
        places.place(address).is_dir()
    assert "hemelsleutel" not in str(caught.value)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("AWS Error UNKNOWN ExpiredToken: The provided token has expired. hemelsleutel", "have expired; renew them"),
        ("AWS Error INVALID_ACCESS_KEY_ID during ListObjectsV2: hemelsleutel", "renew them"),
        ("AWS Error NO_SUCH_BUCKET during ListObjectsV2 operation: hemelsleutel", "bucket exports .* does not exist"),
        ("AWS Error ACCESS_DENIED during HeadObject operation: hemelsleutel", "may not read bucket exports"),
        ("curlCode: 60, SSL peer certificate was not OK hemelsleutel", "certificate .* is not trusted"),
        ("AWS Error REQUEST_TIME_TOO_SKEWED hemelsleutel", "set the clock"),
    ],
)
def test_what_an_s3_server_refuses_is_said_without_its_message(message, said):
    told = as_told(OSError(message), "s3", "police", "exports")
    assert isinstance(told, OneLineError) and re.search(said, str(told))
    assert "hemelsleutel" not in str(told)


def test_a_broken_line_is_worth_another_try_and_nonsense_is_not():
    assert isinstance(as_told(OSError("AWS Error NETWORK_CONNECTION"), "s3", "police", "b"), ConnectionError)
    assert isinstance(as_told(TimeoutError(), "sftp", "police", "h"), ConnectionError)
    assert isinstance(as_told(ValueError("hemelsleutel"), "sftp", "police", "h"), OneLineError)


class Growing:
    """A file of which every look tells more."""

    name = "ikps_20040320.csv"

    def __init__(self, *sizes: int) -> None:
        self.sizes = list(sizes)

    def stat(self):
        size = self.sizes.pop(0) if len(self.sizes) > 1 else self.sizes[0]
        return SimpleNamespace(st_size=size, st_mtime=0.0, st_mtime_ns=1)


class Folder(list):
    settle_seconds = 0.001

    def iterdir(self):
        return iter(self)


def test_a_file_that_grows_between_two_looks_does_not_lie_still():
    still = Growing(10, 10)
    assert transfer.lying_still([still], Folder([still])) == {still.name: still}
    grows = Growing(10, 11)
    assert transfer.lying_still([grows], Folder([grows])) == {grows.name: None}
    assert transfer.lying_still([grows], Folder()) == {grows.name: None}


def copies(tmp_path, *sizes):
    """Makes copies of these sizes, one after the other; an exception is raised instead."""
    todo = list(sizes)

    def copy():
        now = todo.pop(0)
        if isinstance(now, Exception):
            raise now
        path = tmp_path / f"{len(todo)}.part"
        path.write_bytes(b"x" * now)
        return path, "sha256", now

    return copy


def test_a_copy_shorter_than_its_place_states_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr(transfer, "SECONDS_BETWEEN_TRIES", (0, 0))
    copy, _, size = transfer.transferred(Growing(10), "ikps", copies(tmp_path, 4, ConnectionError(), 10))
    assert (size, list(tmp_path.iterdir())) == (10, [copy])


def test_a_line_that_breaks_every_time_is_given_up_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(transfer, "SECONDS_BETWEEN_TRIES", (0, 0))
    with pytest.raises(OneLineError, match="broke off in mid-transfer 3 times"):
        transfer.transferred(Growing(10), "ikps", copies(tmp_path, 4, 0, 9, 10))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_changes_while_it_is_copied_is_still_being_written_and_leaves_nothing(tmp_path):
    with pytest.raises(transfer.StillWritten):
        transfer.transferred(Growing(10, 12), "ikps", copies(tmp_path, 12))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_and_not_tried_again(tmp_path):
    with pytest.raises(OneLineError, match=r"the disk of landing/ is full; make room in WEERZIEN_HOME"):
        transfer.transferred(Growing(10), "ikps", copies(tmp_path, OSError(errno.ENOSPC, "no space"), 10))


@pytest.mark.parametrize("given", ["soon", "-1", "601", "nan"])
def test_a_time_to_lie_still_that_is_none_is_refused(given, monkeypatch):
    monkeypatch.setenv(remote.SETTLE, given)
    with pytest.raises(OneLineError, match="seconds from 0 to 600"):
        remote.settle_seconds()
