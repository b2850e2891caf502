"""The Dutch of the page: collected from templates and code, and compiled: `python -m monitoring.web.translations`.

`locale/nl/LC_MESSAGES/django.po` is written by people, `django.mo` is made from it and kept beside it, so that an
installation needs no tool for it. Collecting needs GNU gettext; compiling needs nothing.
"""

from __future__ import annotations

import io
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from monitoring.dictionary import TABLES
from monitoring.rules import TRUST

HERE = Path(__file__).parent
SOURCE = HERE / "locale" / "nl" / "LC_MESSAGES" / "django.po"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
COMPILED = SOURCE.with_suffix(".mo")


def collect() -> None:
    """Bring the list of texts up to date; what is new has no Dutch yet, what is gone is taken out."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(LOCALE_PATHS=[str(SOURCE.parents[2])], USE_I18N=True, INSTALLED_APPS=[])
    django.setup()
    os.chdir(HERE)
    declared = HERE / "declared_texts.py"
    declared.write_text("".join(f"_({text!r})\n" for text in declared_texts()), encoding="utf-8")
    try:
        call_command("makemessages", locale=["nl"], no_obsolete=True, no_wrap=True, no_location=True, verbosity=0)
    finally:
        declared.unlink()
    # The moment of collecting would make every run another file.
    lines = SOURCE.read_text(encoding="utf-8").splitlines(keepends=True)
    SOURCE.write_text("".join(line for line in lines if not line.startswith('"POT-Creation-Date')), encoding="utf-8")


def declared_texts() -> list[str]:
    """Return the English texts that the pages take from declared files, which collecting does not read."""
    units = {column.unit for table in TABLES.values() for column in table.columns.values() if column.unit}
    return sorted(units | {str(trust["reason"]) for trust in TRUST.values() if trust.get("reason")})


def compiled() -> bytes:
    """Return the translations as the page reads them."""
    with SOURCE.open("rb") as source:
        catalog = read_po(source, locale="nl")
    # Else they would be of the moment of compiling.
    catalog.creation_date = catalog.revision_date = EPOCH
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def lacking() -> list[str]:
    """Return the texts that have no Dutch, or of which a person has to see whether it still fits."""
    with SOURCE.open("rb") as source:
        catalog = read_po(source, locale="nl")
    return [str(message.id) for message in catalog if message.id and (message.fuzzy or not all(_said(message)))]


def _said(message: object) -> tuple[str, ...]:
    said = message.string  # type: ignore[attr-defined]
    return said if isinstance(said, tuple) else (said,)


def main() -> None:
    """Collect where gettext is there, and compile."""
    if shutil.which("xgettext"):
        collect()
    COMPILED.write_bytes(compiled())
    for text in lacking():
        print(f"no Dutch: {text}")


if __name__ == "__main__":
    main()
