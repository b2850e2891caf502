"""The missing-persons telex: messages in capitals, a file for every day that has any."""

from __future__ import annotations

import textwrap
from datetime import date
from pathlib import Path

from benchmarks.worlds.harbour.birth_dates import Birth, day_notation, recorded, stated_age
from benchmarks.worlds.harbour.cast import Registration, World
from benchmarks.worlds.harbour.facts_files import LAST_NIGHT, days, proportion, words
from benchmarks.worlds.harbour.spellings import Written, plain, written
from benchmarks.worlds.harbour.values import nationality_name, phone_notation, sex_letter

WIDTH = 69
Messages = dict[date, list[list[str]]]


def write_telex(world: World, folder: Path) -> None:
    """Number the cases in the order of their first message and write every day's messages."""
    entries = [entry for entry in world.registrations if entry.register == "telex"]
    entries.sort(key=lambda entry: entry.reported)
    serials: dict[str, int] = {}
    sent: Messages = {}
    for entry in entries:
        month = f"{entry.reported:%Y/%m}"
        serials[month] = serials.get(month, 0) + 1
        entry.source_key = f"{month}/{serials[month]:04d}"
        _case(world, entry, sent)
    (folder / "telex").mkdir(parents=True, exist_ok=True)
    number = 0
    for day in sorted(sent):
        out = []
        for message in sent[day]:
            number += 1
            clock = f"{world.rng.randrange(24):02d}{world.rng.randrange(60):02d}"
            out += [f"ZCZC KLPD{number % 10000:04d} {day:%d%m%y} {clock}", *_wrapped(message), "NNNN"]
            out += ["", *(["QQQ QRM"] if world.chance(0.02) else [])]
        end = "\r\n" if world.chance(0.5) else "\n"
        path = folder / "telex" / f"telex_{day:%Y%m%d}.txt"
        path.write_bytes(end.join([*out, ""]).encode("ascii"))


def _wrapped(lines: list[str]) -> list[str]:
    """Lines of at most 69 characters; the rest of a line follows behind two blanks."""
    out = []
    for line in lines:
        out += textwrap.wrap(line, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return out


def _case(world: World, entry: Registration, sent: Messages) -> None:
    """All messages of one case: the first, what is added later, and how it ended."""
    rng, details, region = world.rng, entry.details, entry.person.region
    sender = [f"VAN   : REGIOPOLITIE {plain(region).upper()}", "AAN   : ALLE KORPSEN"]
    contact = _contact(world, details["contact"]) if details["contact"] else ""
    first = _fields(world, entry)
    end = details["found"] + days(rng.choice((0, 0, 1, 2))) if details["found"] else LAST_NIGHT
    added = min(end, entry.reported + days(rng.randint(1, 12)))
    if contact and not (details.get("contact_later") and added > entry.reported):
        first.insert(rng.randint(5, len(first)), contact)
    _send(sent, entry.reported, [*sender, f"BETR  : VERMISTE PERSOON NR {entry.source_key}", *first])
    if contact and contact not in first:
        _send(sent, added, [*sender, f"BETR  : AANVULLING OP NR {entry.source_key}", contact])
    elif added > entry.reported and world.chance(0.05):
        more = f"SIGN  : {rng.choice(words('looks'))} {rng.choice(words('clothes'))}"
        _send(sent, added, [*sender, f"BETR  : AANVULLING OP NR {entry.source_key}", more])
    if details["withdrawn"]:
        _send(sent, added, [*sender, f"BETR  : INTREKKING NR {entry.source_key}"])
    elif details["found"]:
        where = plain(world.city(region if world.chance(0.6) else world.region())).upper()
        found = [f"DATUM : {day_notation(details['found'])}", f"PLAATS : {where}"]
        _send(sent, end, [*sender, f"BETR  : AANGETROFFEN NR {entry.source_key}", *found])


def _send(sent: Messages, day: date, lines: list[str]) -> None:
    sent.setdefault(day, []).append([plain(line).upper() for line in lines])


def _contact(world: World, contact: dict[str, str]) -> str:
    """The contact line: a name, a number, a plate, as far as the parents know them."""
    parts = [contact["name"]]
    if contact["phone"]:
        parts.append(f"TEL {phone_notation(world.rng, contact['phone'])}")
    if contact["plate"]:
        parts.append(f"KENT {contact['plate']}")
    return f"CONTACT : {' '.join(parts)}"


def _name(name: Written) -> str:
    """`DE WIT, ANNE`; a single name stands alone."""
    family = f"{name.prefix} {name.family}".strip()
    return f"{family}, {name.given}" if name.given else family


def _birth(world: World, entry: Registration, city: str) -> str:
    """A date with or without the place, a year, or an age by sight."""
    rng = world.rng
    born = recorded(rng, entry.identity.birth, "telex", entry.on)
    if world.chance(proportion("missing", "telex_birth")):
        born = Birth(None)
    if born.year is None:
        return f"ONBEKEND CA {stated_age(rng, entry.identity.birth, entry.reported)} JR"
    if born.about:
        return f"CA. {born.year}"
    text = f"{born.day:02d}-{born.month:02d}-{born.year}" if born.month else f"00-00-{born.year}"
    return f"{text} TE {city}" if city and world.chance(0.6) else text


def _fields(world: World, entry: Registration) -> list[str]:
    """The fields of a first message, in an order that varies; some are missing."""
    rng, person, details = world.rng, entry.person, entry.details
    name = written(rng, entry.identity.name, "telex")
    at_home = person.household is not None
    called = name.nickname if at_home and world.chance(0.45) else ""
    city = person.city if world.chance(0.9) else world.city(person.region)
    fields = [f"NAAM  : {_name(name)}"]
    fields += [f"ROEPN : {called}"] if called and not name.given.endswith(".") else []
    fields += [f"GEB   : {_birth(world, entry, city if at_home else '')}"]
    fields += [f"GESL  : {sex_letter(world, person, 'V', 'M', 'ONBEKEND')}"]
    if not world.chance(proportion("missing", "nationality")):
        fields.append(f"NAT   : {nationality_name(rng, entry.identity.country)}")
    fields += [f"CAT   : {details['category']}", f"VERMIST SINDS : {day_notation(entry.on)}"]
    if details.get("seen") and world.chance(0.85):
        fields.append(f"LAATST GEZIEN : OPVANGCENTRUM {details['seen']}")
    elif world.chance(0.8):
        spot = rng.choice(("CENTRUM", "STATION", "SCHOOL", "WONING", ""))
        fields.append(f"LAATST GEZIEN : {city} {spot}".rstrip())
    fields.append(f"MELDER : {details['reporter']}")
    if world.chance(0.75):
        looks = f"CA {rng.randint(155, 180)} CM {rng.choice(words('looks'))} {rng.choice(words('hair'))}"
        fields.append(f"SIGN  : {looks} {rng.choice(words('clothes'))}")
    if world.chance(0.25):
        moved = fields.pop(rng.randrange(1, len(fields)))
        fields.insert(rng.randrange(1, len(fields)), moved)
    return fields
