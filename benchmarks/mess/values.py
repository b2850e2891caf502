"""Values that several registers share: names, dates, countries, telephone numbers."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

NOT_KNOWN = ("", "onbekend", "Onbekend", "niet bekend", "n.b.", "-", "?")
NOT_APPLICABLE = ("nvt", "Nvt", "n.v.t.")

GIRLS = (
    "Anne", "Yena", "Fatima", "Xiaoxing", "Xiao-xing", "Hsiao-hsing", "Blessing", "Mariana", "Inés", "Zoë", "Aïcha",
    "Renée", "Precious", "Ioana", "Svetlana", "Elif", "Chantal", "Aminata", "Li-Mei", "Soraya",
)  # fmt: skip
BOYS = (
    "Tom", "Raj", "Rajinder", "Mohamed", "Andrei", "José", "André", "Wei", "Ibrahim", "Alpha", "Joël", "Emre", "Dario",
)  # fmt: skip
FAMILIES = (
    ("", "Popescu"), ("de", "Wit"), ("van der", "Berg"), ("van", "Dijkhof"), ("ter", "Velde"), ("'t", "Hooft"),
    ("in 't", "Veldt"), ("el", "Amrani"), ("", "El Idrissi"), ("", "Chen"), ("", "Singh"), ("", "Okonkwo"),
    ("", "Conteh"), ("", "Núñez"), ("", "Müller-Jansen"), ("", "Bakker-Smit"), ("", "Çelik"), ("", "Ivanova"),
    ("", "Kovac"), ("", "dos Santos"), ("", "N'Diaye"), ("", "Yilmaz"),
)  # fmt: skip
SINGLE = ("Mohamed", "Blessing", "Singh", "Kaur", "Aung", "Suharto")
PLACES = (
    "Utrecht", "Den Haag", "Amsterdam", "'s-Hertogenbosch", "Den Helder", "Groningen", "Eindhoven", "Arnhem",
    "Heerlen", "Capelle aan den IJssel", "Súdwesthoek", "Rotterdam",
)  # fmt: skip

# Dutch name, adjective, two letters, three letters.
COUNTRIES = (
    ("Nederland", "Nederlandse", "NL", "NLD"), ("Marokko", "Marokkaanse", "MA", "MAR"),
    ("Roemenië", "Roemeense", "RO", "ROU"), ("China", "Chinese", "CN", "CHN"),
    ("Nigeria", "Nigeriaanse", "NG", "NGA"), ("Angola", "Angolese", "AO", "AGO"),
    ("Bulgarije", "Bulgaarse", "BG", "BGR"), ("Turkije", "Turkse", "TR", "TUR"),
    ("Suriname", "Surinaamse", "SR", "SUR"), ("Ghana", "Ghanese", "GH", "GHA"),
    ("Polen", "Poolse", "PL", "POL"), ("India", "Indiase", "IN", "IND"), ("Iran", "Iraanse", "IR", "IRN"),
    ("Albanië", "Albanese", "AL", "ALB"), ("Brazilië", "Braziliaanse", "BR", "BRA"),
    ("Duitsland", "Duitse", "DE", "DEU"), ("Oekraïne", "Oekraïense", "UA", "UKR"),
)  # fmt: skip
PLAIN_COUNTRIES = ("Sierra Leone", "SL", "SLE", "Guinee", "Liberia", "Kameroen", "Wit-Rusland", "Litouwen", "Aruba")
REGIONS = ("Oost-Europa (onbekend welk land)", "Afrika (onbekend welk land)")
HISTORIC = (
    "Nederlandse Antillen", "Sovjet-Unie", "Joegoslavië", "Zaïre", "Servië en Montenegro",
    "AN", "ANT", "SU", "SUN", "YU", "YUG", "CS", "SCG", "ZR", "ZAR",
)  # fmt: skip
STATUSES = (
    "Nederlandse nationaliteit", "EU", "ama", "asielzoeker in gezinsverband", "B9", "bedenktijd", "zonder status",
    "onbekend",
)  # fmt: skip


def some_day(rng: Random, first: date, last: date) -> date:
    """A day from first to last, both included."""
    return first + timedelta(days=rng.randint(0, (last - first).days))


def birth(rng: Random, on: date, youngest: int, oldest: int) -> date:
    """A birth date of somebody who on that day is at least `youngest` and not yet `oldest` years old."""
    return on - timedelta(days=rng.randint(youngest * 366 + 2, oldest * 365 - 2))


def age(born: date, on: date) -> int:
    """Completed years on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def written(rng: Random, day: date) -> str:
    """A full date in one of the three notations."""
    return rng.choice((f"{day:%d-%m-%Y}", f"{day:%Y-%m-%d}", f"{day.day}-{day.month}-{day.year}"))


def partial(rng: Random, day: date) -> str:
    """A date of which the day, or the day and the month, are not known."""
    year, month = day.year, f"{day.month:02}"
    return rng.choice((f"00-{month}-{year}", f"00-00-{year}", f"{year}-00-00", f"{year}-{month}-00", f"{year}"))


def approximate(rng: Random, day: date) -> str:
    """A year that somebody guessed."""
    return rng.choice((f"±{day.year}", f"ca. {day.year}"))


def placeholder(rng: Random, day: date) -> str:
    """The first of January or of July of that year: what is filled in when the day is unknown."""
    return written(rng, date(day.year, rng.choice((1, 7)), 1))


def impossible(rng: Random, year: int) -> str:
    """A complete date that no calendar has."""
    return rng.choice((f"31-02-{year}", f"{year}-13-07", f"31-11-{year}", f"{year}-06-45", f"30-02-{year}"))


def future(rng: Random) -> str:
    """A date long after any night on which this could be read."""
    return written(rng, date(rng.randint(2080, 2098), rng.randint(1, 12), rng.randint(1, 28)))


def country(rng: Random) -> str:
    """A country or nationality in one of the notations for present countries."""
    return rng.choice((*rng.choice(COUNTRIES), rng.choice(PLAIN_COUNTRIES)))


def phone(rng: Random) -> str:
    """A mobile number in any notation; the four noughts keep it out of use."""
    tail = f"{rng.randint(0, 9999):04}"
    return rng.choice((f"06-0000{tail}", f"+31 6 0000 {tail}", f"003160000{tail}", f"060000{tail}", f"06 0000 {tail}"))


def plate(rng: Random) -> str:
    """A licence plate."""
    letters = "".join(rng.choice("BDFGHJKLNPRSTVXZ") for _ in range(4))
    return f"{rng.randint(1, 99):02}-{letters[:2]}-{letters[2:]}"


def first_name(rng: Random, female: bool) -> str:
    """A given name."""
    return rng.choice(GIRLS if female else BOYS)
