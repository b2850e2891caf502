"""The children of the synthetic world: who they really are, before any register writes them down.

Shares come from `facts.toml` (the report's where it publishes them), names from `names.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from connectors.sample.chance import FACTS, Chance, age_on
from connectors.sample.naming import Identity, draw_identity

ORIGINS: list[dict[str, Any]] = FACTS["origins"]
PLATE_LETTERS = "BDFGHJKLNPRSTVXZ"
VICTIMS = (
    "victim",
    "adult_victim",
    "missing_then_victim",
    "victim_then_missing",
    "found_then_victim",
    "youth_care_victim",
)


@dataclass(slots=True)
class Child:
    """One person of the world: the true identity, the false ones, and what goes along with the person."""

    child_id: str
    life: str
    sex: str
    turn: date
    true: Identity
    asylum: bool
    town: int
    group: str = ""
    forms: list[str] = field(default_factory=list)
    loverboy: bool = False
    false: list[Identity] = field(default_factory=list)
    born_known: str = "day"
    phone: str = ""
    house_phone: str = ""
    contact: str = ""
    contact_phone: str = ""
    plate: str = ""
    work_names: list[str] = field(default_factory=list)
    v_numbers: list[str] = field(default_factory=list)
    centre: str = ""


def first_day(night_last: date) -> date:
    """Return the day on which the world begins."""
    return night_last - timedelta(days=FACTS["history_days"])


def make_child(
    chance: Chance, number: int, night_last: date, life: str = "", origin: dict[str, Any] | None = None
) -> Child:
    """Make one person of the world, of a life and an origin when these are given."""
    life = life or chance.by_weight(FACTS["lives"])
    group = chance.by_weight(FACTS["main_group"]) if life in VICTIMS else ""
    asylum = life == "departed" or (life in ("missing_then_victim", "found_then_victim") and chance.random() < 0.55)
    origin = origin or draw_origin(chance, life, group, asylum)
    sex = draw_sex(chance, life, group)
    # IKPS keeps two years: who is only ever met by the police is met in those, or no register would hold the child.
    met_only = life in ("victim", "adult_victim")
    first = night_last - timedelta(days=715) if met_only else first_day(night_last)
    turn = chance.day_between(first, night_last - timedelta(days=10))
    true = draw_identity(chance, origin, sex, draw_birth(chance, life, group, turn))
    if asylum and chance.share("placeholder_birth"):
        true = replace(true, born=placeholder(chance, true.born, turn))
    child = Child(f"C{number:07d}", life, sex, turn, true, asylum, int(30 * chance.random() ** 1.5), group)
    child.born_known = chance.choice(("year", "year", "month")) if chance.share("partial_birth") else "day"
    child.house_phone = draw_phone(chance)
    child.phone = draw_phone(chance) if chance.share("phone_known") else ""
    if asylum:
        child.v_numbers = [draw_v_number(chance, turn)]
        if chance.share("two_v_numbers"):
            child.v_numbers.append(draw_v_number(chance, turn))
    if group or life == "runaway":
        _give_company(chance, child)
    if group:
        _exploit(chance, child)
    return child


def draw_origin(chance: Chance, life: str, group: str, asylum: bool) -> dict[str, Any]:
    """Draw where a child comes from, by the published counts of its group."""
    if asylum:
        column = "reception"
    elif group:
        column = "ikps" if group == "prostitution" and chance.random() < 0.4 else group
    elif chance.random() < 0.6:
        return ORIGINS[0]
    else:
        column = "prostitution"
    return chance.choices(ORIGINS, [origin[column] for origin in ORIGINS])[0]


def draw_sex(chance: Chance, life: str, group: str) -> str:
    """Draw the sex, by the published counts of the main group or the chosen share of the life."""
    kind = "adult" if life.startswith("adult") else group or life
    female: float = FACTS["female"].get(kind, FACTS["female"]["youth_care"])
    return "v" if chance.random() < female else "m"


def draw_birth(chance: Chance, life: str, group: str, turn: date) -> date:
    """Draw the birth date from the age that the person has when the story begins."""
    if life.startswith("adult"):
        band = chance.by_weight(FACTS["ages"]["adult"])
    elif life == "youth_care_only":
        band = "3-17"
    elif life in ("departed", "runaway"):
        band = chance.by_weight(FACTS["ages"]["missing"])
    else:
        band = chance.by_weight(FACTS["ages"][group])
        if life != "youth_care_victim" and band in ("0-8", "9-12"):
            band = "13-15"
    least, most = (int(end) for end in band.split("-"))
    return turn - timedelta(days=int((chance.randint(least, most) + 0.99 * chance.random()) * 365.25))


def placeholder(chance: Chance, born: date, turn: date) -> date:
    """Return 1 January or 1 July of the year of birth, or of the next when that would make the child an adult."""
    month = chance.choice((1, 1, 7))
    day = date(born.year, month, 1)
    return date(born.year + 1, month, 1) if age_on(day, turn) >= 18 else day


def draw_phone(chance: Chance) -> str:
    """Draw a number of the fictive range 06-00xxxxxx."""
    return f"0600{chance.randrange(1_000_000):06d}"


def draw_plate(chance: Chance) -> str:
    """Draw a plate of the old Dutch pattern."""
    one, two = ("".join(chance.choices(PLATE_LETTERS, k=2)) for _ in range(2))
    pair = chance.randint(10, 99)
    return chance.choice((f"{pair}-{one}-{two}", f"{one}-{two}-{pair}"))


def draw_v_number(chance: Chance, turn: date) -> str:
    """Draw an aliens number of ten digits; its first two are the year of the application."""
    return f"{turn.year % 100 + 20:02d}{chance.randrange(100_000_000):08d}"


def _give_company(chance: Chance, child: Child) -> None:
    child.contact = chance.choice(FACTS["words"]["contacts"])
    child.contact_phone = draw_phone(chance)
    child.plate = draw_plate(chance)


def _exploit(chance: Chance, child: Child) -> None:
    """Give a victim its forms, work names and, for some, the documents shown to the police."""
    child.forms = draw_forms(chance, child.group)
    child.loverboy = chance.random() < FACTS["loverboy"][child.group]
    if child.group != "other" and chance.share("work_name"):
        child.work_names = chance.sample(FACTS["words"]["work_names"], k=1 if chance.random() < 0.85 else 2)
    if child.life == "youth_care_victim":
        return
    drawn, shares = chance.random(), FACTS["shares"]
    if drawn < shares["changed_age"]:
        child.false.append(aged(chance, child.true))
    elif drawn < shares["changed_age"] + shares["false_identity"]:
        child.false.append(false_identity(chance, child))
        if chance.share("third_identity"):
            child.false.append(false_identity(chance, child))


def draw_forms(chance: Chance, group: str) -> list[str]:
    """Draw the forms of exploitation of a main group, in the words of the report."""
    if group == "prostitution":
        return ["prostitutie"]
    forms = [chance.by_weight(FACTS["forms"][group])]
    if chance.random() < FACTS["forms"]["second"]:
        forms.append(chance.by_weight(FACTS["forms"][group]))
    return list(dict.fromkeys((["prostitutie"] if group == "both" else []) + forms))


def aged(chance: Chance, true: Identity) -> Identity:
    """Return the own name with only the year of birth changed, so that the child is an adult on paper (S34)."""
    year = true.born.year - chance.randint(2, 5)
    day = 28 if (true.born.month, true.born.day) == (2, 29) else true.born.day
    return replace(true, born=date(year, true.born.month, day), kind="changed_age")


def false_identity(chance: Chance, child: Child) -> Identity:
    """Return another person's or an invented identity, adult on paper (S01, S02, S36)."""
    origin = chance.choice(FACTS["passports"]) if chance.share("foreign_passport") else child.true.origin
    born = child.turn - timedelta(days=int((18 + 5 * chance.random()) * 365.25))
    return draw_identity(chance, origin, child.sex, born, "false_identity")
