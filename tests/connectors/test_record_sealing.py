"""What identifies in a registration, sealed: the same again for the same, and nothing but for what it was sealed."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.installation import OneLineError
from connectors.keys import new_key
from connectors.record_sealing import (
    KEY,
    KEY_FILE,
    LISTED,
    NAMING,
    RAW,
    SEALED,
    TOKEN,
    NotOpened,
    RecordKeys,
    is_token,
    opened_values,
    sealed_values,
)
from connectors.records import IDENTIFYING, KINDS
from connectors.sealing import KEY as LANDING_KEY
from connectors.sealing import LandingKeys

ONE, OTHER = (base64.b64encode(bytes([digit]) * 32).decode() for digit in (1, 2))
NOWHERE = ("", "stv-1")
GIRL = {"given_names": "Verzonnen", "birth_year": 1989, "phones": ["+31600000001"], RAW: '{"naam": "Verzonnen"}'}


def keys(*words: str) -> RecordKeys:
    return RecordKeys.from_environment({KEY: " ".join(words)})


def sealed(said, where=NOWHERE, by=ONE):
    return sealed_values(said, *where, keys(by))


def test_what_is_sealed_cannot_be_read_and_opens_to_the_same_values():
    tokens = sealed(GIRL)
    assert set(tokens) == {SEALED, RAW}
    assert all(TOKEN.fullmatch(token) and "Verzonnen" not in token for token in tokens.values())
    assert opened_values({**tokens, "register": "stv"}, *NOWHERE, keys(ONE)) == {**GIRL, "register": "stv"}


def test_the_same_values_give_the_same_token_and_what_is_not_recorded_makes_no_difference():
    empty = {name: [] if name in LISTED else None for name in IDENTIFYING}
    assert sealed(GIRL) == sealed(dict(reversed(GIRL.items()))) == sealed({**empty, **GIRL})
    assert sealed(GIRL) != sealed({**GIRL, "given_names": "verzonnen"})
    assert sealed({})[SEALED] and sealed({})[RAW] is None


def test_equal_values_of_two_registrations_of_two_exports_and_under_two_keys_look_different():
    several = [sealed(GIRL), sealed(GIRL, ("", "stv-2")), sealed(GIRL, ("sample", "stv-1")), sealed(GIRL, by=OTHER)]
    for name in (SEALED, RAW):
        assert len({tokens[name].rpartition(".")[2] for tokens in several}) == 4


def test_an_export_and_a_registration_cannot_be_told_apart_wrongly():
    assert sealed(GIRL, ("a", "bc")) != sealed(GIRL, ("ab", "c"))


@pytest.mark.parametrize("where", [("", "stv-2"), ("sample", "stv-1")])
def test_a_token_in_another_row_is_refused(where):
    with pytest.raises(NotOpened, match="of another one"):
        opened_values(sealed(GIRL), *where, keys(ONE))


def changed(tokens):
    """Ways to lay hands on the two tokens of a row."""
    one, raw = tokens[SEALED], tokens[RAW]
    body = one.rpartition(".")[2]
    yield {SEALED: None, RAW: raw}
    yield {SEALED: "", RAW: raw}
    yield {SEALED: raw, RAW: one}
    yield {SEALED: one, RAW: None}
    yield {SEALED: one, RAW: GIRL[RAW]}
    yield {SEALED: one, RAW: raw, "given_names": "Iemand"}
    yield {SEALED: one, RAW: raw, "phones": ["+31600000002"]}
    yield {SEALED: f"{one}=", RAW: raw}
    yield {SEALED: f"wz2{one[3:]}", RAW: raw}
    yield from ({SEALED: one[:length], RAW: raw} for length in range(0, len(one), 7))
    for at in range(0, len(body) - 4, 5):
        yield {SEALED: one[: -len(body)] + body[:at] + ("A" if body[at] != "A" else "B") + body[at + 1 :], RAW: raw}


def test_a_token_that_is_cut_off_changed_swapped_or_taken_away_is_refused():
    tried = list(changed(sealed(GIRL)))
    assert len(tried) > 30
    for row in tried:
        with pytest.raises(NotOpened) as told:
            opened_values(row, *NOWHERE, keys(ONE))
        assert "\n" not in str(told.value) and "Verzonnen" not in str(told.value)


def test_who_is_not_given_the_delivered_row_opens_the_rest():
    assert opened_values({SEALED: sealed(GIRL)[SEALED]}, *NOWHERE, keys(ONE)) == {
        name: value for name, value in GIRL.items() if name != RAW
    }


def test_an_older_key_opens_and_a_key_that_is_not_there_is_named():
    tokens = sealed(GIRL)
    assert opened_values(tokens, *NOWHERE, keys(OTHER, ONE)) == GIRL
    for held, said in ((keys(OTHER), "another key is set"), (RecordKeys(), "no key is set")):
        with pytest.raises(OneLineError, match=said) as told:
            opened_values(tokens, *NOWHERE, held)
        assert keys(ONE).first in str(told.value) and KEY in str(told.value)


def test_what_lies_plain_stays_as_it_is():
    assert opened_values({**GIRL, SEALED: None}, *NOWHERE, RecordKeys()) == GIRL
    assert not is_token(GIRL[RAW]) and not is_token(None) and not is_token("wz1.abc.AAAA")


def test_a_key_is_given_as_one_of_landing_and_called_otherwise(tmp_path):
    word = new_key()
    file = tmp_path / "keys"
    file.write_text(f"{word}\n{ONE}\n")
    environment = {KEY_FILE: str(file), "WEERZIEN_HOME": str(tmp_path / "home")}
    found = RecordKeys.from_environment(environment)
    assert list(found.by_id) == [found.first, keys(ONE).first]
    # The same key in both places does not show by its name.
    assert found.first not in LandingKeys.from_environment({LANDING_KEY: word}).by_id
    assert word not in repr(found) and str(found.by_id[found.first]) not in repr(found)
    for wrong, said in (({KEY: "geheim"}, "32 bytes"), (environment | {KEY: ONE}, "both")):
        with pytest.raises(OneLineError, match=said) as told:
            RecordKeys.from_environment(wrong)
        assert "geheim" not in str(told.value)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
KIND = {"texts": st.lists(texts), "integer": st.integers(0, 9999)}
records = st.fixed_dictionaries({}, optional={name: KIND.get(KINDS[name], texts) for name in IDENTIFYING})


@given(records, texts, texts)
def test_whatever_is_recorded_opens_to_the_same(said, origin, record_id):
    tokens = sealed_values(said, origin, record_id, keys(ONE))
    known = {name: value for name, value in said.items() if value != []}
    opened = opened_values(tokens, origin, record_id, keys(ONE))
    assert {name: value for name, value in opened.items() if value is not None} == known
    assert set(NAMING) | {RAW} == set(IDENTIFYING)
