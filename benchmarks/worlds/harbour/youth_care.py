"""Youth care: a handful of files with what is new, changed or withdrawn; most dossiers concern no exploitation."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.worlds.harbour.birth_dates import Birth, recorded
from benchmarks.worlds.harbour.cast import Registration, World
from benchmarks.worlds.harbour.facts_files import age_on, proportion, words
from benchmarks.worlds.harbour.spellings import Written, without_diacritics, written
from benchmarks.worlds.harbour.values import country_name, own_phone, phone_notation, sex_letter, status_of

DELIVERIES = [
    date(2003, 1, 6),
    date(2003, 7, 1),
    date(2004, 1, 5),
    date(2004, 7, 1),
    date(2005, 1, 3),
    date(2005, 4, 1),
]
LAST_DELIVERY = date(2005, 6, 30)
SENDER = "BJZ Rotterdam"
NEW, CHANGED, WITHDRAWN = 1, 2, 3


def write_youth_care(world: World, folder: Path) -> None:
    """Number the dossiers and write the deliveries in which they are sent, changed and withdrawn."""
    entries = [entry for entry in world.registrations if entry.register == "youth_care"]
    entries.sort(key=lambda entry: entry.reported)
    serials: dict[tuple[str, int], int] = {}
    sent: dict[date, list[str]] = {day: [] for day in (*DELIVERIES, LAST_DELIVERY)}
    for entry in entries:
        at = (entry.person.city[:2].upper(), entry.reported.year)
        serials[at] = serials.get(at, 0) + 1
        entry.source_key = f"{at[0]}-{at[1]}-{serials[at]:05d}"
        first, *later = [day for day in sent if day >= entry.reported]
        sent[first].append(_dossier(world, entry, NEW))
        if later and world.chance(0.07):
            sent[world.rng.choice(later)].append(_dossier(world, entry, CHANGED))
        elif later and not entry.details["form"] and world.chance(0.004):
            entry.details["withdrawn"] = True
            sent[world.rng.choice(later)].append(_dossier(world, entry, WITHDRAWN))
    (folder / "youth_care").mkdir(parents=True, exist_ok=True)
    for number, (day, dossiers) in enumerate(sent.items(), 1):
        header = f"<Afzender>{SENDER}</Afzender><Dagtekening>{day}</Dagtekening><Volgnummer>{number}</Volgnummer>"
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<Bericht xmlns="urn:weerzien:jeugdzorg:1">']
        lines += [f"<Header>{header}</Header>", "<Dossiers>", *dossiers, "</Dossiers>", "</Bericht>", ""]
        path = folder / "youth_care" / f"jeugdzorg_{day:%Y%m%d}.xml"
        path.write_bytes("\n".join(lines).encode())


def _tag(name: str, value: str) -> str:
    """An element; an empty one stands there too."""
    return f"<{name}>{escape(value)}</{name}>" if value else f"<{name}/>"


def _dossier(world: World, entry: Registration, state: int) -> str:
    """One dossier with its state of delivery."""
    head = _tag("Dossiernummer", entry.source_key) + _tag("StatusAanlevering", str(state))
    if state == WITHDRAWN:
        return f"<Dossier>{head}</Dossier>"
    head += _tag("Instantie", entry.details["agency"]) + _tag("MeldingDatum", str(entry.reported))
    return f"<Dossier>{head}{_name(world, entry)}{_child(world, entry)}{_case(world, entry)}</Dossier>"


def _name(world: World, entry: Registration) -> str:
    """The civil name; initials may stand alone, the name a child is called by is often there."""
    name = written(world.rng, entry.identity.name, "youth_care")
    name = without_diacritics(name) if world.chance(0.12) else name
    given, initials = name.given, "".join(part[0].upper() for part in name.given.replace("-", " ").split() if part)
    if given.endswith("."):
        given, initials = "", given.replace(".", "")
    called = name.nickname if world.chance(0.4) and given else ""
    return f"<Naam>{_parts(name, given, initials, called)}</Naam>"


def _parts(name: Written, given: str, initials: str, called: str) -> str:
    written_out = _tag("Geslachtsnaam", name.family) + _tag("Voorvoegsel", name.prefix)
    return written_out + _tag("Voornamen", given) + _tag("Voorletters", initials) + _tag("Roepnaam", called)


def _birth(world: World, entry: Registration) -> str:
    """The birth date with its note of what is known of it; unknown parts are filled with 01, the year with 1900."""
    born = recorded(world.rng, entry.identity.birth, "youth_care", entry.on)
    if world.chance(proportion("missing", "youth_care_birth")) or born.year is None:
        born = Birth(None)
    note = "" if born.day else "1" if born.month else "2" if born.year else "3"
    day = f"{born.year or 1900}-{born.month or 1:02d}-{born.day or 1:02d}"
    return f"<Geboortedatum>{_tag('Datum', day)}{_tag('DatumGebruik', note)}</Geboortedatum>"


def _child(world: World, entry: Registration) -> str:
    """Sex, origin, place and the telephone of the household or shelter."""
    rng, child, shelter = world.rng, entry.person, entry.details["shelter"]
    phone = ""
    if shelter and world.chance(0.7):
        phone = shelter["phone"]
    elif child.household and world.chance(0.68):
        phone = child.household.phone
    elif age_on(child.true.birth, entry.on) > 12 and world.chance(0.1):
        phone = own_phone(entry)
    nationality = "" if world.chance(proportion("missing", "nationality")) else child.true.country
    origin = "" if world.chance(proportion("missing", "origin")) else country_name(rng, child.country)
    city = child.city if world.chance(0.93) else world.city(child.region)
    return (
        _birth(world, entry)
        + _tag("Geslacht", sex_letter(world, child, "2", "1", "0"))
        + _tag("Nationaliteit", nationality)
        + _tag("LandVanHerkomst", origin if world.chance(0.4) or not origin else child.country)
        + _tag("Verblijfsstatus", status_of(world, entry))
        + _tag("Woonplaats", city)
        + _tag("Telefoon", phone_notation(rng, phone) if phone else "")
    )


def _case(world: World, entry: Registration) -> str:
    """The heading, signals and, seldom, the form of exploitation."""
    rng, details, form = world.rng, entry.details, entry.details["form"]
    heading = rng.choice(words("rubrieken"))
    if form and world.chance(0.3):
        heading = "illegale adoptie" if form == "illegale adoptie" else "uitbuiting"
    signals = rng.sample(words("care_signals"), rng.choice((0, 1, 1, 2)))
    small = age_on(entry.person.true.birth, entry.on) < 11
    signals = [] if small else signals
    listed = "".join(_tag("Signaal", signal) for signal in signals)
    out = _tag("Rubriek", heading) + (f"<Signalen>{listed}</Signalen>" if listed else "")
    if form:
        out += f"<VormenUitbuiting>{_tag('Vorm', form)}</VormenUitbuiting>"
        out += _tag("Zekerheid", rng.choice(("vermoeden", "daadwerkelijk"))) + _tag("LeeftijdRonseling", "")
        out += _tag("Loverboy", "ja" if details.get("loverboy") and world.chance(0.6) else "")
    weak = rng.choice(words("vulnerabilities")) if world.chance(0.35) else ""
    out += f"<Kwetsbaarheden>{_tag('Kwetsbaarheid', weak)}</Kwetsbaarheden>" if weak else ""
    out += _tag("Leefsituatie", "" if world.chance(proportion("missing", "living")) else rng.choice(words("living")))
    school = "" if world.chance(proportion("missing", "school")) else rng.choice(("ja", "ja", "nee"))
    measure = rng.choice(words("measures")) if world.chance(0.12) else ""
    out += _tag("School", "n.v.t." if small else school) + _tag("Maatregel", measure)
    out += _tag("MaatregelDatum", str(entry.on) if measure and measure != "geen" else "") + _tag("RedenMaatregel", "")
    return out + _tag("Doorverwezen", "RvdK" if world.chance(0.15) else "") + "<AantalBetrokkenen/>"
