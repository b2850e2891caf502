"""The rules by which deliveries, rows and records are checked: their names, levels and sentences, from `rules.toml`.

A reader reports what it found as "rule:column"; `rule_of_problem` says which rule that is. Severity is decided here,
not by whether an expectation succeeded.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from connectors.installation import OneLineError
from connectors.records import KINDS as COLUMN_KINDS
from connectors.register import KINDS as DELIVERED_KINDS
from connectors.register import REGISTERS, Register

LEVELS = ("refused", "set_aside", "warning", "ignored")
STAGES = ("delivery", "reading", "row", "folding", "record", "whole")


@dataclass(frozen=True)
class Rule:
    """One rule.

    `level`, `levels`: what a breach leads to, and where that differs per register. `nl`, `en`: the sentence for the
    register. `source`: rule book, report lines or input contract. `found_in`: the stage that finds a breach. `columns`:
    record columns concerned. `problem`: the reader's word for it. `kinds`: delivered columns in which reading finds it.
    `names`: "kept" or "dropped" when the reader's token ends in a name that the sender chose. `only`, `expect`: see
    `rules.toml`. `codes`, `patterns`: values of record columns without a code list.
    """

    name: str
    level: str
    nl: str
    en: str
    source: str
    registers: tuple[str, ...]
    found_in: str
    columns: tuple[str, ...] = ()
    problem: str = ""
    kinds: tuple[str, ...] = ()
    names: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, Any] = field(default_factory=dict)
    expect: tuple[Mapping[str, Any], ...] = ()
    codes: Mapping[str, list[str]] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)

    def level_at(self, register: str) -> str:
        """Return what a breach leads to at this register."""
        return self.levels.get(register, self.level)

    def sentence(self, language: str = "nl") -> str:
        """Return the sentence for the register, in Dutch or English ("nl", "en")."""
        return {"nl": self.nl, "en": self.en}[language]


@cache
def load_rules() -> Mapping[str, Rule]:
    """Return all rules by name, in the order of `rules.toml`. Raises OneLineError, naming a rule that is not valid."""
    declared = tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
    return {name: rule_from(name, settings) for name, settings in declared["rule"].items()}


def rule_from(name: str, declared: Mapping[str, Any]) -> Rule:
    """Return one declared rule. Raises OneLineError, naming the rule and what cannot be."""
    lists = ("registers", "columns", "kinds", "expect")
    try:
        rule = Rule(name=name, **{**declared, **{key: tuple(declared[key]) for key in lists if key in declared}})
    except TypeError as error:
        raise OneLineError(f"rules.toml, rule {name}: {error}") from error
    allowed: tuple[tuple[str, Iterable[str], Iterable[str]], ...] = (
        ("level", (rule.level, *rule.levels.values()), LEVELS),
        ("registers", (*rule.registers, *rule.levels), REGISTERS),
        ("found_in", (rule.found_in,), STAGES),
        ("columns", (*rule.columns, *rule.codes, *rule.patterns), COLUMN_KINDS),
        ("kinds", rule.kinds, DELIVERED_KINDS),
        ("names", (rule.names,), ("", "kept", "dropped")),
    )
    for what, given, known in allowed:
        if unknown := sorted(set(given) - set(known)):
            raise OneLineError(f"rules.toml, rule {name}: {what} cannot be {', '.join(unknown)}")
    return rule


def rules_of(register: Register, *stages: str) -> tuple[Rule, ...]:
    """Return the rules that hold for a register and are found in these stages."""
    return tuple(r for r in load_rules().values() if register.name in r.registers and r.found_in in stages)


def rule_of_problem(problem: str) -> Rule:
    """Return the rule of a reader's "rule:column": the one that names the column, else the one for any column.

    Raises OneLineError for a problem without a rule: what a reader reports is never lost in silence.
    """
    word, _, column = problem.partition(":")
    named = [rule for rule in load_rules().values() if (rule.problem or rule.name) == word]
    fitting = [r for r in named if column in r.columns] or [r for r in named if not r.columns] or named
    if not fitting:
        raise OneLineError(f"a reader reports {word!r}, which is no rule; declare it in expectations/rules.toml")
    return fitting[0]


def foreseen_problems(register: Register) -> tuple[str, ...]:
    """Return every "rule:column" that reading this register may report; for names a sender chose, the rule alone."""
    # A key may also be made by the program (MOB); the end of a term always is.
    filled = {"source_key", "retained_until", *(name for column in register.columns for name in column.into)}
    problems: dict[str, None] = {}
    for rule in rules_of(register, "reading"):
        word = rule.problem or rule.name
        by_kind = [column.into[0] for column in register.of_kind(*rule.kinds) if column.into]
        columns = by_kind if rule.kinds else [name for name in rule.columns if name in filled]
        found = [word] if rule.names else [f"{word}:{name}" for name in columns]
        problems |= dict.fromkeys(problem for problem in found if rule.names or rule_of_problem(problem) == rule)
    return tuple(problems)
