"""A reviewer of the benchmark, who knows the truth and is mostly right: some are unsure, wrong or taken back."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random

from sqlalchemy import Engine

from benchmarks.nights.running import rows_of
from connectors.installation import OneLineError

OFFERED = """
    SELECT one.register || '/' || one.source_key, other.register || '/' || other.source_key
    FROM monitoring.link AS pair JOIN registers.record AS one ON one.record_id = pair.record_id_l
    JOIN registers.record AS other ON other.record_id = pair.record_id_r
    WHERE pair.status = :status ORDER BY pair.record_id_l, pair.record_id_r
"""
JUDGED = """
    SELECT record_id_l, record_id_r FROM monitoring.link JOIN registers.judgement USING (record_id_l, record_id_r)
    WHERE status = 'review' AND verdict <> 'undo' AND NOT EXISTS (
      SELECT FROM registers.judgement AS undoing WHERE undoing.undoes = judgement.judgement_id)
"""
NAME = "beoordelaar van de meting"


class Reviewer:
    """Judges some pairs of every night: of those in review as the truth has it, of the linked ones the wrong ones.

    `per_night`: pairs looked at. Shares of verdicts that are wrong, unsure, and taken back on a later night.
    """

    def __init__(self, truth: Path, seed: int, per_night: int) -> None:
        self._chance = Random(f"reviewer {seed}")
        self._per_night = per_night
        self._child = _children(truth)
        self._mob = _mob_children(truth)
        self.given: dict[str, int] = {"same": 0, "different": 0, "unsure": 0, "wrong": 0, "undone": 0}

    def review(self, engine: Engine, night: date) -> None:
        """Judge pairs of the published table of a night; moments are those of the night's morning."""
        from monitoring.judgement_log import judge, undo

        at = datetime.combine(night, time(9), UTC)
        offered = rows_of(engine, OFFERED, status="review")
        linked = rows_of(engine, OFFERED, status="link")
        looked_at = self._chance.sample(offered, min(len(offered), self._per_night))
        wrongly = [pair for pair in linked if self._is_same(night, *pair) is False]
        looked_at += self._chance.sample(wrongly, min(len(wrongly), self._per_night // 4))
        for left, right in looked_at:
            verdict = self._verdict(night, left, right)
            if verdict:
                try:
                    number = judge(engine, left, right, verdict, "gemeten", NAME, at)
                except OneLineError:
                    continue
                if self._chance.random() < 0.03:
                    undo(engine, number, "vergissing", NAME, at)
                    self.given["undone"] += 1

    def _verdict(self, night: date, left: str, right: str) -> str:
        same = self._is_same(night, left, right)
        if same is None:
            return ""
        drawn = self._chance.random()
        if drawn < 0.05:
            self.given["unsure"] += 1
            return "unsure"
        if drawn < 0.10:
            self.given["wrong"] += 1
            same = not same
        verdict = "same" if same else "different"
        self.given[verdict] += 1
        return verdict

    def _is_same(self, night: date, left: str, right: str) -> bool | None:
        one, other = self._child_of(night, left), self._child_of(night, right)
        return None if one is None or other is None else one == other

    def _child_of(self, night: date, named: str) -> str | None:
        if not named.startswith("mob/"):
            return self._child.get(named)
        file, _, row = named.removeprefix("mob/").partition("#")
        versions = [(on, rows) for on, rows in self._mob.get(file, ()) if on <= night.isoformat()]
        return max(versions)[1].get(row) if versions else None


def _children(truth: Path) -> dict[str, str]:
    with (truth / "keys.csv").open(encoding="utf-8", newline="") as lines:
        return {f"{row['register']}/{row['source_key']}": row["child_id"] for row in csv.DictReader(lines)}


def _mob_children(truth: Path) -> dict[str, list[tuple[str, dict[str, str]]]]:
    """Per list its deliveries: the night, and the child of every row."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    with (truth / "mob.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["file"], {}).setdefault(row["night"], {})[row["row_number"]] = row["child_id"]
    return {file: sorted(versions.items(), key=lambda version: version[0]) for file, versions in found.items()}
