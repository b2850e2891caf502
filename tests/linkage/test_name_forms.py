"""Forms of names: spellings of one name that share a form, and names that do not, in plain lists."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.korean_names import is_korean_name, korean_name_apart, korean_readings
from linkage.name_forms import chinese_name_apart, chinese_readings, forms, skeleton, sounds

ONE_NAME = [
    ("Chinese: pinyin and Wade-Giles", "xiaoxing", "hsiaohsing"),
    ("Chinese: pinyin and Wade-Giles", "zhang", "chang"),
    ("Chinese: pinyin and Wade-Giles", "xu", "hsu"),
    ("Chinese: pinyin and Wade-Giles", "qing", "ching"),
    ("Chinese: pinyin and Wade-Giles", "zhou", "chou"),
    ("Chinese: pinyin and Cantonese", "zhang", "cheung"),
    ("Chinese: pinyin and Hokkien", "chen", "tan"),
    ("Arabic: Dutch and French", "joesoef", "youssouf"),
    ("Arabic: English and French", "rashid", "rachid"),
    ("Arabic: the article melts into the name", "abdurrahman", "abderrahmane"),
    ("Arabic: English and Dutch", "khalid", "chalid"),
    ("Arabic: Egyptian g", "naguib", "najib"),
    ("Somali", "axmed", "ahmed"),
    ("Slavic: English and Dutch", "khrushchev", "chroesjtsjov"),
    ("Slavic: English and German", "gorbachev", "gorbatschow"),
    ("Slavic: English and French", "pushkin", "pouchkine"),
    ("Slavic: a woman's family name", "petrov", "petrova"),
    ("Slavic: English and Dutch", "yulia", "joelia"),
    ("Turkish: letters lost and letters spelled out", "sahin", "schahin"),
    ("West African: French and English", "diallo", "jallow"),
    ("West African: French and English", "ouattara", "watara"),
    ("West African: French and English", "toure", "touray"),
    ("Indian", "lakshmi", "laxmi"),
    ("Indian", "krishna", "krsna"),
    ("Indian: v and w", "jaswinder", "jasvinder"),
    ("Spanish: b and v, z and s", "valdez", "baldes"),
    ("Basque and Spanish", "etxeberria", "echeverria"),
    ("Belarusian and Russian", "ipatau", "ipatov"),
    ("Serbian: French", "perisic", "perichitch"),
    ("Persian: q and gh", "qorbani", "ghorbani"),
    ("Arabic: the article is written on", "ezzahrani", "zahrani"),
    ("Dutch: ij and y", "dijkstra", "dykstra"),
    ("Dutch: x and ks", "bax", "baks"),
    ("Dutch: ph and f", "stephan", "stefan"),
]
TWO_NAMES = [
    ("li", "lin"),
    ("mina", "mira"),
    ("tran", "tram"),
    ("salam", "salim"),
    ("karim", "karam"),
    ("hassan", "hussein"),
    ("sow", "diop"),
    ("xiaoming", "xiaoling"),
]


@pytest.mark.parametrize(("tradition", "one", "other"), ONE_NAME)
def test_spellings_of_one_name_share_a_form(tradition, one, other):
    assert set(forms(one)) & set(forms(other)), tradition


@pytest.mark.parametrize(("one", "other"), TWO_NAMES)
def test_names_that_look_alike_share_no_form_of_sound(one, other):
    assert not sounds(one) & sounds(other)


def test_a_spelling_of_wade_giles_without_apostrophe_stands_for_both_syllables():
    assert {"zhang", "chang"} <= chinese_readings("chang")


def test_a_name_with_a_letter_of_pinyin_alone_is_read_as_pinyin_alone():
    assert chinese_readings("xiaohong") == {"xiaohong"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("yongchol", "youngchul"), ("pyongho", "byungho"), ("myong", "myeong"), ("su", "soo"), ("ri", "lee")],
)
def test_spellings_of_one_korean_name_share_a_reading(one, other):
    assert korean_readings(one) & korean_readings(other)


@pytest.mark.parametrize(("one", "other"), [("chol", "chun"), ("il", "su"), ("kim", "kang"), ("jae", "jin")])
def test_different_korean_names_share_no_reading(one, other):
    assert not korean_readings(one) & korean_readings(other)


def test_a_korean_name_has_a_korean_family_name():
    assert is_korean_name(("kim", "yong", "chol"))
    assert not is_korean_name(("tim", "yong", "chol")) and not is_korean_name(("kim", "popescu"))


def test_a_full_name_without_blanks_is_taken_apart():
    assert chinese_name_apart("zhaolianhai") == ("zhao", "lianhai")
    assert korean_name_apart("gimyeongcheol") == ("gim", "yeongcheol")
    assert chinese_name_apart("katalina") == korean_name_apart("popescu") == ()


def test_what_is_no_chinese_syllable_has_no_reading():
    assert chinese_readings("popescu") == frozenset()


def test_the_skeleton_of_a_form_leaves_vowels_and_confusable_sounds_out():
    assert skeleton("ar:gadafi") == skeleton("ar:kadafi")


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_name_has_forms_without_an_error(text):
    assert forms(text) == tuple(sorted(set(forms(text))))


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=14))
@settings(max_examples=300, deadline=None)
def test_every_name_of_letters_has_few_forms(token):
    assert len(forms(token)) < 400
