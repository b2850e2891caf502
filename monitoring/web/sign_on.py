"""Single sign-on over OpenID Connect, where an installation sets it: who somebody is and which roles they have.

An account that was made with a password is never taken over by a name that comes from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import SuspiciousOperation
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from monitoring.web.roles import ROLES

Request, Callback = OIDCAuthenticationRequestView, OIDCAuthenticationCallbackView


class RolesFromClaims(OIDCAuthenticationBackend):
    """Takes the name and the roles from what the organisation says of somebody at each sign-in."""

    def verify_token(self, token: str, **named: Any) -> Any:
        """Take in the token; it has to be of this organisation and for this page, which the library does not ask."""
        payload = super().verify_token(token, **named)
        audience = payload.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if payload.get("iss") != settings.OIDC_ISSUER or settings.OIDC_RP_CLIENT_ID not in audiences:
            raise SuspiciousOperation("a token of another issuer or for another audience")
        if len(audiences) > 1 and payload.get("azp") != settings.OIDC_RP_CLIENT_ID:
            raise SuspiciousOperation("a token that was made for another party")
        return payload

    def get_userinfo(self, access_token: str, id_token: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is said of somebody in the token and beside it; both have to speak of the same one."""
        beside = super().get_userinfo(access_token, id_token, payload)
        if beside.get("sub") != payload.get("sub"):
            raise SuspiciousOperation("the user information is of another subject")
        return {**beside, **payload}

    def verify_claims(self, claims: Mapping[str, Any]) -> bool:
        """Let in who has a name and at least one role of the page."""
        return bool(self.get_username(claims)) and bool(_roles(claims))

    def get_username(self, claims: Mapping[str, Any]) -> str:
        """Return the name under which somebody is known here."""
        return str(claims.get("preferred_username") or claims.get("sub") or "")[:150]

    def filter_users_by_claims(self, claims: Mapping[str, Any]) -> Any:
        """Return the account of that name, if it came from the same place; one with a password did not."""
        found = self.UserModel.objects.filter(username=self.get_username(claims))
        if any(account.has_usable_password() for account in found):
            raise SuspiciousOperation("an account with a password has that name")
        return found

    def create_user(self, claims: Mapping[str, Any]) -> Any:
        """Make an account without a password and give it its roles."""
        return self.update_user(self.UserModel.objects.create_user(self.get_username(claims)), claims)

    def update_user(self, user: Any, claims: Mapping[str, Any]) -> Any:
        """Give an account the roles that the organisation says, and no other."""
        wanted = set(Group.objects.filter(name__in=_roles(claims)))
        held = set(user.groups.all())
        user.groups.remove(*(held - wanted))
        user.groups.add(*(wanted - held))
        return user


def _roles(claims: Mapping[str, Any]) -> list[str]:
    said = claims.get(settings.OIDC_ROLES_CLAIM) or []
    return [role for role in ([said] if isinstance(said, str) else said) if role in ROLES]
