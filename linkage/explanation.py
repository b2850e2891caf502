"""Why a pair was decided as it was, in Dutch and English words with the weight of each field.

In: scored pairs. Out: levels and weights as JSON, and two sentences per pair. Words stand in `words.toml`.
Rule it protects: a sentence is made from levels, weights and names of rules alone, so it cannot hold a value of a
registration. Pairs with the same levels, weights and decision have the same text, which is made once.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from linkage.classifier import IDENTITY_KIND
from linkage.model import Model

LANGUAGES = ("nl", "en")
EXPLAINED = ("levels", "weights", "explanation_nl", "explanation_en")
# Bits of the kind of match. With one's own identity they are above this, with another identity below it, as long as
# fewer than a quarter of the matches show another identity.
OTHER_IDENTITY_BELOW = -1.0
LEAST_SHOWN, MOST_SHOWN = 1, 99


@cache
def load_words() -> dict[str, dict[str, Any]]:
    """The words of `words.toml`: per group of names, the text in each language."""
    return tomllib.loads(resources.files("linkage").joinpath("words.toml").read_text(encoding="utf-8"))


def word(language: str, group: str, *names: str) -> str:
    """The text of a name (of a level: its field and name) in one language; the name itself when it has none."""
    found: Any = load_words().get(group, {})
    for name in names:
        found = found.get(name, {})
    return str(found.get(language) or ": ".join(names).replace("_", " "))


def explain(pairs: pd.DataFrame, model: Model) -> dict[str, np.ndarray]:
    """Levels and weights (bits) as JSON and the explanation in both languages, one text per row: keys `EXPLAINED`.

    `pairs`: per compared field its level number and `bits_<field>`, `bits_identity`, match_weight (bits),
    match_probability, rule (empty where the weights decide), status, certainty and is_separated. The texts name the
    strongest field first, what speaks for one person before what speaks against, and what could not be compared.
    """
    fields = [comparison.field for comparison in model.comparisons]
    bits = pairs[[f"bits_{field}" for field in (*fields, IDENTITY_KIND)]].to_numpy(dtype=float)
    prior = pairs["match_weight"].to_numpy(dtype=float) - bits.sum(axis=1)
    columns = {
        "levels": pairs[fields].to_numpy(dtype=np.int64),
        "bits": np.rint(bits * 100).astype(np.int64),
        # A rule replaces the weight: what was reckoned with beforehand can then no longer be told from it.
        "prior": np.rint(np.where(pairs["rule"].eq(""), prior, 0.0) * 10).astype(np.int64),
        "chance": np.floor(pairs["match_probability"].to_numpy(dtype=float) * 100 + 1e-9).astype(np.int64),
        "rule": pairs["rule"].to_numpy(dtype=object),
        "decision": _decisions(pairs, model),
    }
    which, first = _distinct(columns.values())
    distinct = {name: values[first] for name, values in columns.items()}
    names = [comparison.names for comparison in model.comparisons]
    rows = [dict(zip(distinct, row, strict=True)) for row in zip(*distinct.values(), strict=True)]
    texts = {
        "levels": [_levels_as_json(fields, names, row["levels"]) for row in rows],
        "weights": [_weights_as_json(fields, row["bits"]) for row in rows],
        **{f"explanation_{language}": [_said(language, fields, names, row) for row in rows] for language in LANGUAGES},
    }
    return {name: np.array(made, dtype=object)[which] for name, made in texts.items()}


def _decisions(pairs: pd.DataFrame, model: Model) -> np.ndarray:
    """Name of what was decided of each pair, finer than its certainty: also why the probability alone did not."""
    chance = pairs["match_probability"].to_numpy(dtype=float)
    status = pairs["status"]
    linked, asked = status.eq("link").to_numpy(), status.eq("review").to_numpy()
    likely = chance >= model.thresholds["link"]
    return np.select(
        [
            linked & ~likely,
            asked & likely,
            asked & (chance < model.thresholds["review"]),
            ~linked & pairs["is_separated"].to_numpy(dtype=bool),
        ],
        ["through_others", "contradicted", "asked_for_missing", "separated"],
        default=pairs["certainty"].to_numpy(dtype=object),
    ).astype(object)


def _distinct(columns: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Number of the combination of values of each row, and a row of each combination in order of its number."""
    which: np.ndarray | None = None
    for column in columns:
        for values in column.T if column.ndim == 2 else (column,):
            number, found = pd.factorize(values)
            which = number if which is None else pd.factorize(which * max(len(found), 1) + number)[0]
    assert which is not None
    return which, np.unique(which, return_index=True)[1]


def _levels_as_json(fields: Sequence[str], names: Sequence[Sequence[str]], levels: np.ndarray) -> str:
    named = zip(fields, names, levels, strict=True)
    return json.dumps({field: of_field[level] for field, of_field, level in named if level})


def _weights_as_json(fields: Sequence[str], hundredths: np.ndarray) -> str:
    named = zip((*fields, IDENTITY_KIND), hundredths.tolist(), strict=True)
    return json.dumps({field: bits / 100 for field, bits in named if bits})


def _said(language: str, fields: Sequence[str], names: Sequence[Sequence[str]], row: dict[str, Any]) -> str:
    levels, hundredths = row["levels"].tolist(), row["bits"].tolist()
    prior, kind = row["prior"] / 10, hundredths.pop() / 100
    compared = [
        (bits / 100, word(language, "levels", field, of_field[level]))
        for field, of_field, level, bits in zip(fields, names, levels, hundredths, strict=True)
        if level
    ]
    if kind < OTHER_IDENTITY_BELOW:
        compared.append((kind, word(language, "identity", "other")))
    elif row["rule"] == "":
        prior += kind
    compared.sort(key=lambda told: (told[0] < 0, -abs(told[0])))
    told = "; ".join(f"{text} ({_signed(language, bits)})" for bits, text in compared)
    parts = [f"{told[0].upper()}{told[1:]}." if told else word(language, "sentences", "nothing")]
    absent = [word(language, "fields", field) for field, level in zip(fields, levels, strict=True) if not level]
    if absent and told:
        parts.append(word(language, "sentences", "not_compared").format(fields=", ".join(absent)))
    decided = {"chance": _chance(language, row["chance"]), "decision": word(language, "decisions", row["decision"])}
    if row["rule"]:
        parts.append(word(language, "sentences", "rule").format(rule=word(language, "rules", row["rule"])))
        parts.append(word(language, "sentences", "decided").format(**decided))
    else:
        total = sum(bits for bits, _ in compared) + prior
        sums = {"prior": _signed(language, prior), "sum": _signed(language, total)}
        parts.append(word(language, "sentences", "sum").format(**sums, **decided))
    return " ".join(parts)


def _signed(language: str, bits: float) -> str:
    """Bits with sign and one decimal."""
    tenths = round(bits * 10)
    return _decimal(language, f"{tenths / 10:+.1f}" if tenths else "0.0")


def _chance(language: str, hundredths: int) -> str:
    """A probability cut off to hundredths, so that it never shows a threshold that it does not reach."""
    if hundredths < LEAST_SHOWN:
        return word(language, "sentences", "below").format(chance=_decimal(language, f"{LEAST_SHOWN / 100:.2f}"))
    shown = _decimal(language, f"{min(hundredths, MOST_SHOWN) / 100:.2f}")
    return word(language, "sentences", "at_least").format(chance=shown) if hundredths >= MOST_SHOWN else shown


def _decimal(language: str, number: str) -> str:
    return number.replace(".", ",") if language == "nl" else number


def explain_judged(pairs: pd.DataFrame) -> pd.DataFrame:
    """The explanations with what a reviewer said in front.

    `pairs`: explanation_nl, explanation_en and verdict (same, different, unsure, apart, or empty).
    """
    judged = pairs["verdict"].ne("")
    if not judged.any():
        return pairs
    said = {
        f"explanation_{language}": pairs[f"explanation_{language}"].where(
            ~judged,
            pairs["verdict"].map(lambda verdict, of=language: word(of, "judged", verdict) if verdict else "")
            + " "
            + pairs[f"explanation_{language}"],
        )
        for language in LANGUAGES
    }
    return pairs.assign(**said)
