"""Where the exports of a night lie, which night it is, and whether the exports are synthetic.

A register's place is a folder or a URL: `sftp://connection@host/path` or `s3://connection@bucket/path`, naming the
Airflow connection that holds what is needed to get in (docs/sources.md). Of what is said of it the first counts:

- `WEERZIEN_EXPORTS_<REGISTER>`: the place of one register;
- `--exports`, else `WEERZIEN_EXPORTS`: the place that holds the five register folders;
- `place = "..."` in connectors/registers/<register>.toml.

A password in a URL is refused, because URLs end up in logs; so is a place whose files would cross a network in
the open.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname
from zoneinfo import ZoneInfo

from connectors.installation import Installation, OneLineError
from connectors.register import REGISTERS, Register, load_register

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NIGHT_HOUR = 4
SYNTHETIC_MARKER = "SYNTHETIC.toml"
EXPORTS = "WEERZIEN_EXPORTS"

# The address of exports of which each register's place stands in its own declaration.
DECLARED = "declared:connectors/registers"

REMOTE = ("sftp", "s3")
IN_THE_OPEN = ("ftp", "http", "webdav", "tftp")


def place(address: str) -> Any:
    """Return the path object of a folder or URL; nothing is asked of a network yet.

    Raises OneLineError when the address is refused, its provider package is missing or its connection is not there.
    """
    if "://" not in address:
        return Path(address).expanduser()
    parts = urlsplit(address)
    _refuse(address)
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    from dags.remote import remote_place

    return remote_place(address)


def _refuse(address: str) -> None:
    """Raise OneLineError, repeating nothing but the scheme, when a URL is not the place of exports."""
    parts = urlsplit(address)
    scheme = parts.scheme.casefold()
    if "@" in parts.netloc and ":" in parts.netloc.rpartition("@")[0]:
        raise OneLineError("the exports URL holds a password; name an Airflow connection in it instead")
    if parts.query or parts.fragment:
        raise OneLineError("the exports URL holds more than a path (? or #); what a connection needs stands in Airflow")
    if scheme in IN_THE_OPEN:
        raise OneLineError(f"exports do not cross a network in the open: {scheme}:// is refused; use sftp:// or s3://")
    if scheme == "file":
        if parts.netloc not in ("", "localhost"):
            raise OneLineError("file:// names a folder of this machine: file:///folder")
    elif scheme not in REMOTE:
        raise OneLineError(f"{scheme}:// is not a kind of place; use a folder, sftp:// or s3:// (docs/sources.md)")


def configured_exports(given: str | None, installation: Installation) -> str:
    """Return the address of the night's exports: as given, else as configured, else as the registers declare, else the
    installation's sample.

    Raises OneLineError when there is none: an installation never falls back to a sample that it did not begin with.
    """
    address = given or os.environ.get(EXPORTS)
    if address:
        return address if "://" in address or address == DECLARED else str(Path(address).expanduser().absolute())
    if _is_declared():
        return DECLARED
    if (installation.sample / SYNTHETIC_MARKER).is_file():
        return str(installation.sample)
    raise OneLineError(f"no exports are configured: give --exports FOLDER or set {EXPORTS}")


def is_configured(given: str | None) -> bool:
    """Tell whether somebody said where the exports lie."""
    return bool(given or os.environ.get(EXPORTS) or _is_declared())


def _is_declared() -> bool:
    return any(load_register(name).place for name in REGISTERS)


def _own(register: str) -> str | None:
    return os.environ.get(f"{EXPORTS}_{register.upper()}")


def check_exports(address: str) -> None:
    """Raise OneLineError when the exports folder does not exist or holds no register folder at all.

    Of places that the registers declare only the addresses are looked at: one that does not answer holds up no other.
    """
    if address == DECLARED:
        for name in REGISTERS:
            declared = _own(name) or load_register(name).place
            if "://" in declared:
                _refuse(declared)
        return
    try:
        root = place(address)
        is_there = root.is_dir()
    except (OSError, ValueError) as error:
        raise OneLineError(f"the exports at {address} cannot be reached ({type(error).__name__})") from None
    if not is_there:
        raise OneLineError(f"the exports folder {address} does not exist")
    elsewhere = [name for name in REGISTERS if _own(name)]
    if not elsewhere and not any((root / name).is_dir() for name in REGISTERS):
        raise OneLineError(f"the exports folder {address} holds none of the folders {', '.join(REGISTERS)}")


def place_of(register: Register, address: str) -> Any:
    """Return the path object of one register's folder; it need not exist.

    Raises OneLineError when nothing says where the register delivers.
    """
    if own := _own(register.name):
        return place(own)
    if address != DECLARED:
        return place(address) / register.folder
    if not register.place:
        raise OneLineError(
            f"nothing says where {register.name} delivers: write `place` into connectors/registers/"
            f"{register.name}.toml or set {EXPORTS}_{register.name.upper()}"
        )
    return place(register.place)


def synthetic_marker(address: str) -> Mapping[str, Any] | None:
    """Return what SYNTHETIC.toml says of sample exports (world, night_last), or None for real exports."""
    if address == DECLARED:
        return None
    marker = place(address) / SYNTHETIC_MARKER
    if not marker.is_file():
        return None
    with marker.open("rb") as file:
        return tomllib.load(file)


def night_of(given: str | None, marker: Mapping[str, Any] | None, moment: datetime) -> date:
    """Return the night: as given, else the sample's last, else the day of the last 04:00 in Amsterdam at `moment`.

    `moment` is the run's logical date or, for a run by hand, the time it was asked for; it carries a time zone.
    """
    if given:
        try:
            return date.fromisoformat(str(given))
        except ValueError:
            raise OneLineError(f"the night {given!r} is not a date; write it as YYYY-MM-DD") from None
    if marker is not None:
        return date.fromisoformat(str(marker["night_last"]))
    local = moment.astimezone(AMSTERDAM)
    return local.date() if local.hour >= NIGHT_HOUR else local.date() - timedelta(days=1)
