"""The settings of the page that an installation gives in its environment, read and checked in one place.

Read: WEERZIEN_PORTAL_DATABASE_URL (where WEERZIEN_DATABASE_URL is set), WEERZIEN_PORTAL_SECRET_KEY,
WEERZIEN_PORTAL_HOSTS, WEERZIEN_PORTAL_TLS, and for single sign-on WEERZIEN_OIDC_ISSUER, WEERZIEN_OIDC_CLIENT_ID,
WEERZIEN_OIDC_CLIENT_SECRET, WEERZIEN_OIDC_ROLES_CLAIM.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from connectors.installation import Installation, OneLineError
from monitoring.tls import check_tls

DATABASE_VARIABLE = "WEERZIEN_PORTAL_DATABASE_URL"
SECRET_VARIABLE = "WEERZIEN_PORTAL_SECRET_KEY"
HOSTS_VARIABLE = "WEERZIEN_PORTAL_HOSTS"
TLS_VARIABLE = "WEERZIEN_PORTAL_TLS"
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
SHORTEST_SECRET = 50
OIDC_VARIABLES = ("WEERZIEN_OIDC_ISSUER", "WEERZIEN_OIDC_CLIENT_ID", "WEERZIEN_OIDC_CLIENT_SECRET")
# Written by this program for its workers: what the organisation says of itself.
METADATA_VARIABLE = "WEERZIEN_OIDC_METADATA"
ROLES_CLAIM_VARIABLE = "WEERZIEN_OIDC_ROLES_CLAIM"


@dataclass(frozen=True)
class SingleSignOn:
    """Where people sign in: the issuer's address, this page's id and secret there, and the claim that holds roles."""

    issuer: str
    client_id: str
    client_secret: str
    roles_claim: str


def database_address() -> URL:
    """Return the address under which the page reaches the database; its user is a member of `weerzien_portal`.

    Raises OneLineError when none is set or it is no address of PostgreSQL.
    """
    given = os.environ.get(DATABASE_VARIABLE)
    if not given:
        raise OneLineError(
            f"set {DATABASE_VARIABLE} to a login that is a member of weerzien_portal and of nothing else"
        )
    try:
        url = make_url(given)
        if url.get_backend_name() not in ("postgresql", "postgres"):
            raise ArgumentError("another kind of database")
    except (ArgumentError, ValueError):
        raise OneLineError(
            f"{DATABASE_VARIABLE} is not an address of PostgreSQL: postgresql://user@host/name"
        ) from None
    check_tls(url, DATABASE_VARIABLE)
    return url


def secret_key(installation: Installation) -> str:
    """Return the key that signs sessions: as given, else the installation's own, which is made on first use.

    Raises OneLineError when the given key is too short to be one.
    """
    given = os.environ.get(SECRET_VARIABLE)
    if given:
        if len(given) < SHORTEST_SECRET:
            raise OneLineError(f"{SECRET_VARIABLE} is shorter than {SHORTEST_SECRET} signs; give a long random one")
        return given
    file = installation.portal / "secret_key"
    if not file.is_file():
        _write_private(file, secrets.token_urlsafe(SHORTEST_SECRET))
    return file.read_text(encoding="ascii")


def hosts() -> list[str]:
    """Return the names under which the page may be asked for; without WEERZIEN_PORTAL_HOSTS only this machine's own."""
    given = os.environ.get(HOSTS_VARIABLE, "")
    return [*LOCAL_HOSTS, *(name.strip() for name in given.split(",") if name.strip())]


def has_tls() -> bool:
    """Whether people reach the page over TLS: its own (`on`) or that of a proxy before it (`proxy`)."""
    return os.environ.get(TLS_VARIABLE) in ("on", "proxy")


def is_behind_proxy() -> bool:
    """Whether a proxy that ends TLS stands before the page and sets X-Forwarded-Proto."""
    return os.environ.get(TLS_VARIABLE) == "proxy"


def single_sign_on() -> SingleSignOn | None:
    """Return how people sign in elsewhere, or None when accounts are the page's own.

    Raises OneLineError when only some of the settings are there.
    """
    given = [os.environ.get(name, "") for name in OIDC_VARIABLES]
    if not any(given):
        return None
    lacking = [name for name, value in zip(OIDC_VARIABLES, given, strict=True) if not value]
    if lacking:
        raise OneLineError(f"single sign-on needs {', '.join(lacking)} too")
    issuer, client_id, client_secret = given
    return SingleSignOn(issuer, client_id, client_secret, os.environ.get(ROLES_CLAIM_VARIABLE) or "roles")


def sign_on_settings(sign_on: SingleSignOn) -> dict[str, object]:
    """Return Django's settings of single sign-on; the endpoints are there once `sign_on.discover` asked for them."""
    said = json.loads(os.environ.get(METADATA_VARIABLE) or "{}")
    origin = urlsplit(said.get("authorization_endpoint", sign_on.issuer))
    return {
        "OIDC_ISSUER": sign_on.issuer,
        "OIDC_ROLES_CLAIM": sign_on.roles_claim,
        "OIDC_RP_CLIENT_ID": sign_on.client_id,
        "OIDC_RP_CLIENT_SECRET": sign_on.client_secret,
        "OIDC_RP_SIGN_ALGO": "RS256",
        "OIDC_RP_SCOPES": "openid profile",
        "OIDC_USE_PKCE": True,
        "OIDC_TIMEOUT": 10,
        "OIDC_OP_AUTHORIZATION_ENDPOINT": said.get("authorization_endpoint", ""),
        "OIDC_OP_TOKEN_ENDPOINT": said.get("token_endpoint", ""),
        "OIDC_OP_USER_ENDPOINT": said.get("userinfo_endpoint", ""),
        "OIDC_OP_JWKS_ENDPOINT": said.get("jwks_uri", ""),
        "LOGIN_REDIRECT_URL_FAILURE": "/inloggen/",
        "SIGN_ON_ORIGIN": f"{origin.scheme}://{origin.netloc}",
    }


def _write_private(file: Path, content: str) -> None:
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(content, encoding="ascii")
    try:
        # Another process may have been first: its key counts.
        os.link(unfinished, file)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
