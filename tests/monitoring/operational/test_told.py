"""What is told when: once when it begins, once when it is over, and again when it stands for long."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitoring.operational.declared import OperationalAlert
from monitoring.operational.message import as_object, lines, subject
from monitoring.operational.told import after_telling, news_of, read_told, write_told

FIRST = date(2005, 6, 1)


def late(register: str, night: date) -> OperationalAlert:
    return OperationalAlert("register_late", night, register, {"nights_late": 1})


def story(*nights: str) -> list[str]:
    """What is told on each night, of the registers that are late on it."""
    told, said = [], []
    for number, registers in enumerate(nights):
        night = FIRST + timedelta(days=number)
        news = news_of(told, [late(name, night) for name in registers.split()], lambda key: True, night)
        line = [f"+{alert.subject}" for alert in news.new] + [f"={alert.subject}" for alert in news.standing]
        line += [f"-{entry.key.partition(':')[2]}" for entry in news.over]
        said.append(" ".join(line) if news.is_due else "")
        if news.is_due:
            told = after_telling(told, news, night)
    return said


def test_an_alert_is_told_when_it_begins_and_when_it_is_over():
    assert story("", "ikps", "ikps", "ikps telex", "telex", "", "") == [
        "", "+ikps", "", "+telex =ikps", "=telex -ikps", "-telex", "",
    ]  # fmt: skip


def test_an_alert_that_stands_is_told_again_after_seven_nights():
    assert [number for number, said in enumerate(story(*["ikps"] * 16)) if said] == [0, 7, 14]


def test_an_alert_that_comes_back_is_new():
    assert story("ikps", "", "ikps") == ["+ikps", "-ikps", "+ikps"]


def test_of_what_was_not_looked_at_nothing_is_said_to_be_over():
    told = after_telling([], news_of([], [late("ikps", FIRST)], lambda key: True, FIRST), FIRST)
    assert not news_of(told, [], lambda key: False, FIRST).is_due
    assert [entry.key for entry in news_of(told, [], lambda key: True, FIRST).over] == ["register_late:ikps"]


@given(st.lists(st.sampled_from(["ikps", "stv", "telex", "mob"]), unique=True))
def test_the_same_night_again_tells_nothing_in_whatever_order(registers):
    alerts = [late(name, FIRST) for name in registers]
    told = after_telling([], news_of([], alerts, lambda key: True, FIRST), FIRST)
    assert not news_of(told[::-1], alerts[::-1], lambda key: True, FIRST).is_due


def test_what_was_told_is_kept_and_a_damaged_file_tells_everything_anew(tmp_path):
    file = tmp_path / "told.json"
    told = after_telling([], news_of([], [late("ikps", FIRST)], lambda key: True, FIRST), FIRST)
    write_told(file, {"mail": told, "webhook": []})
    assert read_told(file) == {"mail": told}
    assert file.stat().st_mode & 0o077 == 0
    for damage in ("", "[1]", '{"mail": [1]}', '{"mail": [["a", "b", "c"]]}'):
        file.write_text(damage)
        assert read_told(file) == {}


def test_the_message_says_what_is_new_what_stands_and_what_is_over_and_that_it_is_synthetic():
    told = after_telling([], news_of([], [late("ikps", FIRST), late("stv", FIRST)], lambda key: True, FIRST), FIRST)
    night = FIRST + timedelta(days=1)
    news = news_of(told, [late("stv", night), late("telex", night)], lambda key: True, night)
    assert subject(news, night, True) == (
        "Weerzien 2005-06-02 [VERZONNEN / SYNTHETIC]: 1 nieuw / new, 1 duurt voort / stands, 1 voorbij / over"
    )
    text = "\n".join(lines(news, night, True))
    assert "synthetic" in text
    assert "Register te laat (ikps) / Register late (ikps) (voorbij / over)" in text
    assert [(entry["subject"], entry["state"]) for entry in as_object(news, night, False)["alerts"]] == [
        ("telex", "new"), ("stv", "standing"), ("ikps", "over"),
    ]  # fmt: skip
