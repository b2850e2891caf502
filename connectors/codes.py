"""Code lists: what a register wrote to a code, and a code to its Dutch or English label.

A spelling that no list knows is told as unknown and becomes "not recorded"; there is no default (strict
interpretation). Lists are declared in `connectors/codes/<name>.toml`: `[code.<code>]` with nl, en and the spellings
met in registers, and `not_recorded` for the list's own ways to say nothing.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from anyascii import anyascii

NOT_RECORDED = frozenset(
    {
        "",
        "onbekend",
        "niet bekend",
        "n.b",
        "nb",
        "-",
        "--",
        "?",
        "??",
        "onb",
        "unknown",
        "niet ingevuld",
        "geen opgave",
        ".",
    }
)
NOT_APPLICABLE = frozenset({"nvt", "n.v.t", "niet van toepassing"})
YES = frozenset({"ja", "j", "yes", "y", "1", "true", "waar", "wel", "gedaan"})
NO = frozenset({"nee", "n", "no", "0", "false", "onwaar", "niet", "neen", "niet gedaan"})


@lru_cache(maxsize=1 << 16)
def folded(value: str) -> str:
    """A spelling without capitals, accents, blanks around hyphens and slashes, or signs at its end."""
    text = anyascii(value).lower().strip()
    text = re.sub(r"[_\s]+", " ", text)
    text = re.sub(r"\s*([/-])\s*", r"\1", text)
    return text.rstrip(" .,;:") if text.strip(" .,;:-?") else text


def _words(written: str) -> str:
    """A folded spelling without any sign: brackets, hyphens and dots differ from hand to hand."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", written).split())


@dataclass(frozen=True)
class CodeList:
    """One code list: codes with labels, the code of each spelling (folded, and as bare words), what says nothing."""

    name: str
    labels: dict[str, dict[str, str]]
    code_of: dict[str, str]
    code_of_words: dict[str, str]
    not_recorded: frozenset[str]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes in declared order."""
        return tuple(self.labels)


@cache
def code_list(name: str) -> CodeList:
    """Read a code list; raises FileNotFoundError when there is none, ValueError when a spelling has two codes."""
    text = resources.files("connectors").joinpath("codes", f"{name}.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)
    code_of: dict[str, str] = {}
    code_of_words: dict[str, str] = {}
    for code, entry in declared["code"].items():
        for spelling in (code, entry["nl"], entry["en"], *entry.get("spellings", ())):
            written = folded(spelling)
            code_of[written] = code
            known = code_of_words.setdefault(_words(written), code)
            if known != code:
                raise ValueError(f"code list {name}: {spelling!r} stands for {known} and for {code}")
    labels = {code: {"nl": entry["nl"], "en": entry["en"]} for code, entry in declared["code"].items()}
    not_recorded = frozenset(map(folded, declared.get("not_recorded", ())))
    return CodeList(name, labels, code_of, code_of_words, not_recorded)


def read_code(list_name: str, value: str | None) -> tuple[str | None, bool]:
    """Code of a written value, and whether something was written that no list knows."""
    return _read_code(list_name, value or "")


@lru_cache(maxsize=1 << 16)
def _read_code(list_name: str, value: str) -> tuple[str | None, bool]:
    known = code_list(list_name)
    written = folded(value)
    code = known.code_of.get(written)
    if code is not None:
        return code, False
    if written in known.not_recorded or is_not_recorded(value):
        return None, False
    if is_not_applicable(value):
        return ("not_applicable" if "not_applicable" in known.labels else None), False
    code = known.code_of_words.get(_words(written))
    return code, code is None


@lru_cache(maxsize=1 << 16)
def is_not_recorded(value: str | None) -> bool:
    """Whether a value is one of the spellings of "not known"."""
    return value is None or folded(value) in NOT_RECORDED


@lru_cache(maxsize=1 << 16)
def is_not_applicable(value: str | None) -> bool:
    """Whether a value is one of the spellings of "not applicable"."""
    return value is not None and folded(value) in NOT_APPLICABLE


@lru_cache(maxsize=1 << 12)
def read_flag(value: str | None) -> tuple[bool | None, bool]:
    """Read yes, no or not recorded, and whether something else was written."""
    written = folded(value or "")
    if written in YES:
        return True, False
    if written in NO:
        return False, False
    if is_not_recorded(value) or is_not_applicable(value):
        return None, False
    return None, True


def label(list_name: str, code: str, language: str = "nl") -> str:
    """The label of a code in Dutch (nl) or English (en)."""
    return code_list(list_name).labels[code][language]
