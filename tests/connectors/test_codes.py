"""Code lists: spellings of the contract and the rule book, and no default for what is unknown."""

from importlib import resources

import pytest

from connectors.codes import code_list, label, read_code, read_flag

LISTS = sorted(
    entry.name.removesuffix(".toml")
    for entry in (resources.files("connectors") / "codes").iterdir()
    if entry.name.endswith(".toml") and entry.name not in ("countries.toml", "name_prefixes.toml")
)
SPELLINGS = [
    ("departure_category", "Controle adres", "address_check"),
    ("departure_category", "Aanzegging na opheffing vreemdelingenbewaring", "detention_lifted"),
    ("residence_status", "zonder status", "none"),
    ("residence_status", "Nederlandse nationaliteit", "dutch"),
    ("residence_status", "asielzoeker in gezinsverband", "asylum_with_family"),
    ("missing_category", "VERMIST AMA", "missing_ama"),
    ("exploitation_forms", "Misleiding voetbalcontract", "football"),
    ("exploitation_forms", "Illegale adoptie", "illegal_adoption"),
    ("vulnerabilities", "Financiële redenen", "financial"),
    ("vulnerabilities", "financiele redenen", "financial"),
    ("heading", "wegloopproblematiek", "runaway"),
    ("reporter_kind", "KMar", "border_police"),
    ("b9_stage", "bedenktijd", "reflection_period"),
    ("certainty", "daadwerkelijk", "actual"),
    ("document_status", "vervalst", "forged"),
    ("contact_role", "pooier", "pimp"),
    ("exploitation_forms", "(georganiseerde) criminaliteit", "crime"),
    ("exploitation_forms", "Middenstand (kapsalon e.d.)", "retail"),
    ("exploitation_forms", "Drugs (handel / smokkel)", "drugs"),
    ("vulnerabilities", "Anders (e.g. baby's)", "other"),
    ("residence_status", "B9-regeling (B9 VVR)", "b9"),
    ("residence_status", "illegaal (zonder status)", "none"),
    ("departure_category", "Overgave na controle MTV (Mobiel Toezicht Vreemdelingen)", "mtv_handover"),
    ("missing_category", "VERMIST (AMA)", "missing_ama"),
    ("missing_category", "VERMIST-AMA", "missing_ama"),
    ("intent", "geen fin. gewin", "no_financial_gain"),
    ("exploiter_kind", "pooiervriendje", "pimp"),
    ("measure", "uithuisplaatsing", "other"),
    ("living_situation", "pleeggezin", "other"),
]
# Words that name a person or an answer, and none of the codes.
NO_KIND = [
    ("contact_role", "vriend"),
    ("exploiter_kind", "vriend"),
    ("exploiter_kind", "mensenhandelaar"),
    ("intent", "nee"),
]


@pytest.mark.parametrize("name", LISTS)
def test_every_code_has_labels_in_both_languages_and_reads_itself(name):
    for code in code_list(name).codes:
        assert label(name, code, "nl")
        assert label(name, code, "en")
        assert read_code(name, label(name, code, "nl")) == (code, False)


@pytest.mark.parametrize(("name", "written", "code"), SPELLINGS)
def test_spellings_of_the_registers_are_known(name, written, code):
    assert read_code(name, written) == (code, False)


def test_an_unknown_value_is_told_and_never_becomes_a_default():
    assert read_code("residence_status", "iets anders dan alles") == (None, True)
    assert read_code("residence_status", "onbekend") == (None, False)
    assert read_code("residence_status", "n.v.t.") == (None, False)
    assert read_code("at_school", "nvt") == ("not_applicable", False)


@pytest.mark.parametrize(("name", "written"), NO_KIND)
def test_a_word_that_names_no_code_is_not_read_as_an_accusation_or_a_doubt(name, written):
    assert read_code(name, written) == (None, True)


def test_a_lists_own_way_to_say_nothing_is_nothing_and_no_finding():
    assert read_code("sex", "O") == (None, False)
    assert read_code("sex", "0") == (None, False)
    assert read_code("measure", "geen") == (None, False)


def test_yes_and_no_are_read_and_the_rest_is_told():
    assert [read_flag(written) for written in ("ja", "J", "nee", "N", "", "?", "misschien", "niet gedaan")] == [
        (True, False), (True, False), (False, False), (False, False), (None, False), (None, False), (None, True), (False, False),
    ]  # fmt: skip
