"""Writes the missing-persons telexes: a file per day with the messages of that day, in ASCII capitals."""

from __future__ import annotations

import textwrap
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from benchmarks.worlds.border.births import Told, as_text, told
from benchmarks.worlds.border.facts import LAST_NIGHT, Dice, rate, words
from benchmarks.worlds.border.networks import Pimp, phone_as_written
from benchmarks.worlds.border.paper import country
from benchmarks.worlds.border.spelling import plain
from benchmarks.worlds.border.world import Registration, World
from benchmarks.worlds.border.written import on_telex

WIDTH = 69


class Wire:
    """The messages of all days, numbered as they are sent."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.days: dict[date, list[list[tuple[str, str]]]] = {}

    def send(self, day: date, fields: list[tuple[str, str]]) -> None:
        """A message of a day, its fields in order."""
        self.days.setdefault(day, []).append(fields)

    def write(self, folder: Path) -> None:
        """One file per day that has messages."""
        serial: Counter[int] = Counter()
        for day, messages in sorted(self.days.items()):
            lines = ["SYNTHETISCH TELEXVERKEER"]
            for fields in messages:
                serial[day.year] += 1
                clock = f"{self.dice.number(0, 23):02d}{self.dice.number(0, 59):02d}"
                lines += [f"ZCZC KLPD{serial[day.year]:04d} {day:%d%m%y} {clock}"]
                for label, value in fields:
                    lines += textwrap.wrap(f"{label} : {value}", WIDTH, subsequent_indent="  ", break_on_hyphens=False)
                lines += ["NNNN", ""]
            ending = "\r\n" if self.dice.chance(0.3) else "\n"
            (folder / f"telex_{day:%Y%m%d}.txt").write_bytes((ending.join(lines) + ending).encode("ascii"))


def write_telex(world: World, folder: Path) -> list[Registration]:
    """Write all messages; returns the registrations they hold."""
    kept = sorted(
        (entry for entry in world.registrations if entry.register == "telex"), key=lambda entry: entry.reported
    )
    folder.mkdir(parents=True, exist_ok=True)
    wire, serial = Wire(world.dice), Counter[int]()
    for entry in kept:
        day = entry.reported
        serial[day.year] += 1
        entry.source_key = f"{day.year}/{day.month:02d}/{serial[day.year]:04d}"
        _first_message(world, wire, entry)
        _later_messages(world, wire, entry)
    wire.write(folder)
    return kept


def _first_message(world: World, wire: Wire, entry: Registration) -> None:
    dice, case = world.dice, entry.facts
    name, called = on_telex(dice, entry.name)
    birth = told(dice, entry.identity.born, entry.reported, "telex", False)
    fields = [("NAAM", name)]
    if called and dice.chance(0.3):
        fields.append(("ROEPN", called))
    born = _birth(dice, birth, entry)
    fields += [("GEB", born)] if born else []
    fields += [("GESL", entry.child.sex)] if dice.chance(0.97) else []
    nationality = country(dice, entry.identity.nationality, 0.12)
    fields += [("NAT", plain(nationality).upper())] if nationality else []
    fields += [("CAT", case["category"]), ("VERMIST SINDS", f"{entry.on:%d-%m-%Y}")]
    fields += [("LAATST GEZIEN", plain(case["city"]).upper())] if dice.chance(0.85) else []
    fields += [("MELDER", case["reporter"])] if dice.chance(0.9) else []
    # Who the child was with is mostly asked for later, if at all.
    case["contact_later"] = case["contact"] is not None and dice.chance(0.4)
    if case["contact"] and not case["contact_later"]:
        fields.append(("CONTACT", _contact(dice, case["contact"])))
    elif dice.chance(0.10):
        fields.append(("CONTACT", f"TEL {phone_as_written(dice, entry.child.phone)}"))
    if dice.chance(0.6):
        fields.append(("SIGN", _appearance(dice, birth.age)))
    if dice.chance(0.25):
        dice.rng.shuffle(fields)
    city = plain(world.dice.one(world.networks.cities)).upper()
    head = [("VAN", f"REGIOPOLITIE {city}"), ("AAN", "ALLE KORPSEN")]
    wire.send(entry.reported, [*head, ("BETR", f"VERMISTE PERSOON NR {entry.source_key}"), *fields])


def _later_messages(world: World, wire: Wire, entry: Registration) -> None:
    """Addition, withdrawal and finding; what would come after the last night is not sent and not so."""
    dice, case = world.dice, entry.facts
    head = [("VAN", "KLPD"), ("AAN", "ALLE KORPSEN")]
    added = entry.reported + timedelta(days=dice.number(1, 20))
    if case["contact_later"] and added <= LAST_NIGHT:
        fields = [("BETR", f"AANVULLING OP NR {entry.source_key}"), ("CONTACT", _contact(dice, case["contact"]))]
        wire.send(added, [*head, *fields])
    elif dice.chance(rate("telex", "addition")) and added <= LAST_NIGHT:
        fields = [("BETR", f"AANVULLING OP NR {entry.source_key}"), ("SIGN", _appearance(dice, 15))]
        wire.send(added, [*head, *fields])
    withdrawn = added + timedelta(days=dice.number(0, 9))
    case["withdrawn"] = case["withdrawn"] and withdrawn <= LAST_NIGHT
    if case["withdrawn"]:
        wire.send(withdrawn, [*head, ("BETR", f"INTREKKING NR {entry.source_key}")])
        case["found_on"] = None
        return
    found = case["found_on"]
    sent = max(found, added) + timedelta(days=dice.number(0, 2)) if found else LAST_NIGHT
    if not found or sent > LAST_NIGHT:
        case["found_on"] = None
        return
    place = plain(dice.one(world.networks.cities)).upper()
    fields = [("BETR", f"AANGETROFFEN NR {entry.source_key}"), ("DATUM", f"{found:%d-%m-%Y}"), ("PLAATS", place)]
    wire.send(sent, [*head, *fields])


def _birth(dice: Dice, birth: Told, entry: Registration) -> str:
    if birth.form == "age":
        return f"ONBEKEND CA {birth.age} JR"
    if birth.form == "none":
        return dice.one(["", "ONBEKEND"])
    if birth.form == "about":
        return f"CA. {birth.born.year}"
    text = f"{birth.born:%d-%m-%Y}" if birth.form == "full" else as_text(dice, birth)
    home = entry.child.course != "asylum" and birth.form == "full" and dice.chance(0.5)
    return f"{text} TE {plain(entry.child.city).upper()}" if home else text


def _contact(dice: Dice, pimp: Pimp) -> str:
    text = plain(pimp.name).upper()
    if dice.chance(0.75):
        text += f" TEL {phone_as_written(dice, dice.one(pimp.phones))}"
    return f"{text} KENT {dice.one(pimp.plates)}" if pimp.plates and dice.chance(0.45) else text


def _appearance(dice: Dice, age: int) -> str:
    tall = 150 + dice.number(0, 30) if age >= 12 else 80 + 6 * age
    clothes = " ".join(dice.some(words("clothes"), 2))
    return f"CA {tall} CM {dice.one(words('build'))} {dice.one(words('hair'))} HAAR DRAAGT {clothes}"
