"""The borders of the stages: what is told of each, and how a failure leaves it.

At the border an exception loses its message, because a parser or a database may quote a delivered value in it: what is
kept is its type and the place in the code.
"""

import logging
from collections.abc import Callable
from typing import Any

from connectors.faults import place_in_code
from connectors.installation import OneLineError
from dags.states import StageFailed

NIGHT_LOG = "weerzien.night"
logger = logging.getLogger(NIGHT_LOG)

Outcome = dict[str, Any]


def tell(stage: str, status: str, detail: str = "", register: str = "") -> None:
    """Write one line on a stage to the log of the night; the command shows the same line."""
    line = " ".join(part for part in (stage, register, status, detail) if part)
    level = logging.ERROR if status == "failed" else logging.INFO
    logger.log(level, line, extra={"night_stage": stage, "night_register": register, "night_status": status})


def safe_message(error: Exception) -> str:
    """Return what may be said of an exception: a message made for the user, else its type and place."""
    return str(error) if isinstance(error, OneLineError | StageFailed) else place_in_code(error)


def guarded(stage: str, work: Callable[[], Outcome]) -> Outcome:
    """Do a stage of the whole night; raise StageFailed, without the cause attached, when it fails."""
    try:
        return work()
    except Exception as error:
        message = safe_message(error)
    tell(stage, "failed", message)
    # Raised outside the handler, so that no log can print the cause and the values in its message.
    raise StageFailed(f"{stage}: {message}")


def outcome_of(stage: str, register: str, work: Callable[[], Outcome], told: tuple[str, ...]) -> Outcome:
    """Do one register's part of a stage; a failure is an outcome, so that it never stops the other four.

    `told`: the counts of the outcome that the log says.
    """
    try:
        outcome = {"register": register, "status": "ok", **work()}
    except Exception as error:
        outcome = {"register": register, "status": "failed", "reason": safe_message(error)}
    counts = ", ".join(f"{outcome[name]} {name.replace('_', ' ')}" for name in told if name in outcome)
    reason = f"({outcome['reason']})" if outcome.get("reason") else ""
    tell(stage, outcome["status"], " ".join(part for part in (reason, counts) if part), register)
    return outcome
