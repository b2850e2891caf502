"""Children who look like one another in the registers and are not the same: traps of the rule book (5.3, S43-S59)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from connectors.sample import ikps, mob, stv, telex, youth_care
from connectors.sample.chance import FACTS, Chance, age_on
from connectors.sample.lives import Life, live
from connectors.sample.naming import GROUPS, draw_given
from connectors.sample.registrations import Entry
from connectors.sample.world import Child, false_identity, make_child

Family = list[tuple[Child, list[Entry]]]
SIBLING_LIVES = ("youth_care_only", "youth_care_only", "runaway", "departed", "missing_then_victim")


class Companions:
    """Makes groups of children; each method returns the children with their registrations."""

    def __init__(self, chance: Chance, nights: list[date], centres: list[str]) -> None:
        self.chance, self.nights, self.last, self.centres = chance, nights, nights[-1], centres

    def draw(self, number: int, room: int) -> Family:
        """Draw one child, or the group of children that begins with it; never more children than there is room for."""
        drawn = self.chance.random()
        for kind, share in FACTS["groups_of_children"].items():
            drawn -= share
            if drawn < 0 and room >= 5:
                group: Family = getattr(self, "_" + kind)(number)
                if all(entries for _, entries in group):
                    return group
                break
        child = self._child(number)
        return [(child, live(self.chance, child, self.nights))]

    def _child(self, number: int, life: str = "", like: Child | None = None) -> Child:
        child = make_child(self.chance, number, self.last, life, like.true.origin if like else None)
        child.centre = self.chance.choice(self.centres) if child.asylum else ""
        return child

    def _siblings(self, number: int) -> Family:
        """A sister, brother or twin in the same house, with a dossier of its own."""
        first = self._child(number, self.chance.choice(SIBLING_LIVES))
        family: Family = [(first, live(self.chance, first, self.nights))]
        other = self._child(number + 1, "youth_care_only", first)
        given = first.true.given
        while given[0] == first.true.given[0]:
            given = draw_given(self.chance, GROUPS[first.true.origin["names"]], other.sex)
        older = age_on(first.true.born, first.turn) < 13 and self.chance.random() < 0.5
        apart = 0 if self.chance.random() < 0.3 else (-1 if older else 1) * self.chance.randint(330, 1500)
        born = first.true.born + timedelta(days=apart)
        other.true = replace(first.true, given=given, sex=other.sex, born=min(born, self.last - timedelta(days=400)))
        other.town, other.house_phone, other.born_known = first.town, first.house_phone, first.born_known
        other.turn = max(other.turn, other.true.born + timedelta(days=300))
        dossier = youth_care.open_dossier(self.chance, other, min(other.turn, self.last), names_form=False)
        return [*family, (other, [dossier])]

    def _raid(self, number: int) -> Family:
        """Two to four girls of one origin found at one place on one day, with one exploiter (S02, S43)."""
        first = self._child(number, "victim")
        day = self.chance.day_between(ikps.years_before(self.nights[0]), self.last - timedelta(days=60))
        met = ikps.encounter(self.chance, first, day, certain=True)
        met.persons = self.chance.randint(2, 4)
        met.registered = min(met.registered, self.last)
        group: Family = []
        for place in range(met.persons):
            child = first if place == 0 else self._child(number + place, "victim", first)
            child.contact, child.contact_phone = first.contact, first.contact_phone
            child.plate, child.town = first.plate, met.town
            if not child.false and self.chance.random() < 0.5:
                child.false = [false_identity(self.chance, child)]
            entries = [ikps.register_encounter(self.chance, child, met, child.false[0] if child.false else child.true)]
            if self.chance.random() < 0.4:
                entries.append(stv.report_victim(self.chance, child, day, day, met.town, child.true, met.persons))
            group.append((child, entries))
        return group

    def _lent_passport(self, number: int) -> Family:
        """Two girls on one rented passport, in two towns, sometimes on one day (S31)."""
        first, second = self._child(number, "victim"), self._child(number + 1, "victim")
        passport = false_identity(self.chance, first)
        first.sex = second.sex = passport.sex
        day = self.chance.day_between(ikps.years_before(self.nights[0]), self.last - timedelta(days=300))
        group: Family = []
        for child in (first, second):
            when = day if child is first or self.chance.random() < 0.5 else day + self.chance.lag("second_encounter")
            town = (first.town + 7) % 30 if child is second else first.town
            met = ikps.encounter(self.chance, child, when, town)
            met.registered = min(met.registered, self.last)
            group.append((child, [ikps.register_encounter(self.chance, child, met, passport)]))
        return group

    def _transport(self, number: int) -> Family:
        """Three to five minors of one origin who leave one centre together, mostly without a guardian (S45, S53)."""
        first = self._child(number, "departed")
        day = self.chance.day_between(self.last - timedelta(days=800), self.last - timedelta(days=2))
        guardian = self.chance.random() < 0.3
        group: Family = []
        for place in range(self.chance.randint(3, 5)):
            child = first if place == 0 else self._child(number + place, "departed", first)
            child.centre, child.contact_phone = first.centre, first.phone
            left = day + timedelta(days=self.chance.choice((0, 0, 0, 1)))
            called = self.chance.random() < 0.5
            entry = mob.register_departure(self.chance, child, left, mob.MOB, None, called, guardian)
            group.append((child, [entry]))
        return group

    def _friends(self, number: int) -> Family:
        """Two friends who run away together; one of them is met by the police (S59)."""
        first = self._child(number, "missing_then_victim")
        second = self._child(number + 1, "runaway")
        second.town, second.contact, second.contact_phone = first.town, first.contact, first.contact_phone
        since = self.chance.day_between(self.last - timedelta(days=700), self.last - timedelta(days=60))
        first.turn = second.turn = since
        reported = min(since + self.chance.lag("home_to_report"), self.last)
        entries = Life(self.chance, first, self.nights).live()
        return [(first, entries), (second, [telex.report_missing(self.chance, second, since, reported, True)])]
