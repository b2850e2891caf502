"""What happens to a child, and which registers come to hold it: disappearances, encounters, reports, dossiers.

Follows the rule book: doubles (5.2), false identities (5.3), disappearance and resurfacing (5.4), the lags of 1.10.
"""

from __future__ import annotations

from datetime import date, timedelta

from connectors.sample import ikps, mob, stv, telex, youth_care
from connectors.sample.chance import FACTS, SHARES, Chance
from connectors.sample.naming import Identity
from connectors.sample.registrations import Entry
from connectors.sample.world import Child, first_day


class Life:
    """The registrations of one child, as they come about; nothing is entered after the last night."""

    def __init__(self, chance: Chance, child: Child, nights: list[date]) -> None:
        self.chance, self.child, self.last = chance, child, nights[-1]
        self.first = first_day(self.last)
        self.oldest_kept = ikps.years_before(nights[0])
        self.entries: list[Entry] = []

    def enter(self, entry: Entry) -> Entry:
        """Enter a registration, unless its day is still to come or IKPS has purged it before the first night (S64)."""
        purged = entry.register == "ikps" and entry.day < self.oldest_kept
        if entry.day <= self.last and not purged:
            self.entries.append(entry)
        return entry

    def live(self) -> list[Entry]:
        """Let the child live its life and return its registrations."""
        getattr(self, "_" + self.child.life)(self.child.turn)
        return self.entries

    def _youth_care_only(self, turn: date) -> None:
        self._dossier(turn, names_form=False)

    def _youth_care_victim(self, turn: date) -> None:
        self._dossier(turn, names_form=True)

    def _runaway(self, turn: date) -> None:
        gone = self._leave_home(turn, self.chance.random() < 0.3)
        self._found_after(gone, turn)
        if self.chance.share("also_youth_care"):
            self._dossier(turn - timedelta(days=self.chance.randint(-30, 200)), names_form=False)
        again = turn + timedelta(days=self.chance.randint(100, 200))
        time_left = gone.found_on and gone.found_on < again < self.last - timedelta(days=5)
        if time_left and self.chance.share("telex_reopened"):
            gone.reopened_on = again

    def _adult_missing(self, turn: date) -> None:
        self._found_after(self._leave_home(turn, self.chance.random() < 0.2), turn)

    def _departed(self, turn: date) -> None:
        category = mob.departure_category(self.chance, turn)
        gone = self._leave_reception(turn, category, self.chance.random() < 0.2)
        if category == mob.MOB and self.chance.share("found_reception"):
            mob.found_again(self.chance, gone[0], turn + self.chance.lag("missing_to_found"), self.last)
        if self.chance.share("second_stay"):
            self._leave_reception(turn + self.chance.lag("expulsion_to_return"), mob.MOB, False)

    def _victim(self, turn: date) -> None:
        self._be_met(turn)

    def _adult_victim(self, turn: date) -> None:
        self._be_met(turn)

    def _missing_then_victim(self, turn: date) -> None:
        gone = self._disappear(turn)
        met = self._be_met(turn + self.chance.lag("missing_to_victim"))
        if met <= self.last:
            self._close(gone, met, "found_by_encounter")

    def _victim_then_missing(self, turn: date) -> None:
        self._be_met(turn)
        self._disappear(turn + timedelta(days=self.chance.randint(5, 200)))

    def _found_then_victim(self, turn: date) -> None:
        gone = self._disappear(turn)
        found = turn + self.chance.lag("missing_to_found")
        for entry in gone:
            self._find(entry, found)
        self._be_met(found + timedelta(days=self.chance.randint(5, 250)))

    def _disappear(self, since: date) -> list[Entry]:
        with_contact = self.chance.random() < (SHARES["missing_record_has_contact"] if self.child.false else 0.3)
        if self.child.asylum:
            return self._leave_reception(since, mob.MOB, with_contact)
        gone = [self._leave_home(since, with_contact)]
        if self.chance.share("also_youth_care"):
            self._dossier(since - timedelta(days=self.chance.randint(5, 250)), names_form=False)
        return gone

    def _leave_home(self, since: date, with_contact: bool) -> Entry:
        reported = since + self.chance.lag("home_to_report")
        return self.enter(telex.report_missing(self.chance, self.child, since, reported, with_contact))

    def _leave_reception(self, since: date, category: str, with_contact: bool) -> list[Entry]:
        """Leave a centre; the guardian reports days or weeks later, or never (S53, S54)."""
        guardian = self.chance.share("guardian")
        reports = self.chance.random() < SHARES["departed_then_telex"] / SHARES["guardian"]
        told = category == mob.MOB and guardian and reports
        reported = since + self.chance.lag("departure_to_report") if told else None
        known = reported if reported and reported <= self.last else None
        left = mob.register_departure(self.chance, self.child, since, category, known, with_contact, guardian)
        gone = [self.enter(left)]
        if reported:
            noticed = since + timedelta(days=self.chance.choice((0, 0, 0, 1, 3)))
            gone.append(self.enter(telex.report_missing(self.chance, self.child, noticed, reported, with_contact)))
        return gone

    def _found_after(self, gone: Entry, since: date) -> None:
        if self.chance.share("found_telex"):
            self._find(gone, max(since + self.chance.lag("missing_to_found"), gone.day))

    def _find(self, gone: Entry, day: date) -> None:
        """Note that a missing child was found, in the register that holds it; a telex of a later day is never sent."""
        if gone.register == "mob":
            mob.found_again(self.chance, gone, day, self.last)
        elif gone.day > day:
            if gone in self.entries:
                self.entries.remove(gone)
        elif day <= self.last and not gone.fate:
            gone.found_on = day

    def _close(self, gone: list[Entry], met: date, share: str) -> None:
        for entry in gone:
            if self.chance.share(share) and entry.day <= met:
                self._find(entry, met)

    def _be_met(self, day: date) -> date:
        """Be met by the police, reported to STV or named by youth care; return the first day."""
        child, chance = self.child, self.chance
        at_police = chance.random() < (SHARES["ikps_of_victims"] if child.group != "other" else 0.35)
        # STV is there for girls in sexual exploitation; a boy or a labour victim is seldom in it (S66, L5414-5416).
        at_stv = chance.random() < (SHARES["also_stv"] if at_police else 0.75)
        if child.sex == "m" or child.group == "other":
            at_stv = at_stv and chance.share("stv_outside_its_scope")
        town = child.town if chance.random() < 0.4 else chance.randrange(30)
        if at_police:
            self._police(day, town)
        if at_stv:
            false = child.false[0] if child.false and chance.share("stv_tells_false") else child.true
            reported = day + chance.lag("encounter_to_stv")
            self.enter(stv.report_victim(chance, child, reported, day, town, false))
        elsewhere = at_police or at_stv
        if not child.life.startswith("adult") and (not elsewhere or chance.share("also_youth_care")):
            names_form = not elsewhere or chance.share("youth_care_names_form")
            self._dossier(day + timedelta(days=chance.randint(0, 90)), names_form)
        return day

    def _police(self, day: date, town: int) -> None:
        """One police record or more: of the true and the false identity, of one event or of several (S22-S24)."""
        child, chance = self.child, self.chance
        unrecognisable = bool(child.false) and child.false[0].kind == "false_identity"
        certain = unrecognisable and chance.share("contact_in_false_record")
        met = ikps.encounter(chance, child, day, town, certain)
        shown = self._shown()
        first = self.enter(ikps.register_encounter(chance, child, met, shown))
        if not chance.share("second_ikps"):
            return
        if child.false and chance.share("same_event_twice"):
            others = [identity for identity in (child.true, *child.false) if identity is not shown]
            second = self.enter(ikps.register_encounter(chance, child, met, chance.choice(others)))
        else:
            later = ikps.encounter(chance, child, day + chance.lag("second_encounter"), chance.randrange(30), certain)
            second = self.enter(ikps.register_encounter(chance, child, later, self._shown()))
        if first in self.entries and chance.share("other_identity_noted") and first.day <= second.day:
            second.same_person = first

    def _shown(self) -> Identity:
        if not self.child.false or self.chance.random() < 0.2:
            return self.child.true
        return self.chance.choice(self.child.false)

    def _dossier(self, day: date, names_form: bool) -> Entry:
        entry = youth_care.open_dossier(self.chance, self.child, min(max(day, self.first), self.last), names_form)
        self.enter(entry)
        if not self.child.group and self.chance.share("dossier_withdrawn"):
            entry.fate = "withdrawn"
        if self.chance.share("youth_care_twice"):
            later = entry.day + timedelta(days=self.chance.randint(10, 200))
            self.enter(youth_care.open_dossier(self.chance, self.child, later, names_form))
        return entry


def live(chance: Chance, child: Child, nights: list[date]) -> list[Entry]:
    """Return the registrations of a child; one that no register would hold lives again from another day."""
    for _ in range(30):
        if child.asylum and not child.centre:
            child.centre = chance.choice(FACTS["reception"]["centres"])
        entries = Life(chance, child, nights).live()
        if entries:
            return entries
        # Entered too late, or nowhere: the same child, met earlier.
        child.turn = chance.day_between(ikps.years_before(nights[0]), min(child.turn, nights[-1] - timedelta(days=60)))
    return [youth_care.open_dossier(chance, child, child.turn, names_form=False)]
