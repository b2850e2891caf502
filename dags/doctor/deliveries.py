"""Deliveries: can the registers' places be reached, is each landed file as the ledger says; terms, releases, page."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from connectors.installation import Installation
from connectors.register import REGISTERS, load_register
from dags import places
from dags.arrivals import list_place
from dags.doctor.finding import Finding, ok, warn, wrong

if TYPE_CHECKING:
    from sqlalchemy import Engine

NEWEST_OF_EACH = 5
# A redacted file is not named by its checksum any more: of that one only its presence is known.
LANDED = """
    SELECT register, path, sha256, redacted_rows FROM registers.delivery WHERE removed_night IS NULL
    ORDER BY register, sequence DESC
"""


def exports(installation: Installation) -> Iterator[Finding]:
    """Look whether the place of the exports can be reached and holds a folder for each register."""
    # Only asked for its sample when it has one: the question alone would make the folder.
    if not places.is_configured(None) and not (installation.home / "sample").is_dir():
        yield warn("exports", "none are configured", "set WEERZIEN_EXPORTS to the folder or URL of the five registers")
        return
    address = places.configured_exports(None, installation)
    found = {register: list_place(load_register(register), address) for register in REGISTERS}
    for register, listing in found.items():
        if listing.fault:
            yield wrong(f"exports of {register}", listing.fault, "look at the place and at WEERZIEN_EXPORTS")
        elif not listing.files:
            yield warn(f"exports of {register}", "no file fits its pattern", "ask the register")
    if all(listing.files for listing in found.values()):
        yield ok("exports", f"{sum(len(listing.files) for listing in found.values())} files of {len(found)} registers")


def landing(installation: Installation, engine: Engine | None, is_deep: bool) -> Iterator[Finding]:
    """Compare landed files with the ledger: all are there; the newest of each register, or all of them when `is_deep`,
    have the bytes that came.
    """
    if engine is None:
        return
    with engine.connect() as connection:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        if connection.execute(text("SELECT to_regclass('registers.delivery')")).scalar_one() is None:
            return
        landed = connection.execute(text(LANDED)).all()
    looked_at: dict[str, int] = defaultdict(int)
    missing: dict[str, int] = defaultdict(int)
    damaged: dict[str, int] = defaultdict(int)
    compared = 0
    for row in landed:
        file = installation.home / "landing" / row.path
        looked_at[row.register] += 1
        if not file.is_file():
            missing[row.register] += 1
        elif not row.redacted_rows and (is_deep or looked_at[row.register] <= NEWEST_OF_EACH):
            compared += 1
            damaged[row.register] += not _has_bytes(file, row.sha256)
    for register, count in missing.items():
        yield wrong(f"landing of {register}", f"{count} files are missing", "put landing/ back from the backup")
    for register, count in damaged.items():
        if count:
            seen = f"{count} files are not what came, or their key is not there"
            yield wrong(f"landing of {register}", seen, "put them back from the backup; look at WEERZIEN_LANDING_KEY")
    if not missing and not any(damaged.values()):
        yield ok("landing", f"{len(landed)} files there, {compared} with the bytes that came")


def _has_bytes(file: Path, sha256: str) -> bool:
    from connectors import sealing

    try:
        with sealing.opened(file) as source:
            found = hashlib.file_digest(source, "sha256").hexdigest()
    except Exception:
        # Sealed under another key, cut off or not readable: not the bytes that came.
        return False
    return found == sha256


def landing_keys() -> Iterator[Finding]:
    """Look whether landed files are sealed from now on; a key that is none is told by its setting's name."""
    from connectors import sealing

    if sealing.LandingKeys.from_environment().first:
        yield ok("landing key", "landed files are sealed")
    else:
        yield warn("landing key", "landed files are not encrypted by this program", "weerzien landing new-key")


def terms() -> Iterator[Finding]:
    """Look which registers declare no term after which their registrations go (assumption A15)."""
    without = [register for register in REGISTERS if load_register(register).retention.years is None]
    if without:
        seen = f"none declared of {', '.join(without)}"
        yield warn("terms", seen, "before real data: [retention] in connectors/registers (docs/retention.md)")
    else:
        yield ok("terms", "declared of every register")


def releases(installation: Installation) -> Iterator[Finding]:
    """Check that every release is unchanged and gives no small count away."""
    from monitoring.releases.kept import publication_of, records
    from monitoring.releases.verify import faults

    known: list[Any] = records(installation.home)
    for record in known:
        found = faults(publication_of(installation.home, record.release), record, known)
        if found:
            do = f"weerzien release verify {record.release}"
            yield wrong(f"release {record.release}", f"{len(found)} faults", do)
    yield ok("releases", f"{len(known)} looked at")


def portal(installation: Installation) -> Iterator[Finding]:
    """Look at the page's settings, where there are any: secret, names, TLS, single sign-on, what its login may do."""
    from monitoring.web import environment
    from monitoring.web.prepare import check_rights

    given = [name for name in os.environ if name.startswith(("WEERZIEN_PORTAL_", "WEERZIEN_OIDC_"))]
    if not given:
        yield ok("page", "no settings: for this machine only")
        return
    if os.environ.get(environment.SECRET_VARIABLE):
        # Only looks at its length: a key is not made when one is given.
        environment.secret_key(installation)
    elif os.environ.get(environment.HOSTS_VARIABLE):
        yield wrong("page", f"{environment.SECRET_VARIABLE} is not set", "set a long random one")
    if os.environ.get(environment.HOSTS_VARIABLE) and not environment.has_tls():
        yield wrong("page", "has a name and no TLS", f"{environment.TLS_VARIABLE}=proxy, with a proxy before it")
    sign_on = environment.single_sign_on()
    if sign_on and not sign_on.issuer.startswith("https://"):
        yield wrong("page", "WEERZIEN_OIDC_ISSUER is not https", "give the issuer's https address")
    if os.environ.get(environment.DATABASE_VARIABLE):
        check_rights(environment.database_address().render_as_string(hide_password=False))
    yield ok("page", f"{len(given)} settings looked at")
