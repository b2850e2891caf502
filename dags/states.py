"""In what state each register comes out of a night: ok, late, refused, failed or missing.

A register with nothing new keeps its last state and ages; one that was refused, failed or never delivered makes the
night end red after everything has been published, so that the other four never wait for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from connectors.deliveries import Delivery
from connectors.register import REGISTERS, Register

NOT_WHOLE = ("refused", "failed", "missing")


class StageFailed(Exception):
    """A stage could not be done; the message holds no delivered value."""


def delivery_state(
    register: Register,
    landed: Sequence[Delivery],
    used: Sequence[Delivery],
    refused: Mapping[str, str],
    night: date,
) -> dict[str, Any]:
    """Return status, age_days and newest_delivery of a register, and the reason when it is refused.

    `landed`: its deliveries in force. `used`: those that its rows come from. `refused`: rule by file name. refused: one
    that landed tonight could not be read, or none ever could. late: the newest in use landed more than the register's
    `late_after_days` nights ago. age_days: nights since then. newest_delivery: the last day that it covers, ISO.
    """
    if not landed:
        return {"status": "missing", "age_days": None, "newest_delivery": None}
    state: dict[str, Any] = {"status": "ok", "age_days": None, "newest_delivery": None}
    if used:
        # A night worked again later may use what landed after it; that is not a negative age.
        state["age_days"] = max((night - max(delivery.landed_night for delivery in used)).days, 0)
        state["newest_delivery"] = max(delivery.dated for delivery in used).isoformat()
        if state["age_days"] > register.late_after_days:
            state["status"] = "late"
    in_use = {delivery.delivery_id for delivery in used}
    tonight = {d.file_name for d in landed if d.landed_night >= night and d.delivery_id not in in_use}
    rules = {rule for file, rule in refused.items() if file in tonight or not used}
    if rules:
        state |= {"status": "refused", "reason": ", ".join(sorted(rules))}
    return state


def check_registers(outcomes: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the outcomes in the registers' order; raise StageFailed unless exactly the five arrived, once each."""
    outcomes = list(outcomes)
    arrived = [str(outcome["register"]) for outcome in outcomes]
    if sorted(arrived) != sorted(REGISTERS):
        missing = ", ".join(sorted(set(REGISTERS) - set(arrived))) or "none"
        raise StageFailed(f"not every register arrived at the merge; missing: {missing}")
    return sorted(outcomes, key=lambda outcome: REGISTERS.index(outcome["register"]))


def check_sums(outcome: Mapping[str, Any]) -> None:
    """Raise StageFailed unless delivered = accepted + set aside and accepted = registrations + merged + withdrawn."""
    delivered, accepted, set_aside = (int(outcome[name]) for name in ("delivered", "accepted", "set_aside"))
    kept = sum(int(outcome[name]) for name in ("registrations", "merged", "withdrawn"))
    if delivered != accepted + set_aside or accepted != kept:
        raise StageFailed(f"the counts of {outcome['register']} do not add up")


def verdict_of(outcomes: Iterable[Mapping[str, Any]]) -> str | None:
    """Return in one line which registers were not whole tonight and why, or None when all were."""
    faults = [
        f"{outcome['register']} {outcome['status']}" + (f" ({outcome['reason']})" if outcome.get("reason") else "")
        for outcome in outcomes
        if outcome["status"] in NOT_WHOLE
    ]
    return "; ".join(faults) or None
