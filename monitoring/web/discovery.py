"""Where an organisation's pages for signing in are: asked once, before the page is served."""

from __future__ import annotations

import json
import os
from urllib.parse import urlsplit

import requests

from connectors.installation import OneLineError
from monitoring.web.environment import METADATA_VARIABLE

# What the organisation has to say of itself.
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


def discover(issuer: str) -> None:
    """Ask an organisation where its pages for signing in are, and keep it for the workers.

    Raises OneLineError when it cannot be reached, or says that it is another.
    """
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise OneLineError("WEERZIEN_OIDC_ISSUER is not an https address")
    try:
        answer = requests.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=10)
        answer.raise_for_status()
        said = answer.json()
        kept = {name: said[name] for name in NEEDED}
    except (requests.RequestException, ValueError, KeyError) as error:
        raise OneLineError(
            f"WEERZIEN_OIDC_ISSUER cannot be used ({type(error).__name__}); see that its openid-configuration is there"
        ) from None
    if kept["issuer"] != issuer:
        raise OneLineError("WEERZIEN_OIDC_ISSUER is not what the organisation calls itself; copy its issuer exactly")
    os.environ[METADATA_VARIABLE] = json.dumps(kept)
