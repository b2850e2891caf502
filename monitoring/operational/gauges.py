"""Gauges of a night: the numbers that go to StatsD or OpenTelemetry where Airflow's metrics are on.

Names, and the codes that stand beside them, are those of `operational.toml`; nothing else can become a gauge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.register import REGISTERS
from monitoring.operational.declared import declared, stages
from monitoring.operational.nights import NightCounts


@dataclass(frozen=True)
class Gauge:
    """One number: `name` as declared; `tags`: register or stage, a declared code.

    Raises ValueError, without the value, for what is not declared or is not a number.
    """

    name: str
    value: int | float
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is not declared."""
        if self.name not in declared()["gauges"]:
            raise ValueError("not a declared gauge")
        per = declared()["gauges"][self.name].get("per")
        known = {"register": REGISTERS, "stage": stages()}.get(per, ())
        if set(self.tags) != ({per} if per else set()) or any(tag not in known for tag in self.tags.values()):
            raise ValueError(f"the tags of {self.name} are not declared codes")
        if type(self.value) not in (int, float):
            raise ValueError(f"the value of {self.name} is not a number")

    @property
    def full_name(self) -> str:
        """The name with its code: plain StatsD knows no tags."""
        return ".".join((self.name, *(tag.replace(".", "_") for tag in self.tags.values())))


def gauges_of(night: NightCounts) -> list[Gauge]:
    """Return the gauges of a night; what a night does not say is left out."""
    found = []
    for name, said in declared()["gauges"].items():
        if said.get("per") == "register":
            states = [(register, night.state(register).get(said["of"])) for register in REGISTERS]
            found += [
                Gauge(name, int(value), {"register": register}) for register, value in states if value is not None
            ]
        elif "of" in said and said["of"] in night.counts:
            found.append(Gauge(name, int(night.counts[said["of"]])))
    return found


def seconds_of(stage: str, seconds: float) -> Gauge:
    """Return the gauge of how long a task took."""
    return Gauge("weerzien.stage_seconds", round(seconds, 3), {"stage": stage})
