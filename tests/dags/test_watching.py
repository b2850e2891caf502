"""The watch: who is late and who is not yet, what it sees where hardly anything works, and that it changes nothing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from connectors.installation import Installation, OneLineError
from connectors.register import REGISTERS, load_register
from dags import watching
from dags.arrivals import Came, Landed, Listing, accept_newest, what_came
from dags.places import AMSTERDAM
from dags.states import StageFailed

NIGHT = date(2005, 6, 30)
MORNING = datetime(2005, 6, 30, 6, 30, tzinfo=AMSTERDAM)
NEWEST = {
    "ikps": "ikps_20050630.csv",
    "stv": "stv_aanmeldingen_2005.xlsx",
    "youth_care": "jeugdzorg_20050630.xml",
    "telex": "telex_20050630.txt",
    "mob": "mob_200505_OC.csv",
}


def came(register: str, *landed: tuple[str, date]) -> Came:
    declared = load_register(register)
    deliveries = [Landed(name, declared.dated(name) or date.min, night) for name, night in landed]
    return Came({register: deliveries})


def standing(register: str, came: Came, *waiting: str, night: date = NIGHT) -> watching.RegisterWatch:
    declared = load_register(register)
    files = {name: declared.dated(name) or date.min for name in waiting}
    return watching.register_standing(declared, came, Listing(files), night, night)


def ikps_of(day: date) -> tuple[str, date]:
    return f"ikps_{day:%Y%m%d}.csv", day


def test_a_register_is_late_the_first_night_beyond_those_it_may_be_silent():
    silent = load_register("ikps").late_after_days
    just_in_time = standing("ikps", came("ikps", ikps_of(NIGHT - timedelta(days=silent))))
    assert (just_in_time.standing, just_in_time.nights_late) == ("in_time", 0)
    late = standing("ikps", came("ikps", ikps_of(NIGHT - timedelta(days=silent + 1))))
    assert (late.standing, late.nights_late) == ("late", 1)


def test_an_old_snapshot_that_landed_last_night_is_still_old():
    assert standing("ikps", came("ikps", ("ikps_20050601.csv", NIGHT))).standing == "late"


def test_a_file_that_waits_in_its_place_is_a_delivery():
    stand = standing("ikps", came("ikps", ikps_of(date(2005, 6, 1))), "ikps_20050601.csv", "ikps_20050629.csv")
    assert (stand.standing, stand.newest, stand.waiting) == ("in_time", date(2005, 6, 1), date(2005, 6, 29))


def test_what_has_landed_under_other_capitals_does_not_wait():
    stand = standing("telex", came("telex", ("telex_20050630.txt", NIGHT)), "TELEX_20050630.TXT", "telex_20050612.txt")
    assert stand.waiting is None


def test_a_file_of_a_later_day_says_nothing_of_this_one():
    stand = standing("ikps", came("ikps", ikps_of(date(2005, 6, 1))), "ikps_20990101.csv")
    assert (stand.standing, stand.waiting) == ("late", None)


def test_a_register_that_never_sent_anything_is_not_late_but_never_delivered():
    assert standing("mob", Came()).standing == "never"


@pytest.mark.parametrize(
    ("night", "landed_night", "expected"),
    [
        (date(2005, 6, 9), date(2005, 5, 2), "in_time"),  # 40 nights after the last of April
        (date(2005, 6, 10), date(2005, 5, 2), "in_time"),  # 39 nights after it landed
        (date(2005, 6, 12), date(2005, 5, 2), "late"),
        (date(2005, 6, 12), date(2005, 5, 20), "in_time"),  # a correction landed later
    ],
)
def test_a_list_of_a_month_speaks_of_its_last_day_or_of_the_night_it_landed(night, landed_night, expected):
    assert standing("mob", came("mob", ("mob_200504_OC.csv", landed_night)), night=night).standing == expected


def test_this_years_workbook_speaks_of_the_night_it_landed_and_not_of_december():
    landed = date(2005, 2, 1)
    workbook = came("stv", ("stv_aanmeldingen_2005.xlsx", landed))
    silent = timedelta(days=load_register("stv").late_after_days)
    assert standing("stv", workbook, night=landed + silent).standing == "in_time"
    assert standing("stv", workbook, night=landed + silent + timedelta(days=1)).nights_late == 1


def test_where_the_database_is_silent_only_what_lies_in_the_place_is_known():
    silent = Came(fault="the database at x cannot be reached")
    assert standing("ikps", silent).standing == "unknown"
    assert standing("ikps", silent, "ikps_20050601.csv").standing == "unknown"
    assert standing("ikps", silent, "ikps_20050630.csv").standing == "in_time"
    assert watching.night_standing(NIGHT, silent).standing == "unknown"


def test_a_night_is_late_by_the_nights_since_the_published_one():
    assert watching.night_standing(NIGHT, Came(published=NIGHT)).standing == "in_time"
    late = watching.night_standing(NIGHT, Came(published=NIGHT - timedelta(days=2)))
    assert (late.standing, late.nights_late) == ("late", 2)


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Exports in which every register delivered."""
    folder = tmp_path / "exports"
    for register, name in NEWEST.items():
        place = folder / load_register(register).folder
        place.mkdir(parents=True)
        (place / name).write_bytes(b"x")
        (place / "README").write_text("not a delivery")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch) -> Path:
    """An installation in which nothing ever ran."""
    for name in ("WEERZIEN_DATABASE_URL", "WEERZIEN_EXPORTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WEERZIEN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def by_name(seen: watching.Watch) -> dict[str, watching.RegisterWatch]:
    return {stand.register.name: stand for stand in seen.registers}


@pytest.mark.parametrize(
    ("moment", "due", "expected"),
    [
        (datetime(2005, 6, 30, 2, 59, tzinfo=AMSTERDAM), date(2005, 6, 29), date(2005, 6, 29)),
        (datetime(2005, 6, 30, 3, 0, tzinfo=AMSTERDAM), date(2005, 6, 30), date(2005, 6, 29)),
        (datetime(2005, 6, 30, 5, 59, tzinfo=AMSTERDAM), date(2005, 6, 30), date(2005, 6, 29)),
        (datetime(2005, 6, 30, 6, 0, tzinfo=AMSTERDAM), date(2005, 6, 30), date(2005, 6, 30)),
        (datetime(2005, 6, 30, 4, 0, tzinfo=UTC), date(2005, 6, 30), date(2005, 6, 30)),  # 06:00 in Amsterdam
    ],
)
def test_nothing_is_asked_for_before_its_hour(moment, due, expected, exports, home):
    seen = watching.look(str(exports), moment)
    assert {stand.night for stand in seen.registers} == {due}
    assert seen.night.expected == expected


def test_where_no_night_ever_ran_it_tells_so_and_makes_nothing(exports, home):
    before = sorted(exports.rglob("*"))
    seen = watching.look(str(exports), MORNING)
    assert {stand.standing for stand in seen.registers} == {"in_time"}
    assert watching.missed(seen) == "did not come: the night of 2005-06-30 (none is published)"
    assert not home.exists()
    assert sorted(exports.rglob("*")) == before


def test_every_register_and_the_night_have_one_line_without_the_name_of_a_file(exports, home):
    said = watching.lines(watching.look(str(exports), MORNING))
    assert [line.split()[0] for line in said] == ["IKPS", "STV", "Jeugdzorg", "Telex", "MOB", "Nacht"]
    assert not any("\n" in line or name in line for line in said for name in NEWEST.values())
    assert said[-1] == (
        "Nacht     niet gepubliceerd / not published: verwacht / expected 2005-06-30; "
        "gezien op / seen at 2005-06-30 06:30"
    )


def test_a_place_that_is_gone_or_cannot_be_listed_is_told(exports, home, monkeypatch, tmp_path):
    (exports / "telex" / NEWEST["telex"]).unlink()
    (exports / "telex" / "README").unlink()
    (exports / "telex").rmdir()
    (tmp_path / "a file").write_text("x")
    monkeypatch.setenv("WEERZIEN_EXPORTS_MOB", str(tmp_path / "a file"))
    monkeypatch.setenv("WEERZIEN_EXPORTS_STV", "sftp://user:hemelsleutel@host/stv")
    seen = watching.look(str(exports), MORNING)
    stands = by_name(seen)
    assert stands["telex"].place_fault == "bestaat niet / does not exist"
    assert stands["mob"].place_fault == "niet te lezen / cannot be listed (NotADirectoryError)"
    assert "password" in str(stands["stv"].place_fault)
    assert {name for name, stand in stands.items() if stand.standing == "never"} == {"telex", "mob", "stv"}
    assert "hemelsleutel" not in "".join(watching.lines(seen))
    assert "telex (never delivered)" in str(watching.missed(seen))


def test_of_sample_exports_the_last_night_is_asked_for_whatever_the_hour(exports, home):
    (exports / "SYNTHETIC.toml").write_text('world = "w"\nnight_last = 2005-06-30\n')
    seen = watching.look(str(exports), datetime(2026, 11, 23, 1, 0, tzinfo=AMSTERDAM))
    assert {stand.night for stand in seen.registers} == {NIGHT}
    assert {stand.standing for stand in seen.registers} == {"in_time"}
    assert seen.night.expected == NIGHT
    assert "synthetic" in watching.lines(seen)[0]


@pytest.mark.parametrize("mark", ["", 'world = "w"', 'world = "w"\nnight_last = "soon"', "=", "\N{EURO SIGN}"])
def test_a_damaged_mark_of_sample_exports_is_said_in_one_line(mark, exports, home):
    (exports / "SYNTHETIC.toml").write_text(mark, encoding="utf-16" if mark == "\N{EURO SIGN}" else "utf-8")
    with pytest.raises(OneLineError, match=r"SYNTHETIC\.toml of the exports is damaged"):
        watching.look(str(exports), MORNING)


def test_without_configured_exports_there_is_nothing_to_watch(home):
    with pytest.raises(OneLineError, match="no exports are configured"):
        watching.look(None, MORNING)
    assert not home.exists()


def test_a_database_that_does_not_answer_is_told_without_its_password(exports, home, monkeypatch):
    monkeypatch.setenv("WEERZIEN_DATABASE_URL", "postgresql://watch:geheim@127.0.0.1:1/weerzien")
    seen = watching.look(str(exports), MORNING)
    fault = str(watching.missed(seen))
    assert fault.startswith("not known what came: database at 127.0.0.1:1 cannot be reached")
    assert "geheim" not in fault + "".join(watching.lines(seen))


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("2005-06-30T06:30", MORNING),
        ("2005-06-30 06:30", MORNING),
        ("2005-06-30T04:30Z", MORNING),
        ("2005-06-30", datetime(2005, 6, 30, tzinfo=AMSTERDAM)),
    ],
)
def test_a_moment_without_a_zone_is_one_in_amsterdam(given, moment):
    assert watching.moment_of(given) == moment


@pytest.mark.parametrize("given", ["", "tomorrow", "30-06-2005", "2005-02-30", "0001-01-01", "9999-12-31T23:59"])
def test_a_moment_that_is_none_is_said_in_one_line(given):
    with pytest.raises(OneLineError, match="2026-11-23T06:30"):
        watching.moment_of(given)


@pytest.fixture(scope="module")
def installation(tmp_path_factory) -> Iterator[Installation]:
    from monitoring.database import stop

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WEERZIEN_DATABASE_URL", raising=False)
        made = Installation(tmp_path_factory.mktemp("watch") / "home")
        yield made
        stop(made)


@pytest.fixture(scope="module")
def empty(installation) -> Engine:
    """The installation's database, in which nothing was ever made."""
    from monitoring.database import connect

    return connect(installation)


@pytest.fixture(scope="module")
def migrated(empty) -> Engine:
    from monitoring.database import upgrade

    upgrade(empty)
    return empty


@pytest.fixture
def engine(migrated) -> Iterator[Engine]:
    yield migrated
    with migrated.begin() as connection:
        connection.execute(text("TRUNCATE registers.delivery, registers.delivery_accepted, monitoring.night"))


def land(engine: Engine, register: str, name: str, night: date = NIGHT, origin: str = "", number: int = 1) -> str:
    delivery_id = f"{register}-{name}-{number}"
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO registers.delivery (origin, delivery_id, register, file_name, sha256, size_bytes, dated, "
                "landed_night, sequence, path) VALUES (:origin, :id, :register, :name, 'x', 1, :dated, :night, "
                ":number, 'x')"
            ),
            {
                "origin": origin, "id": delivery_id, "register": register, "name": name, "night": night,
                "dated": load_register(register).dated(name), "number": number,
            },
        )  # fmt: skip
    return delivery_id


def show(engine: Engine, night: date, origin: str = "", is_published: bool = True) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO monitoring.night VALUES (:night, :origin, :sample, :shown, 'm', 'c', '{}', '{}')"),
            {"night": night, "origin": origin, "sample": bool(origin), "shown": is_published},
        )


def tables(engine: Engine) -> list[str]:
    query = text("SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('registers', 'monitoring')")
    with engine.connect() as connection:
        return list(connection.scalars(query))


def test_a_database_without_tables_is_a_night_that_never_ran_and_stays_without(empty, installation):
    # Runs before any test that migrates this database.
    assert tables(empty) == []
    assert what_came(installation, "") == Came()
    assert tables(empty) == []


def test_all_in_time_is_no_fault(engine, installation, exports, home, monkeypatch):
    monkeypatch.setenv("WEERZIEN_HOME", str(installation.home))
    for register, name in NEWEST.items():
        land(engine, register, name)
    show(engine, NIGHT)
    seen = watching.look(str(exports), MORNING)
    assert watching.missed(seen) is None
    assert {stand.waiting for stand in seen.registers} == {None}
    assert watching.watch(str(exports), MORNING) == {"registers": len(REGISTERS), "night": "2005-06-30"}


def test_what_did_not_come_is_named_with_how_late_it_is(engine, installation, exports, home, monkeypatch):
    monkeypatch.setenv("WEERZIEN_HOME", str(installation.home))
    (exports / "ikps" / NEWEST["ikps"]).unlink()
    land(engine, "ikps", "ikps_20050627.csv", date(2005, 6, 28))
    show(engine, date(2005, 6, 28))
    expected = "did not come: ikps (1 night late), the night of 2005-06-30 (last published 2005-06-28)"
    seen = watching.look(str(exports), MORNING)
    assert watching.missed(seen) == expected
    said = watching.lines(seen)
    assert said[0] == (
        "IKPS      1 nacht te laat / 1 night late: verwacht / due 2005-06-30 03:00; nieuwste / newest 2005-06-27; "
        "laatst binnen / last landed 2005-06-28"
    )
    assert said[-1].startswith("Nacht     2 nachten te laat / 2 nights late")
    with pytest.raises(StageFailed, match="ikps"):
        watching.watch(str(exports), MORNING)


def test_sample_and_real_exports_are_watched_apart(engine, installation):
    land(engine, "ikps", NEWEST["ikps"], origin="world")
    show(engine, NIGHT, origin="world")
    assert what_came(installation, "") == Came({}, None)
    seen = what_came(installation, "world")
    assert (list(seen.landed), seen.published) == (["ikps"], NIGHT)


def test_a_night_whose_table_is_no_longer_shown_does_not_count(engine, installation):
    show(engine, date(2005, 6, 29))
    show(engine, NIGHT, is_published=False)
    assert what_came(installation, "").published == date(2005, 6, 29)


def test_a_user_without_rights_to_look_is_told_so(engine, installation, monkeypatch):
    with engine.begin() as connection:
        connection.execute(text("CREATE ROLE passer_by LOGIN"))
        # A login that may not even enter the database is told so by the database.
        connection.execute(text("GRANT CONNECT ON DATABASE postgres TO passer_by"))
    bare = engine.url.set(username="passer_by").render_as_string().replace("+psycopg", "")
    monkeypatch.setenv("WEERZIEN_DATABASE_URL", bare)
    fault = str(what_came(installation, "").fault)
    assert fault == "the database does not tell what came (InsufficientPrivilege)"


def accepted(engine: Engine) -> list[tuple[str, str, str, str]]:
    query = text("SELECT origin, delivery_id, accepted_by, reason FROM registers.delivery_accepted")
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_the_newest_landing_of_a_file_is_let_through(engine, installation):
    land(engine, "ikps", "ikps_20050629.csv", date(2005, 6, 29))
    newest = land(engine, "ikps", "IKPS_20050629.csv", NIGHT, number=2)
    land(engine, "ikps", "ikps_20050628.csv", NIGHT, number=3)
    land(engine, "ikps", "ikps_20050629.csv", date(2005, 6, 1), origin="world", number=9)
    given = accept_newest(installation, load_register("ikps"), "ikps_20050629.csv", "engineer", "a large purge")
    assert given == newest
    assert accepted(engine) == [("", newest, "engineer", "a large purge")]


def test_a_file_of_sample_exports_is_let_through_in_its_own_world(engine, installation):
    newest = land(engine, "mob", "mob_200505_OC.csv", origin="world")
    accept_newest(installation, load_register("mob"), "mob_200505_OC.csv", "engineer", "right")
    assert accepted(engine) == [("world", newest, "engineer", "right")]


def test_a_file_that_never_landed_cannot_be_let_through(engine, installation, tmp_path):
    land(engine, "ikps", NEWEST["ikps"])
    for register, name in (("ikps", "ikps_20050101.csv"), ("mob", NEWEST["ikps"])):
        with pytest.raises(OneLineError, match="has landed; nothing was accepted"):
            accept_newest(installation, load_register(register), name, "engineer", "right")
    assert accepted(engine) == []
    nowhere = Installation(tmp_path / "nowhere")
    with pytest.raises(OneLineError, match="has landed; nothing was accepted"):
        accept_newest(nowhere, load_register("ikps"), NEWEST["ikps"], "engineer", "right")
    assert not nowhere.home.exists()


def test_a_database_of_before_this_version_takes_no_acceptance(engine, installation):
    land(engine, "ikps", NEWEST["ikps"])
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE registers.delivery_accepted RENAME TO away"))
    try:
        with pytest.raises(OneLineError, match="needs a night first"):
            accept_newest(installation, load_register("ikps"), NEWEST["ikps"], "engineer", "right")
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE registers.away RENAME TO delivery_accepted"))
