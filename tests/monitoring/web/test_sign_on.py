"""Single sign-on against an organisation that is played here: who is let in, with which roles, and who is not."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import text

from benchmarks.portals.served import served
from connectors.installation import OneLineError

CLIENT, SECRET = "weerzien", "a secret of the page"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Organisation(ThreadingHTTPServer):
    """Signs in whoever `said` describes; `token` and `beside` change what it says of them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.said: dict[str, Any] = {}
        self.token: dict[str, Any] = {}
        self.beside: dict[str, Any] = {}
        self.key = KEY
        self.asked: dict[str, str] = {}


class Answers(BaseHTTPRequestHandler):
    """The four addresses of an organisation."""

    server: Organisation

    def do_GET(self) -> None:
        organisation, parts = self.server, urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            names = {
                "authorization_endpoint": "go",
                "token_endpoint": "token",
                "userinfo_endpoint": "who",
                "jwks_uri": "keys",
            }
            said = {name: f"{organisation.issuer}/{path}" for name, path in names.items()}
            self._json({**said, "issuer": organisation.issuer})
        elif parts.path == "/go":
            organisation.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            back = urlencode({"code": "the code", "state": organisation.asked["state"]})
            self.send_response(302)
            self.send_header("Location", f"{organisation.asked['redirect_uri']}?{back}")
            self.end_headers()
        elif parts.path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self._json({"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]})
        else:
            self._json({"sub": organisation.said["sub"], **organisation.said, **organisation.beside})

    def do_POST(self) -> None:
        organisation = self.server
        sent = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        proof = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        assert sent["client_secret"] == SECRET and proof == organisation.asked["code_challenge"]
        claims = {
            "iss": organisation.issuer,
            "aud": CLIENT,
            "exp": int(time.time()) + 60,
            "nonce": organisation.asked["nonce"],
            "sub": organisation.said["sub"],
            **organisation.token,
        }
        token = jwt.encode(claims, organisation.key, algorithm="RS256", headers={"kid": "one"})
        self._json({"access_token": "x", "id_token": token, "token_type": "Bearer"})

    def _json(self, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def organisation():
    with Organisation() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def page(published, organisation):
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WEERZIEN_PORTAL_DATABASE_URL")
        patch.setenv("WEERZIEN_OIDC_ISSUER", organisation.issuer)
        patch.setenv("WEERZIEN_OIDC_CLIENT_ID", CLIENT)
        patch.setenv("WEERZIEN_OIDC_CLIENT_SECRET", SECRET)
        with served(published.home) as site:
            yield site.address
    from monitoring.web.prepare import prepare

    prepare(published.engine, with_sign_on=False)


@pytest.fixture
def arrive(page, organisation):
    """Signs somebody in: what the organisation says of them, and where they land."""

    def go(said, token=None, beside=None, key=KEY) -> tuple[requests.Session, requests.Response]:
        organisation.said, organisation.token = {"sub": said.get("preferred_username", "x"), **said}, token or {}
        organisation.beside, organisation.key = beside or {}, key
        with requests.Session() as session:
            return session, session.get(f"{page}/aanmelden/", timeout=20)

    return go


def roles(published, name):
    with published.engine.connect() as connection:
        query = text(
            "SELECT auth_group.name FROM portal.auth_user LEFT JOIN portal.auth_user_groups ON user_id = auth_user.id "
            "LEFT JOIN portal.auth_group ON auth_group.id = group_id WHERE username = :name ORDER BY 1"
        )
        return connection.execute(query, {"name": name}).scalars().all()


def test_somebody_of_the_organisation_is_let_in_with_the_roles_that_it_says(arrive, published):
    session, answer = arrive({"preferred_username": "p.devries", "roles": ["reader", "reviewer", "boss"]})
    assert answer.url.endswith("/doel/") and "p.devries" in answer.text
    assert roles(published, "p.devries") == ["reader", "reviewer"]
    session.close()


def test_a_role_that_the_organisation_no_longer_says_is_gone_at_the_next_sign_in(arrive, published):
    arrive({"preferred_username": "a.bakker", "roles": ["reader", "auditor"]})
    assert roles(published, "a.bakker") == ["auditor", "reader"]
    arrive({"preferred_username": "a.bakker", "roles": "auditor"})
    assert roles(published, "a.bakker") == ["auditor"]


@pytest.mark.parametrize(
    ("name", "said", "more"),
    [
        ("norole", {"roles": []}, {}),
        ("otherrole", {"roles": ["boss"]}, {}),
        ("noclaim", {}, {}),
        ("otherpage", {"roles": ["reader"]}, {"token": {"aud": "another page"}}),
        ("severalpages", {"roles": ["reader"]}, {"token": {"aud": [CLIENT, "another page"], "azp": "another page"}}),
        ("otherissuer", {"roles": ["reader"]}, {"token": {"iss": "http://elsewhere.example"}}),
        ("toolate", {"roles": ["reader"]}, {"token": {"exp": 1}}),
        ("othernonce", {"roles": ["reader"]}, {"token": {"nonce": "of somebody else"}}),
        ("othersubject", {"roles": ["reader"]}, {"beside": {"sub": "somebody else"}}),
        ("otherkey", {"roles": ["reader"]}, {"key": OTHER_KEY}),
        ("reader", {"roles": ["reader", "auditor"]}, {}),
    ],
)
def test_nobody_else_is_let_in_and_no_account_is_made_or_taken_over(arrive, published, name, said, more):
    before = roles(published, name)
    _session, answer = arrive({"preferred_username": name, **said}, **more)
    assert "/doel/" not in answer.url
    assert roles(published, name) == before
    assert "Traceback" not in answer.text


def test_the_page_offers_both_ways_to_sign_in(page):
    answer = requests.get(f"{page}/inloggen/", timeout=20)
    assert "Inloggen via uw organisatie" in answer.text and "Inloggen met een account van deze pagina" in answer.text


def test_an_issuer_that_calls_itself_otherwise_or_is_not_there_is_refused_before_anything_is_served(organisation):
    from monitoring.web.discovery import discover

    with pytest.raises(OneLineError, match="not what the organisation calls itself"):
        discover(f"{organisation.issuer}/")
    with pytest.raises(OneLineError, match="cannot be used"):
        discover("http://127.0.0.1:9")
    with pytest.raises(OneLineError, match="https"):
        discover("http://elsewhere.example")


def test_half_of_the_settings_is_refused(monkeypatch):
    from monitoring.web.environment import single_sign_on

    monkeypatch.setenv("WEERZIEN_OIDC_ISSUER", "https://organisation.example")
    monkeypatch.delenv("WEERZIEN_OIDC_CLIENT_ID", raising=False)
    monkeypatch.delenv("WEERZIEN_OIDC_CLIENT_SECRET", raising=False)
    with pytest.raises(OneLineError, match="WEERZIEN_OIDC_CLIENT_ID, WEERZIEN_OIDC_CLIENT_SECRET"):
        single_sign_on()
