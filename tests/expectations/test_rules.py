import pytest

from connectors.installation import OneLineError
from connectors.reading import FINDING_COLUMNS
from connectors.records import COLUMN_NAMES, ROW_COLUMN_NAMES
from connectors.register import REGISTERS, load_register
from expectations.rules import foreseen_problems, load_rules, rule_from, rule_of_problem, rules_of

# Levels of the input contract (registers.md, table under Files) and of the rules that follow from the report.
REFUSED = [
    "unreadable", "wrong_layout", "wrong_encoding", "cut_off", "doctype", "empty_file", "no_rows", "minor_flag_column",
    "older_than_last",
]  # fmt: skip
SET_ASIDE = [
    "no_key", "impossible_date", "encounter_after_registration", "departure_before_arrival", "age_out_of_bounds",
    "points_below_threshold", "duplicate_key", "unknown_mutation", "past_term",
]  # fmt: skip
WARNING = [
    "impossible_birth_date", "future_birth_date", "placeholder_birth_date", "unknown_code", "unknown_country",
    "unreadable_phone", "unreadable_plate", "unreadable_number", "missing_place", "missing_name", "missing_sex",
    "missing_age_at_recruitment", "male_at_stv", "mob_without_guardian", "adult_on_mob_list", "signal_sum_differs",
    "recruitment_after_report", "missing_v_number", "unknown_label", "unknown_element",
    "unknown_dossier", "no_byte_order_mark",
]  # fmt: skip


@pytest.mark.parametrize(("level", "names"), [("refused", REFUSED), ("set_aside", SET_ASIDE), ("warning", WARNING)])
def test_every_rule_of_the_contract_has_its_level(level, names):
    rules = load_rules()
    assert {name: rules[name].level for name in names} == dict.fromkeys(names, level)


def test_every_rule_speaks_both_languages_and_names_its_source():
    for rule in load_rules().values():
        assert rule.sentence("nl").endswith(".") and rule.sentence("en").endswith("."), rule.name
        assert rule.sentence("nl") != rule.sentence("en"), rule.name
        assert rule.source and rule.registers, rule.name


def test_a_header_without_rows_is_a_warning_at_mob_and_refused_at_ikps_and_stv():
    levels = {register: load_rules()["no_rows"].level_at(register) for register in REGISTERS}
    assert levels["mob"] == "warning"
    assert levels["ikps"] == levels["stv"] == "refused"


PROBLEMS = [
    ("impossible_date:encountered_on", "impossible_date"),
    ("impossible_date:missing_since", "impossible_date"),
    ("impossible_date:guardian_assigned_on", "impossible_other_date"),
    ("impossible_date:a_date_of_tomorrow", "impossible_other_date"),
    ("unknown_code:sex", "unknown_code"),
    ("unknown_label:WAT DAN OOK", "unknown_label"),
    ("unreadable_plate:plates", "unreadable_plate"),
]


@pytest.mark.parametrize(("problem", "rule"), PROBLEMS)
def test_what_a_reader_reports_has_its_rule(problem, rule):
    assert rule_of_problem(problem).name == rule


def test_a_problem_without_a_rule_is_an_error_and_not_lost():
    with pytest.raises(OneLineError, match="unheard_of"):
        rule_of_problem("unheard_of:sex")


@pytest.mark.parametrize("name", REGISTERS)
def test_foreseen_problems_name_columns_of_rows_and_belong_to_rules_of_the_register(name):
    register = load_register(name)
    rules = {rule.name for rule in rules_of(register, "reading")}
    for problem in foreseen_problems(register):
        column = problem.partition(":")[2]
        assert rule_of_problem(problem).name in rules
        assert not column or column in COLUMN_NAMES or column in ROW_COLUMN_NAMES


def test_a_rule_with_an_unknown_register_level_or_column_is_refused_by_name():
    sound = {"level": "warning", "nl": "a.", "en": "b.", "source": "c", "registers": ["mob"], "found_in": "row"}
    for wrong in ({"level": "fatal"}, {"registers": ["kadaster"]}, {"columns": ["shoe_size"]}, {"colour": "red"}):
        with pytest.raises(OneLineError, match="rule tried"):
            rule_from("tried", {**sound, **wrong})


def test_findings_have_no_column_for_a_value():
    assert FINDING_COLUMNS == ("register", "file", "row_key", "level", "rule", "column", "detail")
