from collections.abc import Callable

import pytest

from connectors.deliveries import Delivery
from connectors.reading import FINDING_COLUMNS, Reading
from connectors.records import COLUMN_NAMES, ROW_COLUMN_NAMES

Deliver = Callable[..., Delivery]
Text = Callable[..., str]
Read = Callable[..., Reading]


def test_every_register_gives_the_columns_of_record_and_row(
    deliver: Deliver, read: Read, ikps_text: Text, mob_text: Text, stv_workbook: Callable[..., bytes],
    youth_care_xml: Text, telex_text: Text,
) -> None:  # fmt: skip
    deliveries = [
        deliver("ikps", "ikps_20040410.csv", ikps_text({})),
        deliver("stv", "stv_aanmeldingen_2004.xlsx", stv_workbook({})),
        deliver("youth_care", "jeugdzorg_20040316.xml", youth_care_xml({})),
        deliver("telex", "telex_20040316.txt", telex_text({})),
        deliver("mob", "mob_200403_VUGHT.csv", mob_text({})),
    ]
    for delivery in deliveries:
        reading = read(delivery)
        assert tuple(reading.rows.columns) == COLUMN_NAMES + ROW_COLUMN_NAMES
        assert tuple(reading.findings.columns) == FINDING_COLUMNS
        assert (reading.delivered, len(reading.findings), reading.refused) == (1, 0, [])
        assert reading.rows.at[0, "delivery_id"] == delivery.delivery_id
        assert reading.rows.at[0, "record_id"].startswith(f"{delivery.register}-")


def test_a_refused_delivery_does_not_stop_the_others(deliver: Deliver, read: Read, telex_text: Text) -> None:
    one = deliver("telex", "telex_20040315.txt", telex_text({}), sequence=1)
    cut = deliver("telex", "telex_20040316.txt", telex_text({}, {})[:-40], sequence=2)
    reading = read(cut, one)
    assert reading.delivered == 1
    assert reading.refused == [("telex_20040316.txt", "cut_off")]


def test_a_file_that_was_sent_again_whole_is_no_longer_refused(deliver: Deliver, read: Read, telex_text: Text) -> None:
    cut = deliver("telex", "telex_20040316.txt", telex_text({})[:-40], sequence=1)
    whole = deliver("telex", "telex_20040316.txt", telex_text({}), sequence=2)
    reading = read(cut, whole)
    assert (reading.delivered, reading.refused) == (1, [])
    assert reading.findings["rule"].tolist() == ["cut_off"]


def test_a_wrong_layout_names_its_columns_and_no_value(
    deliver: Deliver, read: Read, mob_text: Text, caplog: pytest.LogCaptureFixture
) -> None:
    reading = read(deliver("mob", "mob_200403_VUGHT.csv", mob_text({}).replace("voogd,", "nidos,", 1)))
    assert reading.findings["detail"].tolist() == ["extra: nidos; missing: voogd", "1"]
    headless = read(deliver("mob", "mob_200404_VUGHT.csv", mob_text({}).partition("\r\n")[2]))
    assert headless.findings["detail"].tolist() == ["no header with the agreed columns", "1"]
    assert "CHEN" not in caplog.text


def test_the_order_in_which_deliveries_are_given_makes_no_difference(
    deliver: Deliver, read: Read, mob_text: Text
) -> None:
    lists = [
        deliver("mob", f"mob_20040{month}_VUGHT.csv", mob_text({"naam": f"A{month}"}), sequence=9 - month)
        for month in range(1, 5)
    ]
    one, other = read(*lists).rows, read(*reversed(lists)).rows
    assert one["file"].tolist() == other["file"].tolist() == sorted(one["file"])
    assert one["applies_order"].tolist() == [1, 2, 3, 4]
