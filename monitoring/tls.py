"""TLS to the database: an address on another machine has to name the server's certificate as checked.

Anything less than `sslmode=verify-ca` lets whoever stands between read along: `require` encrypts to anybody.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from connectors.installation import OneLineError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

CHECKED = ("verify-full", "verify-ca")


def check_tls(url: URL, variable: str, environment: Mapping[str, str] = os.environ) -> None:
    """Raise OneLineError when an address of PostgreSQL leads to another machine without a checked certificate.

    `variable`: where the address was given. `environment`: where the driver takes what the address does not say.
    """
    elsewhere = [host for host in _hosts(url, environment) if not _is_local(host)]
    modes = [*_said(url, "sslmode")] or [environment.get("PGSSLMODE", "")]
    if elsewhere and not all(mode in CHECKED for mode in modes):
        raise OneLineError(
            f"{variable} leads to another machine without TLS whose certificate is checked; add ?sslmode=verify-full, "
            "and &sslrootcert=FILE with the certificate of its authority (or sslrootcert=system)"
        )


def _hosts(url: URL, environment: Mapping[str, str]) -> Iterator[str]:
    """Every host that the driver may try: those of the address, else of its environment; of a service file unknown."""
    named = [*([url.host] if url.host else []), *_said(url, "host")]
    addresses = [*_said(url, "hostaddr")]
    # With a service the driver reads a file of its own; its host counts where the address has none.
    if _said(url, "service") or _said(url, "servicefile") or environment.get("PGSERVICE"):
        named = named or ["a service"]
    # As the driver does: each of the two is looked up for itself.
    yield from named or _parts(environment.get("PGHOST", ""))
    yield from addresses or _parts(environment.get("PGHOSTADDR", ""))


def _said(url: URL, name: str) -> list[str]:
    given = url.query.get(name, ())
    return [part for one in ((given,) if isinstance(given, str) else given) for part in _parts(one)]


def _parts(given: str) -> list[str]:
    """The hosts of a list, of which each may have its port."""
    return [part for part in (part.strip() for part in given.split(",")) if part]


def _is_local(host: str) -> bool:
    # A path is the folder of a socket, and so is a name that begins with "@".
    if host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    for name in (host, host.strip("[]"), host.rsplit(":", 1)[0]):
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            if name.lower() == "localhost":
                return True
    return False
