"""Youth care (BJZ, AMK, RvdK, JJI): dossiers that are new, changed or withdrawn on a day.

In: `jeugdzorg_JJJJMMDD.xml`, UTF-8, untrusted: a DOCTYPE refuses the file, entities are never resolved. Out: one row
per dossier; its key is the dossier number. Most dossiers concern no exploitation: they are records of children, not
of victims.
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import IO, Any

import pandas as pd
from lxml import etree

from connectors.dates import read_date
from connectors.deliveries import Delivery, DeliveryRefused
from connectors.interpreting import BETWEEN, own_code, recorded
from connectors.limits import check_size, limits, too_large
from connectors.records import KINDS as TYPES
from connectors.records import LISTS
from connectors.register import Register
from connectors.rows import Rows, finish, interpret
from connectors.sealing import opened

CHUNK_BYTES = 1 << 20
DOCTYPE = b"<!DOCTYPE"
TAIL_BYTES = 200

Texts = dict[str, str]


def read_youth_care(delivery: Delivery, register: Register) -> Iterator[pd.DataFrame]:
    """Yield the rows of one message. Raises DeliveryRefused when it is not the file agreed."""
    check_bytes(delivery)
    header, dossiers = parsed(delivery, register)
    texts = [{**header, **dossier} for dossier in dossiers]
    several = _several(register)
    columns: dict[str, list[str | None]] = {
        name: [text.get(name) if name in several else _one_value(text.get(name)) for text in texts]
        for name in register.column_names
    }
    found = _limit_birth_dates(register, columns)
    rows = interpret(register, delivery, columns, len(texts))
    for row, problems in enumerate(found):
        rows.problems[row].extend(problems)
    _mark_unknown(rows, texts)
    rows.values["raw"] = [
        json.dumps(
            {path: text.split(BETWEEN) if BETWEEN in text else text for path, text in of_row.items()},
            ensure_ascii=False,
        )
        for of_row in texts
    ]
    keys = [recorded(text) for text in rows.delivered("source_key")]
    rows.values["source_key"] = keys
    for row, key in enumerate(keys):
        if key is None:
            rows.problems[row].append("no_key:source_key")
    _read_mutations(rows)
    _read_header(rows, header)
    yield finish(rows, keys, keys)


def check_bytes(delivery: Delivery) -> None:
    """Raise DeliveryRefused for a file without bytes, that is not UTF-8 or has a DOCTYPE, before any parser sees it."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    size, marks, before = 0, 0, b""
    try:
        with opened(delivery.path) as file:
            check_size(file, delivery.register)
            while chunk := file.read(CHUNK_BYTES):
                size += len(chunk.strip())
                marks += chunk.count(b"<") + chunk.count(b"=")
                if marks > (most := limits("xml")["most_marks"]):
                    raise too_large("elements and attributes", most)
                if DOCTYPE in (before + chunk).upper():
                    raise DeliveryRefused("doctype")
                before = chunk[-len(DOCTYPE) :]
                decoder.decode(chunk)
            # A character that the end of the file cuts in two; with all before it sound, the file is cut, not miscoded.
            if decoder.getstate()[0]:
                raise DeliveryRefused("cut_off")
    except UnicodeDecodeError:
        raise DeliveryRefused("wrong_encoding", "not UTF-8") from None
    except OSError as error:
        raise DeliveryRefused("unreadable", f"the landing file ({type(error).__name__})") from None
    if not size:
        raise DeliveryRefused("empty_file")


def parsed(delivery: Delivery, register: Register) -> tuple[Texts, list[Texts]]:
    """Return the header's texts and each dossier's, by path. Raises DeliveryRefused when the XML is not the one
    agreed.
    """
    layout = register.layout
    space = f"{{{layout['namespace']}}}"
    header_tag, dossier_tag = space + layout["header"], space + layout["dossier"]
    header: Texts = {}
    dossiers: list[Texts] = []
    parents: set[str] = set()
    try:
        with opened(delivery.path) as file:
            parser = _elements(file, header_tag, dossier_tag)
            for _, element in parser:
                if element.tag == header_tag:
                    of_header = _texts(element, space)
                    header |= {f"{layout['header']}/{path}": text for path, text in of_header.items()}
                else:
                    dossiers.append(_texts(element, space))
                    parents.add(element.getparent().tag if element.getparent() is not None else "")
                element.clear(keep_tail=True)
    except etree.XMLSyntaxError as error:
        # The parser's message may quote the document.
        raise DeliveryRefused("cut_off" if _is_cut_off(delivery, layout["root"]) else "unreadable",
                              f"line {error.lineno}") from None  # fmt: skip
    if parser.root is None or parser.root.tag != space + layout["root"] or parents - {space + layout["dossiers"]}:
        raise DeliveryRefused("wrong_layout", f"not a {layout['root']} of {layout['namespace']}")
    if dossiers:
        known = {header_tag, space + layout["dossiers"]}
        others = [child.tag for child in parser.root.iterchildren(etree.Element) if child.tag not in known]
        dossiers[0] |= {_local(tag): "" for tag in others}
    return header, dossiers


def _elements(file: IO[bytes], *tags: str) -> Any:
    """The elements of these names as they end. Whatever encoding a file declares, it is read in the one checked."""
    return etree.iterparse(
        file,
        events=("end",),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
    )


def _is_cut_off(delivery: Delivery, root: str) -> bool:
    """XML that begins well and does not end with its root; the parser's codes do not tell a cut from other damage."""
    with opened(delivery.path) as file:
        begins = file.read(TAIL_BYTES).removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<")
        file.seek(max(delivery.size_bytes - TAIL_BYTES, 0))
        return begins and not re.search(rf"</[^<>]*{root}\s*>".encode(), file.read())


def _local(tag: str) -> str:
    return re.sub(r"^\{.*\}", "", tag)


def _texts(element: Any, space: str) -> Texts:
    """The texts of an element's leaves by path; repeated leaves are joined by BETWEEN."""
    texts: dict[str, list[str]] = {}
    for path, text in _leaves(element, space, ""):
        texts.setdefault(path, []).append(text)
    return {path: BETWEEN.join(of_path) for path, of_path in texts.items()}


def _leaves(element: Any, space: str, prefix: str) -> list[tuple[str, str]]:
    leaves: list[tuple[str, str]] = []
    for child in element.iterchildren(etree.Element):
        tag = child.tag
        # An element of another namespace is another element, whatever its name.
        path = prefix + (tag[len(space) :] if tag.startswith(space) else f"other:{_local(tag)}")
        text = (child.text or "").strip()
        if len(child):
            leaves += _leaves(child, space, f"{path}/")
            if not text:
                continue
        leaves.append((path, text))
    return leaves


def _limit_birth_dates(register: Register, columns: dict[str, list[str | None]]) -> list[list[str]]:
    """Write birth dates that are known in part as such: DatumGebruik says how far the date is known."""
    written, (use,) = register.of_kind("birth_date")[0], register.of_kind("birth_date_usage")
    unknown_year = str(register.layout["unknown_birth_year"])
    problems: list[list[str]] = []
    for row, (text, usage) in enumerate(zip(columns[written.name], columns[use.name], strict=True)):
        known = own_code(use, usage or "") or ("day" if recorded(usage) is None else None)
        problems.append([] if known else [f"unknown_code:{use.into[0]}"])
        match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", (text or "").strip())
        if known in (None, "unknown") or (match and match[1] == unknown_year):
            columns[written.name][row] = None
        elif match and known in ("month", "year"):
            columns[written.name][row] = f"{match[1]}-{match[2] if known == 'month' else '00'}-00"
    return problems


def _several(register: Register) -> frozenset[str]:
    """The elements that may be repeated."""
    return frozenset(c.name for c in register.columns if c.kind == "text" or (c.into and TYPES[c.into[0]] in LISTS))


def _one_value(text: str | None) -> str | None:
    return text.partition(BETWEEN)[0] if text else text


def _mark_unknown(rows: Rows, texts: list[Texts]) -> None:
    """Report elements outside the layout, and a second value where there can be one."""
    lists = _several(rows.register)
    known = set(rows.register.column_names)
    containers = {name.rpartition("/")[0] for name in known if "/" in name}
    for row, text in enumerate(texts):
        for path, value in text.items():
            is_known = path in known if value else path in known or path in containers
            if not is_known or (BETWEEN in value and path not in lists):
                rows.problems[row].append(f"unknown_element:{path[:60]}")


def _read_mutations(rows: Rows) -> None:
    (column,) = rows.register.of_kind("mutation")
    mutations = [own_code(column, text or "") for text in rows.columns[column.name]]
    rows.values["mutation"] = mutations
    for row, mutation in enumerate(mutations):
        if mutation is None:
            rows.problems[row].append("unknown_mutation:mutation")


def _read_header(rows: Rows, header: Texts) -> None:
    """The file's own date and number decide when it applies; without a date the one in its name."""
    (dated,), (numbered,) = rows.register.of_kind("file_date"), rows.register.of_kind("file_number")
    day, problem = read_date(header.get(dated.name) or "")
    for name in dated.into:
        rows.values[name] = [day or rows.delivery.dated] * rows.length
    number = (header.get(numbered.name) or "").strip()
    rows.values["applies_order"] = [int(number) if re.fullmatch(r"\d{1,9}", number) else 0] * rows.length
    if problem:
        for found in rows.problems:
            found.append(f"{problem}:{dated.into[0]}")


def message_number(delivery: Delivery, register: Register) -> tuple[str, int] | None:
    """Return the sender and number of a message; None when it has none or cannot be read."""
    (numbered,) = register.of_kind("file_number")
    space, header_tag = f"{{{register.layout['namespace']}}}", register.layout["header"]
    try:
        check_bytes(delivery)
        with opened(delivery.path) as file:
            _, header = next(iter(_elements(file, space + header_tag)))
    except (DeliveryRefused, etree.XMLSyntaxError, StopIteration):
        return None
    texts = {f"{header_tag}/{path}": text for path, text in _texts(header, space).items()}
    number = texts.get(numbered.name, "")
    return (texts.get(register.layout["sender"], ""), int(number)) if re.fullmatch(r"\d{1,9}", number) else None


def number_gaps(
    register: Register, deliveries: Iterable[Delivery], known: Mapping[str, tuple[str, int] | None] | None = None
) -> list[tuple[Delivery, str]]:
    """Return the message numbers that never came, per sender: the message behind each gap, and the numbers.

    Numbers count up per sender (input contract, point 3). Only what looks like an agency is named. `known`: sender and
    number by delivery_id, where they were read already.
    """
    read = known or {}
    by_sender: dict[str, dict[int, Delivery]] = {}
    for delivery in deliveries:
        key = delivery.delivery_id
        if found := read[key] if key in read else message_number(delivery, register):
            by_sender.setdefault(found[0], {}).setdefault(found[1], delivery)
    gaps = []
    for sender, of_sender in sorted(by_sender.items()):
        name = sender if re.fullmatch(register.layout["agency"], sender) else register.layout["other_agency"]
        for before, after in pairwise(sorted(of_sender)):
            if after > before + 1:
                missing = str(before + 1) if after == before + 2 else f"{before + 1}-{after - 1}"
                gaps.append((of_sender[after], f"{name}: {missing}"))
    return gaps
