"""The accounts of the page: made, given roles and shut by an engineer, in the rights of the owner of the database.

There is no default account and no default password.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from connectors.installation import OneLineError
from monitoring.web.prepare import as_owner
from monitoring.web.roles import ROLES


def add(engine: Engine, name: str, roles: Collection[str], password: str | None) -> None:
    """Make an account with roles; `password` None: only single sign-on lets it in.

    Raises OneLineError when the name is taken or cannot be one, a role is unknown, or the password is too weak.
    """
    _check_roles(roles)
    with as_owner(engine):
        from django.contrib.auth import get_user_model
        from django.core.exceptions import ValidationError

        users = get_user_model()
        if users.objects.filter(username=name).exists():
            raise OneLineError("there is an account of that name; see `weerzien accounts list`")
        account = users(username=name)
        try:
            account.clean_fields(exclude=["password"])
        except ValidationError:
            raise OneLineError("a name holds letters, digits and @ . + - _ only, at most 150") from None
        _set_password(account, password)
        account.save()
        _give(account, roles)


def change(engine: Engine, name: str, roles: Collection[str] | None, is_active: bool | None) -> None:
    """Give an account other roles (None: leave them), or shut or open it. Its sessions end when it is shut."""
    _check_roles(roles or ())
    with as_owner(engine):
        account = _account(name)
        if roles is not None:
            _give(account, roles)
        if is_active is not None:
            account.is_active = is_active
            account.save(update_fields=["is_active"])


def set_password(engine: Engine, name: str, password: str) -> None:
    """Give an account a password, which also ends its sessions and lets it try to sign in again."""
    with as_owner(engine):
        from axes.utils import reset

        account = _account(name)
        _set_password(account, password)
        account.save(update_fields=["password"])
        reset(username=name)


def listed(engine: Engine) -> list[tuple[str, list[str], bool, datetime | None]]:
    """Return every account by name: name, roles, whether it is open, and when it last signed in."""
    with as_owner(engine):
        from django.contrib.auth import get_user_model

        return [
            (user.username, sorted(group.name for group in user.groups.all()), user.is_active, user.last_login)
            for user in get_user_model().objects.order_by("username").prefetch_related("groups")
        ]


def _check_roles(roles: Collection[str]) -> None:
    if unknown := sorted(set(roles) - set(ROLES)):
        raise OneLineError(f"there is no role {', '.join(unknown)}; roles are {', '.join(ROLES)}")


def _account(name: str) -> Any:
    from django.contrib.auth import get_user_model

    found = get_user_model().objects.filter(username=name).first()
    if found is None:
        raise OneLineError("there is no account of that name; see `weerzien accounts list`")
    return found


def _set_password(account: Any, password: str | None) -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.utils import translation

    if password is None:
        account.set_unusable_password()
        return
    try:
        with translation.override("en"):
            validate_password(password, account)
    except ValidationError as error:
        raise OneLineError(" ".join(error.messages)) from None
    account.set_password(password)


def _give(account: Any, roles: Collection[str]) -> None:
    from django.contrib.auth.models import Group

    account.groups.set(Group.objects.filter(name__in=roles))
