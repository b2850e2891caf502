"""The Dutch of the page: whole, and compiled from what people wrote."""

from __future__ import annotations

import re

import pytest

from monitoring.web import translations

PAGES = {
    "reader": [
        "/vanochtend/", "/personen/", "/personen/W-00000001/", "/vermist/", "/figuren/", "/registers/",
        "/registers/telex/", "/nachten/", "/werkwijze/", "/wachtwoord/", "/doel/", "/logboek/", "/bestaat-niet/",
    ],
    "reviewer": ["/beoordelen/", "/beoordelen/oordelen/"],
    "auditor": ["/logboek/"],
}  # fmt: skip


def test_no_text_lacks_dutch():
    assert translations.lacking() == []


def test_what_the_page_reads_is_compiled_from_what_people_wrote():
    assert translations.COMPILED.read_bytes() == translations.compiled(), "run python -m monitoring.web.translations"


def test_dutch_and_english_fill_in_the_same_values():
    from babel.messages.pofile import read_po

    with translations.SOURCE.open("rb") as source:
        catalog = read_po(source, locale="nl")
    for message in catalog:
        if not message.id:
            continue
        written = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        asked = set(re.findall(r"%\(\w+\)s|%s", " ".join(written)))
        for one in said:
            filled = set(re.findall(r"%\(\w+\)s|%s", one))
            # Of one thing the number may be a word.
            assert filled == asked or (len(said) > 1 and filled < asked), message.id


@pytest.mark.parametrize("role", PAGES)
def test_every_text_of_a_page_is_in_the_list_of_texts(signed_in, role, monkeypatch):
    from babel.messages.pofile import read_po
    from django.utils import translation

    with translations.SOURCE.open("rb") as source:
        catalog = read_po(source, locale="nl")
    known = {message.id[0] if isinstance(message.id, tuple) else message.id for message in catalog}
    asked: set[str] = set()
    client = signed_in(role)
    for name in ("gettext", "ngettext"):
        original = getattr(translation._trans, name)

        def spy(first, *rest, original=original):
            asked.add(str(first))
            return original(first, *rest)

        monkeypatch.setattr(translation._trans, name, spy)
    for page in PAGES[role]:
        client.get(page)
    django_own = re.compile(r"(?i)password|username|too similar|common|numeric|characters?|account|enter|required")
    lacking = {text for text in asked - known if text.strip(":?.!… ") and not django_own.search(text)}
    assert len(asked) > 30 and lacking == set()
