"""Messages of the missing-persons telex: `telex_JJJJMMDD.txt`."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from benchmarks.mess import values as v
from benchmarks.mess.model import CLEAN, SET_ASIDE, WARNING, Case

WIDTH = 69
NEW, ADDITION, WITHDRAWAL, FOUND = "VERMISTE PERSOON NR", "AANVULLING OP NR", "INTREKKING NR", "AANGETROFFEN NR"
CATEGORIES = ("WEGLOOPPROBLEMATIEK", "VERMIST", "VERMIST AMA", "ONTVOERING")
NOISE = ("RYRYRYRYRYRY", "QRM QRM DE KLPD", "=== 73 ===", "VVV VVV VVV", "TEST TEST 1234567890", "")


@dataclass
class Row:
    """One message: its own number, the day, the case it belongs to and its fields by label."""

    number: int
    day: date
    case: str
    fields: dict[str, str]


def file_name(day: date) -> str:
    """The name under which a day's messages are delivered."""
    return f"telex_{day:%Y%m%d}.txt"


def plain(text: str) -> str:
    """Capitals without diacritics, as a telex prints them."""
    bare = unicodedata.normalize("NFKD", text.replace("ø", "o")).encode("ascii", "ignore").decode()
    return bare.upper()


def _contact(rng: Random) -> str:
    phone = v.phone(rng)
    both = f"{rng.choice(v.BOYS)} TEL {phone} KENT {v.plate(rng)}"
    return plain(rng.choice((both, both, f"TEL {phone}", f"{rng.choice(v.GIRLS)} TEL {phone} OF {v.phone(rng)}")))


def _look(rng: Random) -> str:
    parts = ("CA 170 CM", "SLANK", "LANG BLOND HAAR", "DRAAGT ZWARTE JAS", "SPREEKT GEEN NEDERLANDS", "LITTEKEN: KIN")
    return " ".join(rng.sample(parts, rng.randint(2, 5)))


def clean(rng: Random, number: int, day: date) -> Row:
    """A plain first message about a missing person, with every field filled."""
    female = rng.random() < 0.6
    since = day - timedelta(days=rng.randint(0, 20))
    prefix, family = rng.choice(v.FAMILIES)
    first = v.first_name(rng, female)
    place = rng.choice(v.PLACES)
    adult = rng.random() < 0.1
    born = v.birth(rng, since, 19, 60) if adult else v.birth(rng, since, 11, 17)
    case = f"{day:%Y/%m}/{number:04}"
    category = "VERMIST" if adult else rng.choice(CATEGORIES)
    reporters = ("NIDOS",) if category == "VERMIST AMA" else ("OUDERS", "NIDOS", "COA", "SCHOOL", "POLITIE", "ANDERS")
    fields = {
        "VAN": f"REGIOPOLITIE {rng.choice(('UTRECHT', 'HAAGLANDEN', 'TWENTE'))}",
        "AAN": "ALLE KORPSEN",
        "BETR": f"{NEW} {case}",
        "NAAM": f"{prefix} {family}, {first}".strip(),
        "ROEPN": first,
        "GEB": v.written(rng, born) + rng.choice(("", f" TE {place}")),
        "GESL": "V" if female else "M",
        "NAT": rng.choice(v.COUNTRIES)[rng.choice((0, 1))],
        "CAT": category,
        "VERMIST SINDS": v.written(rng, since),
        "LAATST GEZIEN": f"{place} {rng.choice(('CENTRUM', 'STATION', 'OC', 'SCHOOL'))}",
        "MELDER": rng.choice(reporters),
        "CONTACT": _contact(rng),
        "SIGN": _look(rng),
    }
    return Row(number, day, case, {label: plain(value) for label, value in fields.items()})


def addition(rng: Random, number: int, day: date, first: Row) -> Row:
    """A message that replaces some fields of a case."""
    more = {"SIGN": _look(rng), "CONTACT": _contact(rng), "LAATST GEZIEN": plain(rng.choice(v.PLACES))}
    chosen = {label: more[label] for label in rng.sample(sorted(more), rng.randint(1, 3))}
    return _follows(number, day, first, ADDITION, chosen)


def reopening(number: int, day: date, first: Row) -> Row:
    """A message that reports a child missing again who had been found."""
    return _follows(number, day, first, ADDITION, {"VERMIST SINDS": f"{day:%d-%m-%Y}"})


def withdrawal(number: int, day: date, first: Row) -> Row:
    """A message that takes back a case entered in error."""
    return _follows(number, day, first, WITHDRAWAL, {})


def found(rng: Random, number: int, day: date, first: Row) -> Row:
    """A message that says when and where the child was found."""
    fields = {"DATUM": v.written(rng, day), "PLAATS": plain(rng.choice(v.PLACES))}
    return _follows(number, day, first, FOUND, fields)


def _follows(number: int, day: date, first: Row, kind: str, fields: dict[str, str]) -> Row:
    head = {"VAN": first.fields["VAN"], "AAN": "ALLE KORPSEN", "BETR": f"{kind} {first.case}"}
    return Row(number, day, first.case, {**head, **fields})


def text(rows: list[Row], rng: Random) -> str:
    """A day's file: messages with line noise between them, line feeds with or without carriage returns."""
    lines = [rng.choice(NOISE)] if rng.random() < 0.5 else []
    for at, row in enumerate(rows):
        minutes = at * 1400 // len(rows)
        lines.append(f"ZCZC KLPD{row.number:04} {row.day:%d%m%y} {minutes // 60:02}{minutes % 60:02}")
        lines += [line for label, value in _order(row, rng) for line in _wrap(label, value, rng)]
        lines.append("NNNN")
        lines += [rng.choice(NOISE) for _ in range(rng.randint(0, 2))]
    end = rng.choice(("\n", "\r\n"))
    return end.join(lines) + end


def _order(row: Row, rng: Random) -> list[tuple[str, str]]:
    fields = list(row.fields.items())
    if rng.random() < 0.3:
        rng.shuffle(fields)
    return fields


def _wrap(label: str, value: str, rng: Random) -> list[str]:
    """Lines of at most 69 characters, broken between words or wherever the line is full."""
    line = f"{label}{rng.choice((' : ', ' : ', ': ', ':', '   : '))}{value}"
    between_words = rng.random() < 0.7
    lines: list[str] = []
    while len(line) > WIDTH:
        cut = line.rfind(" ", len(label) + 8, WIDTH) if between_words else WIDTH
        cut = cut if cut > 0 else WIDTH
        lines.append(line[:cut])
        line = "  " + (line[cut + 1 :] if line[cut] == " " and between_words else line[cut:])
    return [*lines, line]


def _field(label: str, choose: Callable[[Random], str]) -> Callable[[Row, Random, list[Row]], None]:
    def spoil(row: Row, rng: Random, earlier: list[Row]) -> None:
        row.fields[label] = choose(rng)

    return spoil


def _without(*labels: str) -> Callable[[Row, Random, list[Row]], None]:
    def spoil(row: Row, rng: Random, earlier: list[Row]) -> None:
        for label in labels:
            del row.fields[label]

    return spoil


def _one_of(*choices: str) -> Callable[[Random], str]:
    return lambda rng: rng.choice(choices)


def _impossible_birth(rng: Random) -> str:
    return v.impossible(rng, rng.randint(1986, 1992))


def _impossible_day(rng: Random) -> str:
    return v.impossible(rng, 2005)


def _partial_birth(rng: Random) -> str:
    year = rng.randint(1989, 1992)
    return rng.choice((v.partial(rng, date(year, rng.randint(1, 12), 1)), f"CA. {year}"))


def _placeholder_birth(rng: Random) -> str:
    return v.placeholder(rng, date(rng.randint(1989, 1992), 1, 1))


def _missing_partial(row: Row, rng: Random, earlier: list[Row]) -> None:
    row.fields["VERMIST SINDS"] = rng.choice((f"00-03-{row.day.year}", f"{row.day.year}-02-00", f"{row.day.year - 1}"))


def _fewer_fields(row: Row, rng: Random, earlier: list[Row]) -> None:
    for label in ("ROEPN", "CONTACT", "SIGN", "NAT"):
        del row.fields[label]


HARMLESS: tuple[Case[Row], ...] = (
    Case("age_instead_of_birth", CLEAN, _field("GEB", lambda rng: f"ONBEKEND CA {rng.randint(11, 17)} JR")),
    Case("birth_partial", CLEAN, _field("GEB", _partial_birth)),
    Case("birth_placeholder", CLEAN, _field("GEB", _placeholder_birth)),
    Case("missing_date_partial", CLEAN, _missing_partial),
    Case("single_name", CLEAN, _field("NAAM", lambda rng: plain(rng.choice(v.SINGLE)))),
    Case("historic_country", CLEAN, _field("NAT", lambda rng: plain(rng.choice(v.HISTORIC[:5])))),
    Case("unknown_spelling", CLEAN, _field("NAT", lambda rng: rng.choice(("ONBEKEND", "N.B.", "-", "?")))),
    Case("fewer_fields", CLEAN, _fewer_fields),
)
FAULTS: tuple[Case[Row], ...] = (
    Case("no_subject_line", SET_ASIDE, _without("BETR"), key_is_the_fault=True),
    Case("subject_without_number", SET_ASIDE, _field("BETR", _one_of("VERMISTE PERSOON", NEW)), key_is_the_fault=True),
    Case("missing_date_impossible", SET_ASIDE, _field("VERMIST SINDS", _impossible_day)),
    Case("age_outside", SET_ASIDE, _field("GEB", _one_of("ONBEKEND CA 121 JR", "ONBEKEND CA 140 JR"))),
    Case("birth_impossible", WARNING, _field("GEB", _impossible_birth)),
    Case("birth_future", WARNING, _field("GEB", v.future)),
    Case("name_missing", WARNING, _without("NAAM", "ROEPN")),
    Case("sex_missing", WARNING, _without("GESL")),
    Case("category_unknown", WARNING, _field("CAT", _one_of("VERDWAALD", "CODE 9"))),
    Case("reporter_unknown", WARNING, _field("MELDER", _one_of("KAPPER", "CODE 9"))),
    Case("sex_code_unknown", WARNING, _field("GESL", _one_of("X", "9"))),
    Case("nationality_unknown", WARNING, _field("NAT", _one_of("QQ", "QQX"))),
)
