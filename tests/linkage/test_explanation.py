"""Explanations in words: complete in both languages, in order, adding up, and without any value of a registration."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from connectors.records import IDENTIFYING, records_frame
from linkage import knowledge
from linkage.classifier import IDENTITY_KIND
from linkage.explanation import EXPLAINED, LANGUAGES, explain, load_words, word
from linkage.model import load_model
from linkage.night import link_records

MODEL = load_model()
WORDS = load_words()
LEVELS = [(comparison.field, level.name) for comparison in MODEL.comparisons for level in comparison.levels]
RULES = sorted(knowledge.RULES)
DECISIONS = (
    "certain",
    "probable",
    "possible",
    "none",
    "through_others",
    "contradicted",
    "asked_for_missing",
    "separated",
)


def scored(
    weights: dict[str, tuple[str, float]], prior: float = -14.0, kind: float = -0.2, **columns: Any
) -> dict[str, Any]:
    """One scored pair: per field that was compared its level and bits."""
    row: dict[str, Any] = {f"bits_{IDENTITY_KIND}": kind}
    for comparison in MODEL.comparisons:
        level, bits = weights.get(comparison.field, ("", 0.0))
        row[comparison.field] = comparison.number(level) if level else 0
        row[f"bits_{comparison.field}"] = bits
    total = sum(bits for _, bits in weights.values()) + kind + prior
    row |= {"match_weight": total, "match_probability": 1 / (1 + 2**-total), "rule": "", "is_separated": False}
    return row | {"status": "link", "certainty": "certain", **columns}


def said(*rows: dict[str, Any], language: str = "nl") -> list[str]:
    return list(explain(pd.DataFrame(rows), MODEL)[f"explanation_{language}"])


def not_compared(weights: dict[str, Any], language: str) -> str:
    return ", ".join(WORDS["fields"][c.field][language] for c in MODEL.comparisons if c.field not in weights)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_level_rule_and_decision_has_its_words(language):
    assert [field for field, _ in LEVELS if not WORDS["fields"].get(field, {}).get(language)] == []
    assert [level for level in LEVELS if not WORDS["levels"][level[0]].get(level[1], {}).get(language)] == []
    assert [rule for rule in RULES if not WORDS["rules"].get(rule, {}).get(language)] == []
    assert [decision for decision in DECISIONS if not WORDS["decisions"].get(decision, {}).get(language)] == []


def test_every_text_is_there_in_both_languages():
    for group, names in WORDS.items():
        texts = [text for names in names.values() for text in names.values()] if group == "levels" else names.values()
        assert all(set(text) == set(LANGUAGES) and all(text.values()) for text in texts), group


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_no_words_is_called_by_its_name(language):
    assert word(language, "levels", "name", "quite_new") == "name: quite new"
    assert word(language, "levels", "shoe_size", "same") == "shoe size: same"
    assert word(language, "rules", "new_rule") == "new rule"


STRONG = {
    "birth_date": ("year_differs", 4.12),
    "name": ("same_very_rare", 15.83),
    "sex": ("different", -4.66),
    "network": ("none", -0.61),
}


def test_the_strongest_comes_first_and_what_speaks_for_before_what_speaks_against():
    assert said(scored(STRONG, certainty="probable")) == [
        "Zelfde zeldzame naam (+15,8); alleen het geboortejaar verschilt (+4,1); ander geslacht (-4,7); geen telefoon, "
        f"kenteken of contact gemeen (-0,6). Niet te vergelijken: {not_compared(STRONG, 'nl')}. "
        "Vooraf -14,2, samen +0,5: kans 0,58, toch dezelfde persoon, door andere registraties."
    ]
    assert said(scored(STRONG, prior=-10.0, certainty="probable"), language="en") == [
        "Same rare name (+15.8); only the birth year differs (+4.1); another sex (-4.7); no telephone, plate or contact "
        f"in common (-0.6). Not comparable: {not_compared(STRONG, 'en')}. "
        "Beforehand -10.2, together +4.5: probability 0.95, probably the same person."
    ]


def test_another_identity_is_a_weight_of_its_own():
    (text,) = said(scored({"name": ("different", -0.37)}, kind=-3.31, status="no_link", certainty="none"))
    assert text.startswith("Gerekend als een andere identiteit van dezelfde persoon (-3,3); andere naam (-0,4). ")
    assert text.endswith(" Vooraf -14,0, samen -17,7: kans onder 0,01, niet gekoppeld.")


def test_a_rule_is_said_and_decides_instead_of_the_sum():
    rule = {"rule": "lent_document", "match_weight": 5.0, "match_probability": 0.97, "certainty": "probable"}
    (text,) = said(scored({"birth_date": ("same_day", 11.2)}, **rule))
    assert text.endswith(
        f" Regel: {WORDS['rules']['lent_document']['nl']}. Kans 0,97, waarschijnlijk dezelfde persoon."
    )
    assert "Vooraf" not in text


DECIDED = [
    ({"match_probability": 0.9999}, "kans ten minste 0,99, zeker dezelfde persoon."),
    ({"match_probability": 0.98999, "certainty": "probable"}, "kans 0,98, waarschijnlijk dezelfde persoon."),
    (
        {"match_probability": 0.35, "certainty": "probable"},
        "kans 0,35, toch dezelfde persoon, door andere registraties.",
    ),
    (
        {"match_probability": 0.35, "status": "review", "certainty": "possible"},
        "mogelijk dezelfde persoon, ter beoordeling.",
    ),
    (
        {"match_probability": 0.9, "status": "review", "certainty": "possible"},
        "want andere registraties spreken het tegen.",
    ),
    ({"match_probability": 0.05, "status": "review", "certainty": "possible"}, "want het gaat om een vermist kind."),
    ({"match_probability": 0.05, "status": "no_link", "certainty": "none"}, "kans 0,05, niet gekoppeld."),
    (
        {
            "match_probability": 0.0,
            "status": "no_link",
            "certainty": "none",
            "is_separated": True,
            "rule": "companions",
        },
        "Kans onder 0,01, apart gehouden.",
    ),
]


@pytest.mark.parametrize(("columns", "end"), DECIDED)
def test_what_was_decided_ends_the_text(columns, end):
    (text,) = said(scored(STRONG, **columns))
    assert text.endswith(end)


def test_nothing_to_compare_is_said():
    assert said(scored({}, status="no_link", certainty="none"))[0].startswith("Niets te vergelijken. ")


def test_levels_and_weights_stay_as_json_and_equal_pairs_have_equal_texts():
    rows = [scored(STRONG), scored({"sex": ("same", 0.67)}, status="no_link", certainty="none"), scored(STRONG)]
    found = explain(pd.DataFrame(rows, index=[7, 3, 5]), MODEL)
    assert tuple(found) == EXPLAINED
    assert found["levels"][1] == '{"sex": "same"}'
    assert found["weights"][1] == f'{{"sex": 0.67, "{IDENTITY_KIND}": -0.2}}'
    assert [texts[0] == texts[2] != texts[1] for texts in found.values()] == [True] * len(EXPLAINED)


def test_no_pairs_have_no_texts():
    none = pd.DataFrame([scored(STRONG)]).head(0)
    assert [len(texts) for texts in explain(none, MODEL).values()] == [0] * len(EXPLAINED)


@pytest.fixture
def night(registration):
    """Two girls and a boy with everything that could leak."""
    shared = {"phones": ["+31612345678"], "plates": ["12ABCD"], "contacts": ["pimp:tom"], "place": "leeuwarden"}
    records = [
        registration("telex", "2004/03/0412", "Isoken", "Uwaemeka", "1989-07-14", sex="female", nationality=["NGA"],
                     missing_since="2004-02-29", missing_status="open", **shared),
        registration("ikps", "IK-04-000077", "Isoken", "Uwaemeka", "1984-07-14", sex="female", nationality=["NGA"],
                     encountered_on="2004-11-23", **shared),
        registration("stv", "2004/9", "Isoke", "Uwaemeka", "1989", sex="female", encountered_on="2004-11-23",
                     place="leeuwarden", aliases=["Candy"]),
        registration("mob", "mob_200402_SNEEK.csv#3", "Dragan", "Petrovic", "1988-01-01", sex="male",
                     v_number="2401234567", missing_since="2004-02-17", departure_category="address_check"),
        registration("mob", "mob_200403_SNEEK.csv#4", "Dragan", "Petrovic", "1988-01-01", sex="male",
                     v_number="2401234567", missing_since="2004-03-19", departure_category="address_check"),
    ]  # fmt: skip
    return records, link_records(records_frame(records), MODEL)


def test_no_value_of_a_registration_is_in_a_text(night):
    records, found = night
    assert len(found.pairs) > 2
    told = {name: [record[name] for record in records] for name in (*IDENTIFYING, "source_key", "record_id")}
    told |= {"days": [record[name] for record in records for name in ("missing_since", "encountered_on")]}
    items = [
        item for held in told.values() for value in held for item in (value if isinstance(value, list) else [value])
    ]
    values = {part for item in items if item for part in (str(item).lower(), *re.split(r"[\s:/-]", str(item).lower()))}
    values = {value for value in values if len(value) > 3} - {"telex", "ikps"}
    assert len(values) > 30
    texts = [text for column in ("explanation_nl", "explanation_en") for text in found.pairs[column]]
    texts += [text for column in ("reason", "reason_en") for text in found.resurfacings[column]]
    texts += [text for column in ("reason_nl", "reason_en") for text in found.candidates[column]]
    assert sorted(value for value in values if any(value in text.lower() for text in texts)) == []
    # Only weights, probabilities and numbers of rules are written in digits.
    left = [re.sub(r"[+-]?\d+[.,]\d+|\bS\d\d\b|(punt|point) 11", "", text) for text in texts]
    assert [text for text in left if re.search(r"\d", text)] == []


def test_the_weights_add_up_where_no_rule_decides(night):
    _, found = night
    by_weights = found.pairs[found.pairs["decided_by"].str.startswith("model")]
    assert len(by_weights)
    for pair in by_weights.itertuples():
        told, _, end = pair.explanation_en.partition("Beforehand ")
        told_bits = [float(bits) for bits in re.findall(r"\(([+-]?\d+\.\d)\)", told)]
        prior, total = (float(bits) for bits in re.findall(r"[+-]\d+\.\d\b", end)[:2])
        assert total == pytest.approx(pair.match_weight, abs=0.2)
        assert sum(told_bits) + prior == pytest.approx(total, abs=0.1 * (len(told_bits) + 1))
