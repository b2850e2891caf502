"""Where the exports of a night lie, which night it is, and whether the exports are synthetic.

Environment read: `WEERZIEN_EXPORTS` (folder or fsspec URL holding the five register folders) and
`WEERZIEN_EXPORTS_<REGISTER>` (the folder of one register that lies elsewhere). URLs name an Airflow connection
(`sftp://police@host/exports`); a password in a URL is refused, because URLs end up in logs.
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
from connectors.register import REGISTERS, Register

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NIGHT_HOUR = 4
SYNTHETIC_MARKER = "SYNTHETIC.toml"


def place(address: str) -> Any:
    """Return the path object of a folder or URL; Airflow's object storage is used for URLs only."""
    if "://" not in address:
        return Path(address).expanduser()
    parts = urlsplit(address)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Path(url2pathname(parts.path))
    if parts.password:
        raise OneLineError("the exports URL holds a password; name an Airflow connection in it instead")
    from airflow.sdk import ObjectStoragePath

    return ObjectStoragePath(address)


def configured_exports(given: str | None, installation: Installation) -> str:
    """Return the address of the night's exports: as given, else as configured, else the installation's sample.

    Raises OneLineError when there is none: an installation never falls back to a sample that it did not begin with.
    """
    address = given or os.environ.get("WEERZIEN_EXPORTS")
    if address:
        return address if "://" in address else str(Path(address).expanduser().absolute())
    if (installation.sample / SYNTHETIC_MARKER).is_file():
        return str(installation.sample)
    raise OneLineError("no exports are configured: give --exports FOLDER or set WEERZIEN_EXPORTS")


def is_configured(given: str | None) -> bool:
    """Tell whether somebody said where the exports lie."""
    return bool(given or os.environ.get("WEERZIEN_EXPORTS"))


def check_exports(address: str) -> None:
    """Raise OneLineError when the exports folder does not exist or holds no register folder at all."""
    try:
        root = place(address)
        is_there = root.is_dir()
    except ImportError:
        scheme = urlsplit(address).scheme
        raise OneLineError(f"exports at {scheme}:// need Airflow's provider package for it; install it") from None
    except (OSError, ValueError) as error:
        raise OneLineError(f"the exports at {address} cannot be reached ({type(error).__name__})") from None
    if not is_there:
        raise OneLineError(f"the exports folder {address} does not exist")
    elsewhere = [name for name in REGISTERS if f"WEERZIEN_EXPORTS_{name.upper()}" in os.environ]
    if not elsewhere and not any((root / name).is_dir() for name in REGISTERS):
        raise OneLineError(f"the exports folder {address} holds none of the folders {', '.join(REGISTERS)}")


def place_of(register: Register, address: str) -> Any:
    """Return the path object of one register's folder; it need not exist."""
    own = os.environ.get(f"WEERZIEN_EXPORTS_{register.name.upper()}")
    return place(own) if own else place(address) / register.folder


def synthetic_marker(address: str) -> Mapping[str, Any] | None:
    """Return what SYNTHETIC.toml says of sample exports (world, night_last), or None for real exports."""
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
