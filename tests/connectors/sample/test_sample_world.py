"""The children of the synthetic world: shares of the report, and names that do not collapse onto few."""

from collections import Counter
from datetime import date, timedelta

import pytest

from connectors.sample.chance import FACTS, Chance, age_on
from connectors.sample.companions import Companions
from connectors.sample.delivery_days import delivery_day
from connectors.sample.distortions import misspelt, written_birth, written_day, written_phone
from connectors.sample.ikps import years_before
from connectors.sample.naming import GROUPS, draw_identity, female_form
from connectors.sample.telex import WIDTH, wrapped
from connectors.sample.world import ORIGINS, aged, make_child

LAST = date(2005, 6, 30)


@pytest.fixture(scope="module")
def children():
    chance = Chance("test")
    return [make_child(chance, number, LAST) for number in range(12_000)]


def test_main_groups_have_the_published_shares(children):
    groups = Counter(child.group for child in children if child.group)
    total = sum(groups.values())
    for name, share in FACTS["main_group"].items():
        assert groups[name] / total == pytest.approx(share, abs=0.02)


def test_loverboys_have_the_published_share_among_prostitution_only(children):
    drawn = [child.loverboy for child in children if child.group == "prostitution"]
    assert sum(drawn) / len(drawn) == pytest.approx(0.485, abs=0.03)


def test_the_sexes_have_the_published_shares(children):
    drawn = [child.sex for child in children if child.group == "prostitution" and child.life != "adult_victim"]
    assert drawn.count("v") / len(drawn) == pytest.approx(157 / 168, abs=0.02)


def test_a_minor_life_begins_before_eighteen(children):
    for child in children:
        adult = child.life.startswith("adult")
        assert (age_on(child.true.born, child.turn) >= 18) == adult


def test_a_false_identity_makes_an_adult_or_keeps_the_name(children):
    drawn = [(child, identity) for child in children for identity in child.false]
    assert {identity.kind for _, identity in drawn} == {"changed_age", "false_identity"}
    for child, identity in drawn:
        if identity.kind == "changed_age":
            assert identity.family == child.true.family
            assert identity.born.year < child.true.born.year
            assert identity.born.month == child.true.born.month
        else:
            assert age_on(identity.born, child.turn) >= 17


def test_someone_born_on_a_leap_day_can_be_aged():
    identity = draw_identity(Chance(1), ORIGINS[0], "v", date(1988, 2, 29))
    assert aged(Chance(1), identity).born.month == 2


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_a_group_has_enough_names(group):
    names = GROUPS[group]
    assert len({*names.given["v"], *names.given["m"]}) >= 60
    assert len(set(names.family)) >= 75
    assert all(
        share == 0.0 or len(parts[0]) * len(parts[1]) > 20
        for share, parts in ((names.joined_given, names.given_parts), (names.joined_family, names.family_parts))
    )


def test_dutch_has_many_family_names():
    assert len(set(GROUPS["dutch"].family)) >= 250


@pytest.mark.parametrize(
    "origin", [origin for origin in ORIGINS if origin["country"] in ("Nederland", "China", "Nigeria")]
)
def test_full_names_do_not_collapse_onto_few(origin):
    chance = Chance("names")
    drawn = Counter()
    for _ in range(5000):
        identity = draw_identity(chance, origin, "v", LAST)
        drawn[identity.given, identity.prefix, identity.family] += 1
    assert len(drawn) > 4000
    assert max(drawn.values()) < 15


def test_a_girl_bears_the_female_form_of_a_slavic_name():
    assert female_form("Kowalski", GROUPS["polish"]) == "Kowalska"
    assert female_form("Petrov", GROUPS["slavic"]) == "Petrova"
    assert female_form("Shevchenko", GROUPS["slavic"]) == "Shevchenko"


def test_each_group_of_companions_holds_different_children():
    companions = Companions(Chance("groups"), [LAST], ["Den Haag"])
    for kind in FACTS["groups_of_children"]:
        group = getattr(companions, "_" + kind)(10)
        assert len({child.child_id for child, _ in group}) == len(group) >= 2


def test_a_lent_passport_is_shown_by_two_girls():
    companions = Companions(Chance("passport"), [LAST], ["Den Haag"])
    (_, (one,)), (_, (other,)) = companions._lent_passport(1)
    assert one.identity == other.identity == "false_identity"
    assert one.row["korps"] != other.row["korps"]


def test_a_spelling_keeps_the_word_in_shape():
    chance = Chance("spelling")
    written = {misspelt(chance, "Xiaoxing", GROUPS["chinese"].spellings) for _ in range(400)}
    assert len(written) > 10
    assert all(word[0].isupper() or word[0].isalpha() for word in written)


def test_a_birth_date_of_which_only_the_year_is_known_shows_no_day():
    chance, identity = Chance("birth"), draw_identity(Chance(2), ORIGINS[0], "v", date(1989, 5, 17))
    for _ in range(300):
        assert "17" not in written_birth(chance, identity, "year")


def test_a_day_is_written_in_the_notations_of_the_contract():
    chance = Chance("day")
    assert {written_day(chance, date(2004, 3, 8)) for _ in range(200)} == {"08-03-2004", "2004-03-08", "8-3-2004"}
    assert written_day(chance, None) == ""


def test_a_phone_is_written_in_several_ways():
    chance = Chance("phone")
    assert len({written_phone(chance, "0600123456") for _ in range(200)}) == 5
    assert written_phone(chance, "") == ""


@pytest.mark.parametrize("hard", [True, False])
def test_a_long_telex_line_is_continued_with_two_blanks(hard):
    line = (
        "CONTACT: TOM TEL 06-00000001 KENT 12-AB-CD " + "X" * 20 + " EN NOG VEEL MEER TEKST OP DEZE REGEL 06-00000002"
    )
    lines = wrapped(line, hard)
    assert max(map(len, lines)) <= WIDTH
    assert all(part.startswith("  ") for part in lines[1:])
    assert wrapped("KORT", hard) == ["KORT"]


def test_history_arrives_by_the_fortnight_and_nights_by_the_day():
    nights = [LAST - timedelta(days=1), LAST]
    assert delivery_day(LAST, nights) == LAST
    assert delivery_day(date(2005, 6, 28), nights) == date(2005, 6, 28)
    days = {delivery_day(date(2005, 6, 28) - timedelta(days=back), nights) for back in range(28)}
    assert days == {date(2005, 6, 28), date(2005, 6, 14)}


def test_two_years_before_a_leap_day_is_a_day():
    assert years_before(date(2004, 2, 29)) == date(2002, 2, 28)
