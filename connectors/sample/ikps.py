"""The police victim tracking system: what an officer enters about an encounter, and the nightly snapshots."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from connectors.sample import distortions as written
from connectors.sample.chance import FACTS, Chance
from connectors.sample.naming import Identity
from connectors.sample.registrations import Entry, Registrations
from connectors.sample.world import Child

COLUMNS = (
    "registratienummer", "korps", "datum_registratie", "datum_aantreffen", "achternaam", "tussenvoegsel",
    "voornamen", "werknaam", "andere_identiteit_van", "geboortedatum", "geslacht", "nationaliteit",
    "geboorteland", "verblijfsstatus", "locatie", "soort_locatie", "contacten", "signalen", "zwaarte",
    "kentekens", "telefoonnummers", "aangifte", "documenten", "vorm_uitbuiting",
)  # fmt: skip
YEARS_KEPT = 2
WORDS, PLACES, UNKNOWN = FACTS["words"], FACTS["places"], FACTS["unknown"]


@dataclass(slots=True)
class Encounter:
    """An encounter with the police: the day, the place, and who and what was found with the child."""

    day: date
    registered: date
    town: int
    place: str
    kind: str
    role: str
    contact: str
    phones: list[str]
    plate: str
    persons: int = 1


def encounter(chance: Chance, child: Child, day: date, town: int | None = None, certain: bool = False) -> Encounter:
    """Let the police meet a child on a day; `certain`: a telephone number or a plate of the contact is surely noted."""
    town = child.town if town is None else town
    name = str(PLACES["towns"][town])
    drawn = chance.random()
    place = "" if drawn < UNKNOWN["place"] else name if drawn < 0.7 else f"{name}, {chance.choice(PLACES['streets'])}"
    has_contact = certain or chance.random() < 0.6
    phones = [child.contact_phone] if has_contact and (certain or chance.random() < 0.5) else []
    if child.phone and chance.random() < 0.6:
        phones.append(child.phone)
    return Encounter(
        day=day,
        registered=day + timedelta(days=int(chance.expovariate(1 / FACTS["lags"]["encounter_to_entry_mean"][0]))),
        town=town,
        place=place or chance.choice(written.UNKNOWN),
        kind=chance.by_weight(PLACES["kinds_other" if child.group == "other" else "kinds"]),
        role="pooier" if child.group != "other" and chance.random() < 0.75 else "ander",
        contact=child.contact if has_contact else "",
        phones=phones,
        plate=child.plate if has_contact and chance.random() < 0.4 else "",
    )


def register_encounter(chance: Chance, child: Child, met: Encounter, identity: Identity) -> Entry:
    """Enter an encounter in IKPS under one of the child's identities."""
    given, prefix, family = written.name_fields(chance, identity)
    work = [name for name in child.work_names if chance.random() < 0.8]
    if work and chance.share("work_name_as_name"):
        given, prefix, family, work = "", "", work[0], []
    return Entry(
        child_id=child.child_id,
        register="ikps",
        day=met.registered,
        event_on=met.day,
        identity=identity.kind,
        row={
            "korps": PLACES["regions"][met.town],
            "datum_registratie": written.written_day(chance, met.registered),
            "datum_aantreffen": written.written_day(chance, met.day),
            "achternaam": written.windows_text(family),
            "tussenvoegsel": prefix,
            "voornamen": written.windows_text(given),
            "werknaam": "|".join(work),
            "andere_identiteit_van": "",
            "geboortedatum": written.written_birth(chance, identity, child.born_known),
            "geslacht": "O" if chance.random() < 0.006 else child.sex.upper(),
            "nationaliteit": written.written_country(chance, identity.origin, 0.05),
            "geboorteland": written.written_country(chance, identity.origin) if chance.random() < 0.4 else "",
            "locatie": met.place,
            "soort_locatie": met.kind,
            **_found_with(chance, met),
            **_signals(chance, child, identity),
        },
    )


def _found_with(chance: Chance, met: Encounter) -> dict[str, str]:
    contacts = [f"{met.role}:{met.contact}"] if met.contact else []
    if chance.random() < 0.06:
        contacts.append(f"klant:{chance.choice(WORDS['clients'])}")
    return {
        "contacten": "|".join(contacts),
        "kentekens": met.plate if chance.random() < 0.8 else met.plate.replace("-", ""),
        "telefoonnummers": "|".join(written.written_phone(chance, phone) for phone in met.phones),
    }


def _signals(chance: Chance, child: Child, identity: Identity) -> dict[str, str]:
    signals = chance.sample(WORDS["ikps_signals"], k=chance.randint(2, 4))
    points = [chance.randint(3, 8) for _ in signals]
    points[0] += max(10 - sum(points), 0)
    false_document = identity.kind != "true_name" and chance.random() < 0.3
    return {
        "signalen": "|".join(f"{signal}={point}" for signal, point in zip(signals, points, strict=True)),
        "zwaarte": str(sum(points)),
        "verblijfsstatus": residence_status(chance, child, identity),
        "aangifte": chance.choice(("J", "N", "N", "")),
        "documenten": chance.choice(("vals", "vervalst", "gestolen"))
        if false_document
        else chance.maybe(1 - UNKNOWN["documents"], "geen"),
        "vorm_uitbuiting": "prostitutie" if "prostitutie" in child.forms and chance.random() < 0.75 else "",
    }


def residence_status(chance: Chance, child: Child, identity: Identity) -> str:
    """The residence status as noted at one event: unknown as often as the report says, else by origin."""
    group = child.group or "prostitution"
    if chance.random() < UNKNOWN["residence_status"][group]:
        return chance.choice(written.UNKNOWN)
    kind = "asylum" if child.asylum and identity.kind == "true_name" else identity.origin["kind"]
    return chance.by_weight(FACTS["residence_status"][kind])


def number_entries(entries: list[Entry]) -> list[Entry]:
    """Give the records their registration numbers in order of entry; the cross-references follow."""
    ordered = sorted(entries, key=lambda entry: (entry.day, entry.child_id))
    serials: dict[int, int] = {}
    for entry in ordered:
        year = entry.day.year
        serials[year] = serials.get(year, 0) + 1
        entry.key = entry.row["registratienummer"] = f"IK-{year % 100:02d}-{serials[year]:06d}"
    for entry in ordered:
        if entry.same_person is not None:
            entry.row["andere_identiteit_van"] = entry.same_person.key
    return ordered


def write_snapshots(chance: Chance, folder: Path, held: Registrations, nights: list[date]) -> None:
    """Write a snapshot of the last two years for every night; between nights a few records are withdrawn."""
    ordered = number_entries(held.entries["ikps"])
    gone = _withdrawals(chance, ordered, nights)
    lines = [_line(entry.row) for entry in ordered]
    header = _line(dict(zip(COLUMNS, COLUMNS, strict=True)))
    for night in nights:
        name = f"ikps_{night:%Y%m%d}.csv"
        oldest = years_before(night)
        parts = [header]
        twice: list[bytes] = []
        for at, entry in enumerate(ordered):
            if oldest <= entry.day <= night and gone.get(at, night) >= night:
                entry.file = name
                parts.append(lines[at])
                if "duplicate_key" in entry.rules:
                    twice.append(lines[at])
        (folder / name).write_bytes(b"".join(parts + twice))
    for at, day in gone.items():
        held.plant("ikps", f"ikps_{day + timedelta(days=1):%Y%m%d}.csv", ordered[at].key, "withdrawn")


def years_before(night: date) -> date:
    """Return the day from which a snapshot of that night holds records."""
    leap = (night.month, night.day) == (2, 29)
    return night.replace(year=night.year - YEARS_KEPT, day=28 if leap else night.day)


def _withdrawals(chance: Chance, ordered: list[Entry], nights: list[date]) -> dict[int, date]:
    """Which records are withdrawn, by place in the order, and the last night that has them."""
    gone: dict[int, date] = {}
    if len(nights) < 2:
        return gone
    for at, entry in enumerate(ordered):
        held_throughout = years_before(nights[-1]) < entry.day <= nights[0] and not entry.rules
        if held_throughout and chance.random() * 1000 < FACTS["dirt"]["ikps_withdrawn"]:
            gone[at] = chance.choice(nights[:-1])
            entry.fate = "withdrawn"
    return gone


def _line(row: dict[str, Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow([row[column] for column in COLUMNS])
    return text.getvalue().encode("cp1252")
