"""The telex as a medium: messages among line noise, labels, and lines that were wrapped wherever they were full.

In: the bytes of a file. Out: per message the text behind each label. A wrapped value has two readings, because the
telex does not say whether a blank was lost at the joint: the likely one, and the other for whoever knows what the
value should be.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.deliveries import DeliveryRefused

LABEL = re.compile(r" ?([A-Z][A-Z .]{0,24}?)\s*:(.*)")
NO_LABEL = "no label"
# A Dutch telephone number is complete with ten digits: digits on the next line are then another number.
COMPLETE_NUMBER = 10
LONGEST_NUMBER = 100


@dataclass(frozen=True)
class Value:
    """What stands behind a label: the likely text and, after a wrap, the other one."""

    likely: str
    other: str


@dataclass
class Message:
    """One message: the line that begins it, its values by label, and labels that occur twice or are not readable."""

    opening: str
    values: dict[str, Value] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    again: dict[str, list[Value]] = field(default_factory=dict)


def messages(content: bytes, layout: Mapping[str, Any], repeatable: Iterable[str]) -> list[Message]:
    """Return the messages of a file in their order; a label in `repeatable` may occur more than once.

    Raises DeliveryRefused: cut_off when a message does not end or an end has no message before it, unreadable when
    there is no message and the file does not say that none was sent, wrong_encoding when a message is not ASCII.
    """
    begin, end = layout["begin"].encode(), layout["end"].encode()
    found: list[list[bytes]] = []
    is_open, has_noise = False, False
    for line in content.splitlines():
        mark = line.strip()
        if mark.startswith(begin):
            if is_open:
                raise DeliveryRefused("cut_off", f"message {len(found)} does not end")
            found.append([line])
            is_open = True
        elif mark.startswith(end):
            if not is_open and has_noise:
                # What looks like noise is then a message whose first line was lost.
                raise DeliveryRefused("cut_off", f"a message after message {len(found)} does not begin")
            is_open, has_noise = False, False
        elif is_open:
            found[-1].append(line)
        else:
            has_noise = has_noise or bool(mark)
    if is_open:
        raise DeliveryRefused("cut_off", f"message {len(found)} does not end")
    if not found and not _says_nothing_was_sent(content, layout["quiet_day"]):
        raise DeliveryRefused("unreadable", "no message begins in it")
    kept = frozenset(repeatable)
    return [_message(number, lines, layout["line_length"], kept) for number, lines in enumerate(found, start=1)]


def _says_nothing_was_sent(content: bytes, phrases: Iterable[str]) -> bool:
    """Whether a file without messages comes from a quiet day: it says so, or its messages ended before it began."""
    words = b" ".join(line for line in content.upper().split() if not line.startswith(b"NNNN"))
    return words.strip(b" .") in {b"", *(phrase.encode() for phrase in phrases)}


def _message(number: int, lines: Sequence[bytes], line_length: int, repeatable: frozenset[str]) -> Message:
    try:
        texts = [line.decode("ascii") for line in lines]
    except UnicodeDecodeError:
        raise DeliveryRefused("wrong_encoding", f"message {number} is not ASCII") from None
    message = Message(texts[0].strip())
    pieces: list[str] = []
    label: str | None = None
    for line in texts[1:]:
        if not line.strip():
            continue
        match = None if line.startswith(("  ", "\t")) else LABEL.fullmatch(line.upper())
        if match is None and line[0].isspace() and label is not None:
            pieces.append(line)
            continue
        _keep(message, label, pieces, line_length, repeatable)
        label = " ".join(match[1].split()) if match else None
        pieces = [line] if match else []
        if match is None:
            message.faults.append(NO_LABEL)
    _keep(message, label, pieces, line_length, repeatable)
    for repeated, values in message.again.items():
        likely, other = ("; ".join(texts) for texts in zip(*((v.likely, v.other) for v in values), strict=True))
        message.values[repeated] = Value(likely, other)
    return message


def _keep(
    message: Message, label: str | None, pieces: Sequence[str], line_length: int, repeatable: frozenset[str]
) -> None:
    if label is None:
        return
    value = joined(pieces, line_length)
    before = message.values.get(label)
    if before is None:
        message.values[label] = value
    elif label in repeatable:
        message.again.setdefault(label, [before]).append(value)
    elif before != value:
        message.faults.append(label)


def joined(lines: Sequence[str], line_length: int) -> Value:
    """Return the value of a label from its line and the lines that continue it, each indented by two blanks."""
    end = lines[0].partition(":")[2].lstrip()
    likely, other = [end], [end]
    is_full = len(lines[0]) >= line_length
    for line in lines[1:]:
        piece = line[2:] if line.startswith("  ") else line[1:]
        between = joint(end, piece, is_full)
        turned = between if end[-1:].isspace() or piece[:1].isspace() else " " if between == "" else ""
        likely += (between, piece)
        other += (turned, piece)
        # All that a joint looks at: a number is complete long before.
        end = (end + between + piece)[-LONGEST_NUMBER:]
        is_full = len(line) >= line_length
    return Value(" ".join("".join(likely).split()), " ".join("".join(other).split()))


def joint(left: str, right: str, is_full: bool) -> str:
    """Return what stood between two lines: nothing when a word or number was cut, else a blank.

    A full line was cut where it was full; a shorter one at a blank, unless a number or a hyphenated word goes on.
    """
    last, first = left[-1:], right[:1]
    if not last or not first or last.isspace() or first.isspace():
        return ""
    if last in "-/+" or first in "-/":
        return ""
    if last.isdigit() and first.isdigit():
        digits = re.sub(r"\D", "", left[len(left.rstrip("0123456789 -")) :])
        return " " if len(digits) >= COMPLETE_NUMBER else ""
    if is_full and last.isalpha() and first.isalpha():
        return ""
    return "" if is_full and not (last.isalnum() and first.isalnum()) else " "
