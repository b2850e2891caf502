"""Slips of hand, eye and ear in synthetic records: letters mistyped, misread by a scanner, or written as they sound."""

from __future__ import annotations

import numpy as np

BESIDE = {
    "a": "qsz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok",
    "j": "hku", "k": "jli", "l": "kop", "m": "nj", "n": "bmh", "o": "ipl", "p": "ol", "q": "wa", "r": "etf",
    "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes", "x": "zcs", "y": "tuh", "z": "xa",
}  # fmt: skip
LOOKS_LIKE = (
    ("m", "rn"), ("w", "vv"), ("d", "cl"), ("l", "1"), ("o", "0"), ("s", "5"), ("b", "6"), ("g", "9"), ("z", "2"),
    ("i", "l"), ("e", "c"), ("h", "b"), ("n", "ri"), ("u", "v"), ("5", "s"), ("1", "l"), ("0", "o"), ("8", "b"),
)  # fmt: skip
SOUNDS_LIKE = (
    ("ph", "f"), ("ck", "k"), ("c", "k"), ("y", "i"), ("ie", "y"), ("ee", "ea"), ("ll", "l"), ("tt", "t"), ("th", "t"),
    ("gh", "g"), ("wr", "r"), ("kn", "n"), ("ea", "ee"), ("ai", "ay"), ("ey", "y"), ("ss", "s"), ("sch", "sh"),
    ("dg", "g"), ("ow", "ou"), ("nn", "n"), ("er", "ar"), ("z", "s"), ("qu", "kw"), ("x", "ks"), ("mm", "m"),
)  # fmt: skip


def mistyped(text: str, chance: np.random.Generator) -> str:
    """Return a text with one letter changed for its neighbour, lost, doubled, or exchanged with the next."""
    if len(text) < 2:
        return text
    at, kind = int(chance.integers(len(text))), int(chance.integers(4))
    if kind == 0:
        wrong = BESIDE.get(text[at]) or "0123456789"
        return text[:at] + wrong[int(chance.integers(len(wrong)))] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + text[at] + text[at:]
    at = min(at, len(text) - 2)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def misread(text: str, chance: np.random.Generator) -> str:
    """Return a text with one sign taken for another that looks like it."""
    return _replaced(text, LOOKS_LIKE, chance)


def misheard(text: str, chance: np.random.Generator) -> str:
    """Return a text with one sound written in another way."""
    return _replaced(text, SOUNDS_LIKE, chance)


def with_slip(text: str, chance: np.random.Generator) -> str:
    """Return a text with one slip of any sort."""
    slip = (mistyped, mistyped, misread, misheard)[int(chance.integers(4))]
    return slip(text, chance)


def _replaced(text: str, signs: tuple[tuple[str, str], ...], chance: np.random.Generator) -> str:
    found = [(old, new) for old, new in signs if old in text]
    if not found:
        return mistyped(text, chance)
    old, new = found[int(chance.integers(len(found)))]
    places = [at for at in range(len(text)) if text.startswith(old, at)]
    at = places[int(chance.integers(len(places)))]
    return text[:at] + new + text[at + len(old) :]
