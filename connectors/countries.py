"""Countries and nationalities as registers write them: Dutch names, adjectives, ISO codes, historic countries, regions.

ISO 3166 codes come from pycountry, Dutch names of countries from the CLDR data in Babel; adjectives, former names
and regions are declared in `connectors/codes/countries.toml`. Out: alpha-3 in capitals, historic ANT SUN YUG SCG
ZAR, or a region code.
"""

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources

import pycountry
from anyascii import anyascii
from babel import Locale

from connectors.codes import is_not_applicable, is_not_recorded

# Brackets that only say which country is not known, or that it is a former one; any other bracket says which country.
_REMARK = re.compile(
    r"\([^()]{0,60}onbekend[^()]{0,60}\)|\((?:voormalige?|vm\.?)\)|\b(?:nationaliteit|onbekend welk land)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:/|;|,|\||\ben\b|\+|&)\s*")


def _spelling(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", anyascii(text).lower()).split())


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """Code of every known spelling; declared spellings go before those of the libraries."""
    text = resources.files("connectors").joinpath("codes", "countries.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)
    known: dict[str, str] = {}
    for section in ("historic", "region", "country"):
        for code, spellings in declared[section].items():
            for spelling in (code, *spellings):
                known.setdefault(_spelling(spelling), code)
    dutch = Locale("nl").territories
    for country in pycountry.countries:
        for spelling in (country.alpha_3, country.alpha_2, dutch.get(country.alpha_2, ""), country.name):
            if spelling:
                known.setdefault(_spelling(spelling), country.alpha_3)
    return known


@cache
def country_name(code: str, language: str) -> str | None:
    """Return what a country of ISO 3166-1 alpha-3 is called in Dutch (nl) or English (en), None for any other code."""
    known = pycountry.countries.get(alpha_3=code)
    return None if known is None else str(Locale(language).territories.get(known.alpha_2, known.name))


@lru_cache(maxsize=1 << 17)
def read_country(text: str | None) -> tuple[str | None, bool]:
    """Code of one country, nationality or region, and whether something was written that is none.

    >>> read_country("Marokkaanse"), read_country("Oost-Europa (onbekend welk land)")
    (('MAR', False), ('region-eastern-europe', False))
    """
    written = (text or "").strip()
    code = _known().get(_spelling(written))
    if code:
        return code, False
    if is_not_recorded(written) or is_not_applicable(written):
        return None, False
    code = _known().get(_spelling(_REMARK.sub(" ", written)))
    return (code, False) if code else (None, True)


def read_countries(text: str | None) -> tuple[list[str], bool]:
    """Codes of all countries in one cell ("Nederland en Duitsland"), in order, and whether a part was none."""
    codes, unknown = _read_countries(text)
    return list(codes), unknown


@lru_cache(maxsize=1 << 17)
def _read_countries(text: str | None) -> tuple[tuple[str, ...], bool]:
    text = " ".join((text or "").split())
    whole, unknown = read_country(text)
    if whole or not unknown:
        return ((whole,) if whole else ()), False
    read = [read_country(part) for part in _BETWEEN.split(text or "") if part]
    codes = tuple(dict.fromkeys(code for code, _ in read if code))
    return codes, any(unknown for _, unknown in read) or not codes
