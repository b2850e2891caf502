"""How much whole names agree, in plain lists: names of one person, and names of two."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.name_agreement import NameAgreement
from linkage.token_agreement import common_shares

ONE_PERSON = [
    ("CHEN Xiaoxing", "Hsiao-hsing Ch'en"),
    ("Xing Xiao Chen", "Chen, Xiao-xing"),
    ("Zhang Qing", "Cheung Ching"),
    ("Abd al-Rahman Benali", "Abdurrahman Ben Ali"),
    ("Muammar Gaddafi", "Moeammar Kadhafi"),
    ("Usama bin Muhammad bin Awad bin Ladin", "Osama bin Laden"),
    ("Salman bin Muhammad", "Selman ben Mohamed"),
    ("Abdel Fattah el-Sisi", "Abdelfattah Elsisi"),
    ("Nikita Khrushchev", "Chroesjtsjov, Nikita"),
    ("Yuliya Tymoshenko", "Joelia Timosjenko"),
    ("Ayşe Güneş", "Aisha Gunes"),
    ("Ousmane Diallo", "Usman Jalloh"),
    ("Lakshmi Mittal", "Laxmi Mital"),
    ("Joke van den Berg", "Johanna Vandenberg"),
    ("Theo van der Heijden", "Theodorus v.d. Heyden"),
    ("Yena Popescu", "Yena Popesco"),
    ("Kim Jong-un", "Kim Jongun"),
    ("Lee Myung-bak", "Yi Myŏng-bak"),
    ("Han Seung-soo", "Han Sung Su"),
    ("Lau Chun Kit", "Liu Junjie"),
    ("Shams al-Din Rahimi", "Shamsuddin Rahimi"),
    ("Sean O'Donnell", "O DONNELL, Sean"),
    ("Anis ur-Rahman Haque", "Anisur Rehman Haq"),
    ("Aliaksei Karpovich", "Alexey Karpovich"),
    ("Dušan Perišić", "Douchan Perichitch"),
    ("Colonel Ratko Babic", "Ratko Babić"),
    ("Carlos Perez", "PEREZ GARCIA, Carlos"),
]
OTHER_SCRIPTS = [
    ("Юрий Щербаков", "Yuri Shcherbakov"),
    ("Сергій Курченко", "Sergey Kurchenko"),
    ("محمود عباس", "Mahmoud Abbas"),
    ("عبد الرحمن الحسيني", "Abdurrahman al-Husseini"),
    ("陈水扁", "Chen Shui-bian"),
    ("王明山", "Wong Ming Shan"),
    ("김정은", "Kim Jong Un"),
    ("이명박", "Lee Myung-bak"),
]
TWO_PERSONS = [
    ("Maria Lopez", "Yena Popescu"),
    ("Mohamed Ali", "Mohamed Hassan"),
    ("Jaswinder Singh", "Balwinder Singh"),
    ("Mina Jansen", "Mira Jansen"),
    ("Fatou Camara", "Fanta Kamara"),
    ("Joke van den Berg", "Willem van den Berg"),
    ("Tran Thi Hoa", "Tran Thi Huong"),
    ("Salman bin Muhammad", "Mohammed bin Salman"),
    ("Ivan Petrov", "Ivana Petrova"),
    ("Li Na", "Lin Ma"),
    ("van den Berg", "van der Meer"),
    ("J. Jansen", "Willem Jansen"),
    ("Kim Yong Chol", "Kim Yong Chun"),
    ("Wang Wei", "Wang Lei"),
    ("Nabil al-Assad", "Nabila Asad"),
    ("Viktor Popov", "P. v.d. Meulen"),
    ("Ali Hassan Karimi", "Ali Mansur Karimi"),
]


@pytest.fixture(scope="module")
def agreement() -> NameAgreement:
    return NameAgreement()


@pytest.mark.parametrize(("one", "other"), ONE_PERSON)
def test_names_of_one_person_agree(agreement, one, other):
    assert agreement.score_names(one, other) > 8


@pytest.mark.parametrize(("one", "other"), TWO_PERSONS)
def test_names_of_two_persons_do_not(agreement, one, other):
    assert agreement.score_names(one, other) < 4


@pytest.mark.parametrize(("one", "other"), OTHER_SCRIPTS)
def test_a_name_in_another_script_agrees_with_its_spelling(agreement, one, other):
    assert agreement.score_names(one, other) > 8


def test_two_names_without_vowels_are_told_apart(agreement):
    assert agreement.score_names("محمود عباس", "Yahya Sinwar") < 0
    assert agreement.score_names("محمود عباس", "يحيى السنوار") < 0


def test_names_of_which_only_initials_agree_tell_nothing(agreement):
    assert agreement.score_names("A. B.", "Anna Bos") <= 0


def test_a_common_name_tells_less_than_a_rare_one(agreement):
    assert agreement.score_names("Mohamed", "Muhammad") < 6 < agreement.score_names("Oghenekaro", "Oghenekaro")


def test_the_share_counted_tonight_goes_before_the_declared_one():
    counted = NameAgreement({"oghenekaro": 0.1})
    assert counted.score(("oghenekaro",), ("oghenekaro",)) < 4


def test_spellings_of_one_name_share_how_common_it_is():
    counted = NameAgreement({"jallow": 0.05, "diallo": 0.05})
    assert counted.score(("jallow",), ("dialo",)) < 4


def test_a_typing_error_is_not_made_by_many_persons(agreement):
    often = NameAgreement({"kowalski": 0.002, "kowalska": 0.002, "kowalsli": 0.00001})
    assert often.score(("kowalski",), ("kowalsli",)) > 0
    assert NameAgreement({"kowalski": 0.002, "kowalsli": 0.002}).score(("kowalski",), ("kowalsli",)) < 0


def test_an_initial_tells_less_than_the_name_and_a_wrong_one_speaks_against(agreement):
    full, initial, wrong = (
        agreement.score_names("Anne Vermeij", other) for other in ("Anne Vermeij", "A. Vermeij", "B. Vermeij")
    )
    assert full > initial > 6 > wrong


def test_a_second_given_name_in_one_register_costs_little(agreement):
    assert (
        agreement.score_names("Anne Vermeij", "Anne Sophia Vermeij")
        > agreement.score_names("Anne Vermeij", "Anne Vermeij") - 2
    )


def test_a_shared_prefix_is_no_shared_name(agreement):
    assert agreement.score_names("van Popescu", "van Oghenekaro") < 0


def test_an_empty_name_says_nothing(agreement):
    assert agreement.score((), ("anne",)) == agreement.score((), ()) == 0.0


def test_every_declared_share_is_a_share():
    assert all(0 < share < 1 for share in common_shares().values())


names = st.lists(
    st.sampled_from(
        [
            "mohamed",
            "ali",
            "bin",
            "salman",
            "xiao",
            "xing",
            "xiaoxing",
            "chen",
            "a",
            "van",
            "berg",
            "vandenberg",
            "popescu",
        ]
    ),
    max_size=5,
).map(tuple)


@given(names, names)
@settings(max_examples=400, deadline=None)
def test_the_score_is_the_same_both_ways_and_every_time(left, right):
    one = NameAgreement()
    assert one.score(left, right) == pytest.approx(one.score(right, left))
    assert NameAgreement().score(left, right) == one.score(left, right)


@given(names, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_a_name_agrees_with_itself_at_least_as_well_as_with_less_of_it(name, chance):
    agreement = NameAgreement()
    assert agreement.score(name, name) >= agreement.score(name, name[:-1]) - 1e-9


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_whatever_stands_in_a_name_is_scored_without_an_error(one, other):
    assert isinstance(NameAgreement().score_names(one, other), float)
