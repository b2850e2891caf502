"""The border of every stage: failures become outcomes or one line, and lose every value on the way."""

import logging
from datetime import UTC, datetime

import pytest

from connectors.installation import OneLineError
from connectors.register import REGISTERS
from dags import borders, checking, stages
from dags.manifest import manifest_of
from dags.states import StageFailed

SECRET = "Roodkapje 01-02-1990"


def quote_a_value() -> dict:
    raise ValueError(f"could not read {SECRET}")


def test_one_registers_exception_is_an_outcome_without_its_message(caplog):
    with caplog.at_level(logging.INFO, logger=borders.NIGHT_LOG):
        outcome = borders.outcome_of("read", "stv", quote_a_value, ())
    assert outcome["register"] == "stv"
    assert outcome["status"] == "failed"
    assert outcome["reason"].startswith("ValueError")
    assert SECRET not in str(outcome) + caplog.text


def test_a_stage_of_the_whole_night_fails_without_its_cause_attached(caplog):
    with caplog.at_level(logging.INFO, logger=borders.NIGHT_LOG), pytest.raises(StageFailed) as caught:
        borders.guarded("link", quote_a_value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert SECRET not in str(caught.value) + caplog.text


def test_a_message_made_for_the_user_is_kept():
    def work() -> dict:
        raise OneLineError("the database at localhost cannot be reached")

    assert borders.outcome_of("pull", "mob", work, ())["reason"] == "the database at localhost cannot be reached"


def test_a_register_that_could_not_be_read_goes_through_check_as_failed(monkeypatch):
    held = {"delivered": 3, "accepted": 3, "set_aside": 0, "registrations": 3, "merged": 0, "withdrawn": 0}
    monkeypatch.setattr(checking, "_carry", lambda *_: held)
    outcome = checking.check({"night": "2004-03-16"}, {"register": "mob", "status": "failed", "reason": "KeyError"})
    assert outcome == {"register": "mob", "status": "failed", "reason": "KeyError", **held}


def test_a_register_whose_published_records_cannot_be_had_stops_the_night(monkeypatch):
    monkeypatch.setattr(checking, "_carry", lambda *_: quote_a_value())
    with pytest.raises(StageFailed, match="the published records of mob cannot be taken over") as caught:
        checking.check({"night": "2004-03-16"}, {"register": "mob", "status": "failed", "reason": "KeyError"})
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_merge_without_all_five_registers_never_happens():
    with pytest.raises(StageFailed, match="not every register"):
        stages.link({"night": "2004-03-16"}, [{"register": name, "status": "ok"} for name in REGISTERS[:4]])


def test_the_manifest_holds_no_clock_time_and_every_register():
    outcomes = [{"register": name, "status": "missing"} for name in REGISTERS]
    opened = {"night": "2004-03-16", "origin": "world-1", "exports": "/x"}
    manifest = manifest_of(
        opened, outcomes, {"model_version": "1", "reference_id": 1, "judgements": 2, "last_judgement": 7}
    )
    assert manifest["is_synthetic"] is True
    assert list(manifest["registers"]) == list(REGISTERS)
    assert manifest["registers"]["mob"]["delivered"] == 0
    assert str(datetime.now(UTC).year) not in str({**manifest, "libraries": {}})


def test_the_verdict_fails_on_a_register_that_was_not_whole():
    outcomes = [{"register": name, "status": "ok"} for name in REGISTERS]
    assert stages.verdict(outcomes) == {"registers": len(REGISTERS)}
    outcomes[3]["status"] = "refused"
    with pytest.raises(StageFailed, match="telex refused"):
        stages.verdict(outcomes)
