"""How a valid delivery is broken: its bytes, its lines, its values, and of a workbook its cells and its archive."""

import random
from collections.abc import Callable

from benchmarks.fuzzing.seeds import SEEDS, Row, column_letters, sheet_xml, stv_lines, workbook, written

# Long runs: mostly short ones, because one of the longest costs as much as a thousand others.
RUNS = (10, 100, 100, 1_000, 1_000, 10_000, 70_000, 140_000)
TOKENS = (
    "\x00", "\ufeff", ";", "|", '"', "'", ",", "\n", "\r", "\r\n", "\t", "\x1e", "\x1c", "\x85", "\u2028", "\u202e",
    "İ", "ß", "😀", "00-00-0000", "31-02-2004", "29-02-1900", "1989", "±1989", "ca. 99999", "CA 14 JR", "17-18 JR",
    "9" * 30, "9" * 5000, "-1", "1e308", "NaN", "inf", "NaT", "<NA>", "None", "onbekend", "n.b.", "nvt", "-", "?",
)  # fmt: skip
# What cannot be written as text: halves of characters, surrogates in UTF-8, marks of UTF-16, bytes without a letter.
BYTES = (b"\xff\xfe", b"\xfe\xff", b"\xed\xa0\x80", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\x81\x8d", b"\xc0\x80")
VALUES = (
    *TOKENS, "", " ", ".", "...", "--", "0", "00", "000000", "2", "3", "12,0", "15 jaar", "-0", "+5", "1000000",
    "٣٤٥", "\uff11\uff12", "²", "Ⅷ", "01-01-2004", "2004-12-31", "1989-00-00", "00-05-1989", "1-1-1", "32-13-2004",
    "2004-02-30", "20041231", "± 0000", "2004-03-08T10:00:00", "38054", "38054.5", "1900-01-01", "9999-12-31",
    "0001-01-01", "12-03-04", "ca.", "ONBEKEND CA 14 JR", "CA 999 JR TE TE", "TE", "TEL", "KENT",
    "TEL 1 TEL KENT KENT", "TEL " + "1 " * 60, "KENT 1-2-3-4-5", "06-1", "+", "++31", "+31 (0)6 0000 0001", "0" * 20,
    "06-00000001/06-00000002; 06", "12-AB-CD", "'t", "in 't", "van der", "VAN DER", "de, de, de", ",", ", ,", "A.",
    "x" * 61, "X-x-X", "'", "=1+1", "=x", "x=", "x=y", "a=1|b=99999|=3|c=1.5", ":", "::", "pooier:", ":x",
    "klant:a:b", "|||", ";;;", "///", "a|a|a", "NR", "VERMISTE PERSOON NR", "AANVULLING OP NR 2004/3/1",
    "INTREKKING NR 99/1/1", "AANGETROFFEN NR 2004/03/0412", "aanvulling  op nr 2004 / 03 / 0412", "Sovjet-Unie",
    "Afrika (onbekend welk land)", "SU", "ZZZ", "ja", "nee", "J", "waar", "prostitutie/drugs; x",
    "prostitutie; prostitutie", "niet bekend", "Totaal", "totaal 3", "&lol;", "<b>", "]]>", "\ud7ff", "\ufffd",
    "a\u0301" * 40, "\u200b", "e\x00e", "\\", "\\u0000", "{}", "%s%n", "../../x",
)  # fmt: skip
CELLS = (
    '<c r="{at}"/>', '<c r="{at}"><v>1e309</v></c>', '<c r="{at}"><v>-1E+308</v></c>', '<c r="{at}"><v>NaN</v></c>',
    '<c r="{at}"><v></v></c>', '<c r="{at}" t="s"><v>0</v></c>', '<c r="{at}" t="s"><v>99</v></c>',
    '<c r="{at}" t="s"><v>-1</v></c>', '<c r="{at}" t="b"><v>1</v></c>', '<c r="{at}" t="b"><v>x</v></c>',
    '<c r="{at}" t="e"><v>#N/A</v></c>', '<c r="{at}" t="e"><v>#X</v></c>',
    '<c r="{at}" t="d"><v>2004-03-08T10:00:00</v></c>', '<c r="{at}" t="d"><v>2004</v></c>',
    '<c r="{at}" t="q"><v>1</v></c>', '<c r="{at}" s="1"><v>38054</v></c>', '<c r="{at}" s="1"><v>38054.75</v></c>',
    '<c r="{at}" s="1"><v>0</v></c>', '<c r="{at}" s="1"><v>60</v></c>', '<c r="{at}" s="1"><v>-1</v></c>',
    '<c r="{at}" s="1"><v>2958466</v></c>', '<c r="{at}" s="1"><v>1e300</v></c>', '<c r="{at}" s="1"><v>NaN</v></c>',
    '<c r="{at}" s="2"><v>0.5</v></c>', '<c r="{at}" s="2"><v>1e18</v></c>', '<c r="{at}" s="99"><v>1</v></c>',
    '<c r="{at}" s="-1"><v>1</v></c>', '<c><v>1</v></c>', '<c r="1"><v>1</v></c>', '<c r="A"><v>1</v></c>',
    '<c r="A0"><v>1</v></c>', '<c r="ZZ400"><v>1</v></c>', '<c r="A99999999999"><v>1</v></c>',
    '<c r="ZZZZZZZ1"><v>1</v></c>', '<c r="{at}" t="str"><f>1+1</f><v>2</v></c>', '<c r="{at}"><f>A1</f></c>',
)  # fmt: skip

Change = Callable[[random.Random, bytes, tuple[bytes, ...]], bytes]


def mutated(chance: random.Random, content: bytes, tokens: tuple[bytes, ...], times: int | None = None) -> bytes:
    """Return content with a few changes of its bytes, lines and slices."""
    for _ in range(times if times is not None else chance.choice((1, 1, 1, 2, 3, 5, 8))):
        content = chance.choice(CHANGES)(chance, content, tokens)
    return content


def _place(chance: random.Random, content: bytes) -> int:
    return chance.randrange(len(content) + 1)


def _slice(chance: random.Random, content: bytes) -> tuple[int, int]:
    start = _place(chance, content)
    return start, min(len(content), start + chance.choice((1, 2, 5, 20, 100, 500)))


def _flipped(chance: random.Random, content: bytes, __: tuple[bytes, ...]) -> bytes:
    changed = bytearray(content or b"x")
    for _ in range(chance.choice((1, 1, 2, 8))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _token_put_in(chance: random.Random, content: bytes, tokens: tuple[bytes, ...]) -> bytes:
    at, end = _slice(chance, content)
    return content[:at] + chance.choice(tokens) + content[at if chance.random() < 0.7 else end :]


def _run_put_in(chance: random.Random, content: bytes, tokens: tuple[bytes, ...]) -> bytes:
    at, length = _place(chance, content), chance.choice(RUNS)
    piece = chance.choice(
        (b" ", b"0", b"1", b"A", b"\t", b"1 ", b"1-", b"-", b";", b'"', b"<", b":", b"\n", chance.choice(tokens))
    )
    return content[:at] + (piece * (length // max(len(piece), 1) + 1))[:length] + content[at:]


def _bytes_put_in(chance: random.Random, content: bytes, _: tuple[bytes, ...]) -> bytes:
    at = _place(chance, content)
    return content[:at] + chance.choice((*BYTES, chance.randbytes(chance.choice((1, 2, 4, 16))))) + content[at:]


def _taken_out(chance: random.Random, content: bytes, _: tuple[bytes, ...]) -> bytes:
    start, end = _slice(chance, content)
    return content[:start] + content[end:]


def _cut_off(chance: random.Random, content: bytes, _: tuple[bytes, ...]) -> bytes:
    at = _place(chance, content)
    return content[:at] if chance.random() < 0.8 else content[at:]


def _doubled(chance: random.Random, content: bytes, _: tuple[bytes, ...]) -> bytes:
    start, end = _slice(chance, content)
    at = _place(chance, content)
    return content[:at] + content[start:end] * chance.choice((1, 1, 2, 50)) + content[at:]


def _lines_swapped(chance: random.Random, content: bytes, _: tuple[bytes, ...]) -> bytes:
    lines = content.splitlines(keepends=True)
    if len(lines) < 2:
        return content
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    if chance.random() < 0.3:
        del lines[one]
    return b"".join(lines)


CHANGES: tuple[Change, ...] = (
    _flipped, _token_put_in, _token_put_in, _run_put_in, _bytes_put_in, _taken_out, _cut_off, _doubled, _lines_swapped,
)  # fmt: skip


def tokens_of(register: str) -> tuple[bytes, ...]:
    """Return what is put into a register's files: the tokens of its format, and those that break any."""
    return tuple(
        token.encode(errors="replace") for token in (*SEEDS[register].tokens, *SEEDS[register].tokens, *TOKENS)
    )


def rows_with_odd_values(chance: random.Random, register: str) -> list[Row]:
    """Return rows of a register in its own layout, with values that it would hardly write."""
    rows = [dict(row) for row in chance.choices(SEEDS[register].rows, k=chance.choice((1, 2, 3, 4)))]
    for _ in range(chance.choice((0, 1, 2, 4, 12))):
        row = chance.choice(rows)
        row[chance.choice(list(row))] = odd_value(chance, register)
    return rows


def odd_value(chance: random.Random, register: str) -> str:
    """Return a value: of another column, from the list of odd ones, a mixture, a long run, or random text."""
    kind = chance.randrange(6)
    seed = SEEDS[register]
    if kind == 0:
        return chance.choice(list(chance.choice(seed.rows).values()))
    if kind == 1:
        return "".join(chance.choice(VALUES) + chance.choice(("", " ", ";", "|", "/", "\n  ")) for _ in range(3))
    if kind == 2 and chance.random() < 0.3:
        return chance.choice(("1", "1 ", "A", "a.", "-", ";", " ", "é", "1-", "(", "\u0301")) * chance.choice(RUNS)
    if kind == 3:
        return "".join(chance.choices(seed.alphabet, k=chance.randrange(1, 40)))
    if kind == 4:
        return "".join(
            chr(chance.choice((chance.randrange(0x20, 0x250), chance.randrange(0x20, 0xD800)))) for _ in range(5)
        )
    return chance.choice(VALUES)


def broken_workbook(chance: random.Random) -> bytes:
    """Return a workbook with odd cells, most often; else with a broken sheet or a broken archive."""
    lines = stv_lines(rows_with_odd_values(chance, "stv"))
    kind = chance.random()
    if kind < 0.3:
        lines = _reshaped(chance, lines)
    cells = {}
    for _ in range(chance.choice((0, 0, 1, 2, 5))):
        y, x = chance.randrange(len(lines)), chance.randrange(27)
        cells[y + 1, x] = chance.choice(CELLS).replace("{at}", f"{column_letters(x)}{y + 1}")
    sheet = sheet_xml(lines, cells)
    if 0.7 < kind < 0.88:
        changed = mutated(chance, sheet.encode(errors="replace"), tokens_of("stv"))
        sheet = changed.decode(errors="replace")
        return workbook(sheet)
    content = workbook(sheet)
    return (
        mutated(chance, content, (b"PK\x03\x04", b"PK\x05\x06", b"PK\x01\x02", b"xl/", *BYTES))
        if kind >= 0.88
        else content
    )


def _reshaped(chance: random.Random, lines: list[list[str]]) -> list[list[str]]:
    """Lines and cells put in, taken out and moved."""
    lines = [list(line) for line in lines]
    for _ in range(chance.choice((1, 2, 5))):
        line = chance.choice(lines)
        at = chance.randrange(len(line) + 1)
        kind = chance.randrange(6)
        if kind == 0:
            line.insert(at, odd_value(chance, "stv"))
        elif kind == 1:
            del line[at:]
        elif kind == 2:
            lines.insert(chance.randrange(len(lines)), list(line))
        elif kind == 3:
            lines.remove(line)
            lines.append(line)
        elif kind == 4:
            lines.append([odd_value(chance, "stv")])
        else:
            line[:at] = [""] * chance.choice((1, 5, 300))
    return lines


def delivery_bytes(register: str, seed: int, number: int) -> bytes:
    """Return delivery `number` of a run: always the same for a register, a seed and a number."""
    chance = random.Random(f"{seed}:{register}:{number}")
    kind = chance.random()
    if kind < 0.04:
        return chance.randbytes(chance.choice((0, 1, 10, 100, 3000)))
    if kind < 0.1:
        text = "".join(chance.choices(SEEDS[register].alphabet, k=chance.choice((1, 20, 300, 3000))))
        return text.encode(SEEDS[register].encoding, errors="replace")
    if register == "stv":
        return broken_workbook(chance)
    content = written(register, rows_with_odd_values(chance, register))
    return content if kind < 0.5 else mutated(chance, content, tokens_of(register))
