"""Whatever is delivered is read or refused: nothing is raised, every row is counted, and no finding tells a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzzing.child import IN_CHILD, Child
from benchmarks.fuzzing.mutations import delivery_bytes
from benchmarks.fuzzing.seeds import SEEDS, sheet_xml, stv_lines, workbook, written
from benchmarks.fuzzing.trial import CheckOfRows, Verdict, judged
from connectors.register import REGISTERS

Judge = Callable[[str, bytes], Verdict]
EXAMPLES = settings(max_examples=60, deadline=None, derandomize=True)
FEW = 20


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    folder = tmp_path_factory.mktemp("deliveries")
    children = {register: Child(register, folder / f"{register} in child") for register in IN_CHILD}

    def of(register: str, content: bytes) -> Verdict:
        if register in children:
            return children[register].judged(content)
        return judged(register, content, folder / register)

    yield of
    for child in children.values():
        child.end()


def in_place(register: str, column: str, value: str) -> bytes:
    """A delivery of one row with one value of its own."""
    return written(register, [{**SEEDS[register].rows[0], column: value}])


def with_far_cell(at: str) -> bytes:
    """A workbook with one cell far away from all others."""
    lines = stv_lines(list(SEEDS["stv"].rows))
    return workbook(sheet_xml(lines, {(1, 0): f'<c r="{at}"><v>1</v></c>'}))


@pytest.mark.parametrize("register", REGISTERS)
def test_the_seeds_are_valid_before_they_are_broken(judge: Judge, register: str) -> None:
    verdict = judge(register, written(register, list(SEEDS[register].rows)))
    assert (verdict.fault, verdict.refused, len(verdict.rows)) == ("", "", len(SEEDS[register].rows))
    assert sum(map(len, verdict.rows["problems"])) <= 1


def test_a_delivery_can_be_made_again_from_its_number() -> None:
    for register in REGISTERS:
        made = [delivery_bytes(register, 1, number) for number in range(50)]
        assert made == [delivery_bytes(register, 1, number) for number in range(50)]
        assert len(set(made)) > 40


@pytest.mark.parametrize("register", REGISTERS)
@EXAMPLES
@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(judge: Judge, register: str, content: bytes) -> None:
    assert judge(register, content).fault == ""


@pytest.mark.parametrize("register", REGISTERS)
@EXAMPLES
@given(number=st.integers(0, 2**32))
def test_a_broken_delivery_is_read_or_refused(judge: Judge, register: str, number: int) -> None:
    assert judge(register, delivery_bytes(register, 0, number)).fault == ""


@pytest.mark.parametrize("register", REGISTERS)
def test_rows_of_broken_deliveries_are_accepted_or_set_aside(judge: Judge, register: str) -> None:
    verdicts = [judge(register, delivery_bytes(register, 0, number)) for number in range(60)]
    rows = [verdict.rows for verdict in verdicts if len(verdict.rows)]
    assert len(rows) >= FEW
    assert CheckOfRows(register).fault(rows) == ""


HEADER_ROW_IN_ONE = b";".join(written("ikps", [SEEDS["ikps"].rows[0]]).split(b"\r\n"))
HARD = {
    "a header and its first row on one line": ("ikps", HEADER_ROW_IN_ONE),
    "a header of very many columns": ("ikps", written("ikps", []).replace(b"\r\n", b";" * 300_000 + b"\r\n")),
    "a cell far to the right and below": ("stv", with_far_cell("XFD1048576")),
    "a cell in a column that no sheet has": ("stv", with_far_cell("ZZZZZZZ1")),
    "a cell in the last row": ("stv", with_far_cell("A1048576")),
    "a name of very many words": ("mob", in_place("mob", "naam", "a " * 60_000)),
    "a name of very many words in capitals": ("telex", in_place("telex", "NAAM", "AA " * 40_000 + "a")),
    "a value of very many lines": ("telex", in_place("telex", "SIGN", "1\n  " * 30_000)),
    "a label very many times": ("telex", written("telex", []) + b"ZCZC\n" + b"SIGN: ZWARTE JAS\n" * 150_000 + b"NNNN\n"),
    "a nationality of very many blanks": ("youth_care", in_place("youth_care", "Nationaliteit", f"x{' ' * 60_000}y")),
    "elements very deep in each other": ("youth_care", b"<a>" * 100_000),
    "an entity that grows": ("youth_care", b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 50_000 + b'">]><a>' + b"&b;" * 50_000),
}  # fmt: skip


@pytest.mark.parametrize("what", HARD)
def test_what_is_hard_to_read_is_read_or_refused_in_time(judge: Judge, what: str) -> None:
    assert judge(*HARD[what]).fault == ""
