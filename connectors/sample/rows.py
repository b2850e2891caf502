"""What one registration says in each register: values by the contract's column names, days still as dates."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from connectors.sample import distortions as written
from connectors.sample.world import Child, facts, share, weighted


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _maybe(random: Random, chance: float, value: str, otherwise: str = "") -> str:
    return value if random.random() < chance else otherwise


def police_event(random: Random, child: Child, day: date) -> dict[str, Any]:
    """An encounter with the police: place, day, and what was found with the child."""
    contact_shown = random.random() < 0.7
    return {
        "day": day,
        "place": "" if share(random, "place_missing_ikps") else random.choice(facts()["places"]["towns"]),
        "kind": random.choice(facts()["places"]["kinds"]),
        "korps": random.choice(facts()["places"]["regions"]),
        "contact": child.contact if contact_shown else "",
        "contact_phone": child.contact_phone if contact_shown and random.random() < 0.6 else "",
        "plate": child.plate if random.random() < 0.35 else "",
        "registered": day + timedelta(days=int(random.expovariate(1 / 40))),
    }


def ikps(random: Random, child: Child, event: dict[str, Any], use_false: bool) -> dict[str, Any]:
    """A row of IKPS about an encounter, under the true or the false identity."""
    identity = child.false if use_false and child.false else child.true
    signals = random.sample(facts()["words"]["signals"], k=random.randint(2, 4))
    points = [random.randint(3, 8) for _ in signals]
    points[0] += max(10 - sum(points), 0)
    own_phone = child.phone if random.random() < 0.6 else ""
    phones = [phone for phone in (own_phone, event["contact_phone"]) if phone]
    work = [name for name in (child.work_name,) if name and random.random() < 0.8]
    false_document = child.false_kind == "false_identity" and use_false and random.random() < 0.5
    registered = min(event["registered"], facts()["last_night"] - timedelta(days=1))
    return {
        "false": use_false,
        "korps": event["korps"],
        "registered_on": registered,
        "datum_registratie": written.written_day(random, registered),
        "datum_aantreffen": written.written_day(random, event["day"]),
        "achternaam": written.family_name(random, identity),
        "tussenvoegsel": identity.prefix,
        "voornamen": written.given_names(random, identity),
        "werknaam": "|".join(work),
        "andere_identiteit_van": "",
        "geboortedatum": written.written_birth(random, child, identity),
        "geslacht": child.sex.upper() if random.random() < 0.98 else "O",
        "nationaliteit": written.written_country(random, identity),
        "geboorteland": _maybe(random, 0.4, identity.country),
        "verblijfsstatus": _status(random, child),
        "locatie": event["place"],
        "soort_locatie": event["kind"],
        "contacten": f"{random.choice(('pooier', 'pooier', 'ander'))}:{event['contact']}" if event["contact"] else "",
        "signalen": "|".join(f"{signal}={point}" for signal, point in zip(signals, points, strict=True)),
        "zwaarte": str(sum(points)),
        "kentekens": event["plate"],
        "telefoonnummers": "|".join(written.written_phone(random, phone) for phone in phones),
        "aangifte": random.choice(("J", "N", "N", "")),
        "documenten": "vals" if false_document else _maybe(random, facts()["shares"]["document_used_ikps"], "geen"),
        "vorm_uitbuiting": _maybe(random, 0.7, "prostitutie") if "prostitutie" in child.notes.get("form", "") else "",
    }


def _status(random: Random, child: Child) -> str:
    if share(random, "status_unknown"):
        return "onbekend"
    if child.true.iso in ("NL", "AN"):
        return "Nederlandse nationaliteit"
    if child.asylum:
        return random.choice(("ama", "ama", "asielzoeker in gezinsverband"))
    return random.choice(("Nederlandse nationaliteit", "zonder status", "zonder status", "B9", "bedenktijd"))


def stv(random: Random, child: Child, day: date, reported: date) -> dict[str, Any]:
    """A row of STV: mostly the true identity, told after rescue (L4193-4198)."""
    reported = min(reported, facts()["last_night"])
    identity = child.true
    known = not share(random, "age_unknown")
    police = random.random() < 0.6
    vulnerable = weighted(random, facts()["vulnerability"])
    event = child.notes.get("event", {})
    return {
        "false": False,
        "reported_on": reported,
        "Meldende instantie": f"politie {random.choice(facts()['places']['regions'])}" if police else "opvang",
        "Soort instantie": "politie"
        if police
        else random.choice(("opvang", "hulpverlening", "jeugdzorg", "KMar", "anders")),
        "Regio": random.choice(facts()["places"]["regions"]),
        "Naam": written.cell_name(random, identity),
        "Alias": _maybe(random, 0.3, child.work_name),
        "Geb.datum": written.written_birth(random, child, identity) if known else "",
        "Leeftijd": _age(identity.born, reported) if random.random() < 0.8 else "",
        "Leeftijd ronseling": max(_age(identity.born, day) - random.randint(0, 2), 8) if random.random() < 0.6 else "",
        "M/V": child.sex.upper(),
        "Nationaliteit": written.written_country(random, identity),
        "Land van herkomst": _maybe(random, 0.8, identity.country),
        "Vorm van uitbuiting": child.notes.get("form", "prostitutie"),
        "Loverboy": "ja" if child.notes.get("loverboy") else random.choice(("nee", "")),
        "encountered_on": day if random.random() < 0.8 else None,
        "Plaats": event.get("place") or random.choice(facts()["places"]["towns"]),
        "Verblijfsstatus": _status(random, child),
        "B9-fase": random.choice(("geen", "bedenktijd", "aangifte", "B9", "")),
        "Aangifte": random.choice(("ja", "nee", "")),
        "Kwetsbaarheid": vulnerable,
        "Leefsituatie": random.choice(("alleenstaand", "bij familielid", "compleet gezin"))
        if share(random, "living_known")
        else "",
        "Opvang": random.choice(("geregeld", "")),
        "Telefoon": written.written_phone(random, child.phone) if random.random() < 0.4 else "",
        "Aantal betrokkenen": random.choice((1, 1, 1, "", "onbekend")),
        "Zekerheid": random.choice(("daadwerkelijk", "daadwerkelijk", "vermoeden")),
        "Opmerkingen": "",
    }


def youth_care(random: Random, child: Child, day: date, form: str) -> dict[str, Any]:
    """A dossier of youth care, under the civil name, filed under a heading that seldom tells (L5206-5213)."""
    identity = child.true
    status = "Nederlandse nationaliteit" if identity.iso in ("NL", "AN") else _status(random, child)
    return {
        "false": False,
        "agency": random.choice(("BJZ", "BJZ", "BJZ", "AMK", "RvdK", "JJI")),
        "MeldingDatum": day,
        "Geslachtsnaam": written.family_name(random, identity),
        "Voorvoegsel": identity.prefix,
        "Voornamen": written.given_names(random, identity, initials=0.0) if random.random() < 0.9 else "",
        "Voorletters": "".join(name[0] for name in identity.given),
        "Roepnaam": _maybe(random, 0.2, identity.given[0]),
        "born": identity.born,
        "DatumGebruik": "2" if child.born_known == "year" else "",
        "Geslacht": {"v": "2", "m": "1"}[child.sex],
        "Nationaliteit": identity.iso,
        "LandVanHerkomst": identity.iso,
        "Verblijfsstatus": status,
        "Woonplaats": child.town,
        "Telefoon": written.written_phone(random, child.phone) if random.random() < 0.4 else "",
        "Rubriek": random.choice(facts()["words"]["headings"]),
        "Signalen": random.sample(facts()["words"]["youth_signals"], k=random.randint(0, 2)),
        "Vormen": form.split(";") if form else [],
        "Zekerheid": random.choice(("vermoeden", "daadwerkelijk")) if form else "",
        "Kwetsbaarheid": weighted(random, facts()["vulnerability"]) if form else "",
        "Leefsituatie": random.choice(("compleet gezin", "bij familielid", "")),
        "School": random.choice(("ja", "ja", "nee", "")),
        "Maatregel": random.choice(("", "", "", "ots", "vots")),
        "Doorverwezen": random.choice(("RvdK", "psycholoog", "opvang", "")),
    }


def telex(random: Random, child: Child, since: date, reported: date, with_contact: bool) -> dict[str, Any]:
    """A case of the missing-persons telex."""
    category = (
        "VERMIST AMA" if child.asylum else random.choice(("WEGLOOPPROBLEMATIEK", "WEGLOOPPROBLEMATIEK", "VERMIST"))
    )
    age_only = random.random() < 0.08
    contact = f"{child.contact} TEL {written.written_phone(random, child.contact_phone)} KENT {child.plate}"
    return {
        "false": False,
        "reported_on": min(reported, facts()["last_night"]),
        "since": since,
        "name": written.ascii_capitals(_telex_name(random, child)),
        "roepn": written.ascii_capitals(child.true.given[0]) if random.random() < 0.5 else "",
        "born": f"ONBEKEND CA {_age(child.true.born, reported)} JR"
        if age_only
        else written.written_birth(random, child, child.true),
        "sex": child.sex.upper(),
        "nationality": written.ascii_capitals(child.true.adjective),
        "category": category,
        "town": written.ascii_capitals(child.town),
        "reporter": random.choice(("NIDOS", "COA"))
        if child.asylum
        else random.choice(("OUDERS", "OUDERS", "SCHOOL", "POLITIE")),
        "contact": written.ascii_capitals(contact) if with_contact else "",
        "looks": f"CA {random.randint(150, 180)} CM SLANK DONKER HAAR DRAAGT ZWARTE JAS EN SPIJKERBROEK",
        "found_on": None,
        "withdrawn": False,
    }


def _telex_name(random: Random, child: Child) -> str:
    name = written.cell_name(random, child.true, initials=0.02)
    return name if "," in name else f"{child.true.prefix} {child.true.family}, {child.true.given[0]}".strip()


def mob(random: Random, child: Child, since: date, category: str) -> dict[str, Any]:
    """A departure from a reception centre, under the identity declared without a document."""
    identity = child.true
    guardian = share(random, "guardian")
    capitals = f"{identity.family.upper()} {written.given_names(random, identity, 0.05)}"
    reported = guardian and random.random() < 0.7
    return {
        "false": False,
        "v_nummer": str(random.randrange(2_000_000_000, 2_999_999_999)) if random.random() < 0.93 else "",
        "naam": random.choice((capitals, capitals, written.cell_name(random, identity, 0.05))),
        "geboortedatum": written.written_birth(random, child, identity, iso=random.random() < 0.4),
        "geslacht": child.sex if random.random() < 0.97 else "",
        "nationaliteit": random.choice((identity.country, identity.iso)),
        "alleenstaand": "ja" if random.random() < 0.85 else "nee",
        "opvanglocatie": random.choice(facts()["places"]["centres"]),
        "datum_instroom": since - timedelta(days=random.randint(4, 90)),
        "datum_vertrek": since,
        "vertrekcategorie": category,
        "voogd": "Nidos" if guardian else random.choice(("geen", "")),
        "datum_voogdij": since - timedelta(days=2) if guardian else None,
        "als_vermist_opgegeven": "ja" if reported else random.choice(("nee", "")),
        "datum_vermist_opgegeven": since + timedelta(days=random.randint(2, 30)) if reported else None,
        "identiteitsbewijs": random.choice(("nee", "nee", "nee", "ja")),
        "telefoonnummer": written.written_phone(random, child.contact_phone) if random.random() < 0.35 else "",
        "vermoedelijke_reden": random.choice(facts()["words"]["reasons"]),
    }
