"""What is kept of deliveries beside their bytes: how many rows they held, and who accepted them whatever their size."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from connectors.deliveries import (
    ACCEPTED,
    DELIVERY,
    accept_delivery,
    accepted_deliveries,
    application_order,
    by_file,
    deliveries_in_force,
    keep_row_counts,
    landed_deliveries,
)
from connectors.installation import OneLineError
from connectors.register import load_register

STV = load_register("stv")


@pytest.fixture
def engine(engine: Engine) -> Engine:
    with engine.begin() as connection:
        connection.execute(ACCEPTED.delete())
        for origin in ("", "world-1"):
            for sequence, night in ((1, date(2005, 1, 3)), (2, date(2005, 1, 9))):
                connection.execute(
                    DELIVERY.insert().values(
                        origin=origin,
                        delivery_id=f"stv-{sequence}",
                        register="stv",
                        file_name="stv_aanmeldingen_2004.xlsx" if sequence == 1 else "STV_aanmeldingen_2004.xlsx",
                        sha256=f"{sequence}",
                        size_bytes=1,
                        dated=date(2004, 1, 1),
                        landed_night=night,
                        sequence=sequence,
                        path=f"stv/{sequence}",
                    )
                )
    return engine


def rows_of(engine: Engine, origin: str = "") -> list[int | None]:
    return [delivery.rows for delivery in landed_deliveries(engine, STV, origin, Path("landing"))]


def test_the_row_count_of_a_delivery_is_noted_once_and_for_its_own_exports(engine: Engine) -> None:
    assert rows_of(engine) == [None, None]
    keep_row_counts(engine, {"stv-1": 40, "stv-404": 7}, "")
    keep_row_counts(engine, {"stv-2": 0, "stv-1": 39}, "")
    keep_row_counts(engine, {}, "")
    assert rows_of(engine) == [40, 0]
    assert rows_of(engine, "world-1") == [None, None]


def test_an_accepted_delivery_is_named_with_who_and_why_and_the_first_word_stands(engine: Engine) -> None:
    assert accepted_deliveries(engine, "") == frozenset()
    accept_delivery(engine, "", "stv-2", "engineer on duty", "three months were merged")
    accept_delivery(engine, "", "stv-2", "somebody else", "again")
    assert accepted_deliveries(engine, "") == {"stv-2"}
    assert accepted_deliveries(engine, "world-1") == frozenset()
    with engine.connect() as connection:
        said = connection.execute(select(ACCEPTED.c.accepted_by, ACCEPTED.c.reason)).one()
    assert tuple(said) == ("engineer on duty", "three months were merged")


def test_accepting_a_delivery_that_is_not_there_is_one_line_that_says_which(engine: Engine) -> None:
    with pytest.raises(OneLineError, match="no delivery stv-404 among the synthetic exports world-1") as caught:
        accept_delivery(engine, "world-1", "stv-404", "engineer on duty", "")
    assert "\n" not in str(caught.value)
    with pytest.raises(OneLineError, match="among the real exports"):
        accept_delivery(engine, "", "stv-404", "engineer on duty", "")
    assert accepted_deliveries(engine, "world-1") == frozenset()


def test_capitals_in_a_name_make_no_other_file(engine: Engine) -> None:
    landed = landed_deliveries(engine, STV, "", Path("landing"))
    assert [[d.delivery_id for d in versions] for versions in by_file(reversed(landed)).values()] == [
        ["stv-1", "stv-2"]
    ]
    assert sorted(reversed(landed), key=application_order) == landed


@pytest.mark.parametrize(("day", "used"), [(3, ["stv-1"]), (8, ["stv-1"]), (9, ["stv-1", "stv-2"])])
def test_a_night_knows_the_versions_that_had_landed_by_then(engine: Engine, day: int, used: list[str]) -> None:
    in_force = deliveries_in_force(engine, STV, date(2005, 1, day), "", Path("landing"))
    assert [delivery.delivery_id for delivery in in_force] == used
