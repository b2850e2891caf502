"""Make the database ready for the page, in the rights of its owner: Django's own tables, the roles, who may do what.

The page itself runs under a login that may do none of this.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from connectors.installation import Installation, OneLineError
from monitoring.database import URL_VARIABLE
from monitoring.ownership import OWNER_ROLE, hand_over, may_change
from monitoring.web.environment import DATABASE_VARIABLE

ROLE = "weerzien_portal"
# What the page may do with Django's own tables: keep sessions and failed attempts, a password and the last sign-in.
# The auditor sees which account has which role, and no password.
GRANTS = (
    "GRANT SELECT ON portal.auth_user, portal.auth_user_groups, portal.auth_user_user_permissions, portal.auth_group, "
    "portal.auth_group_permissions, portal.auth_permission, portal.django_content_type, portal.django_migrations, "
    "portal.django_session, portal.axes_accessattempt, portal.axes_accesslog, portal.axes_accessfailurelog, "
    "portal.axes_accessattemptexpiration TO weerzien_portal",
    "GRANT INSERT, UPDATE, DELETE ON portal.django_session TO weerzien_portal",
    "GRANT INSERT, UPDATE, DELETE ON portal.axes_accessattempt, portal.axes_accesslog, portal.axes_accessfailurelog, "
    "portal.axes_accessattemptexpiration TO weerzien_portal",
    "GRANT UPDATE (password, last_login) ON portal.auth_user TO weerzien_portal",
    "GRANT SELECT (id, username, is_active, is_superuser, last_login, date_joined) ON portal.auth_user "
    "TO weerzien_auditor",
    "GRANT SELECT ON portal.auth_group, portal.auth_user_groups TO weerzien_auditor",
)
# Where an organisation says who has which role, the page writes it down: then it could make a reviewer of its own.
SIGN_ON_GRANTS = (
    "GRANT INSERT ON portal.auth_user TO weerzien_portal",
    "GRANT INSERT, DELETE ON portal.auth_user_groups TO weerzien_portal",
)
# An installation that had single sign-on before may have it no more.
TAKEN_BACK = (
    "REVOKE INSERT, UPDATE ON portal.auth_user FROM weerzien_portal",
    "REVOKE INSERT, DELETE ON portal.auth_user_groups FROM weerzien_portal",
    # Numbers of its columns are given by the tables themselves.
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA portal FROM weerzien_portal",
)
# Whether a login may do more than the page should: see a closed table, change the log, or act for the owner.
MAY_TOO_MUCH = """
    SELECT bool_or(rolsuper OR rolcreaterole) OR bool_or(pg_has_role(current_user, relowner, 'MEMBER'))
      OR bool_or(nspname = 'registers' AND has_schema_privilege(pg_namespace.oid, 'USAGE'))
      OR bool_or(relname = 'audit' AND has_table_privilege(pg_class.oid, 'UPDATE, DELETE, TRUNCATE'))
    FROM pg_roles, pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE rolname = current_user AND relkind = 'r' AND nspname IN ('registers', 'portal')
"""


def prepare(engine: Engine, with_sign_on: bool) -> None:
    """Bring Django's tables in the schema `portal` to their newest version, make the roles, and grant the page its
    rights. `engine`: of the owner of the schemas, which are up to date; raises OneLineError for another's.
    """
    with engine.connect() as connection:
        if not may_change(connection):
            raise OneLineError(
                f"this login of the database may not make the page's tables; take one that is a member of {OWNER_ROLE}"
            )
    with as_owner(engine):
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        # Sessions that ended stay in the table until somebody takes them out.
        call_command("clearsessions")
        _make_roles()
    with engine.begin() as connection:
        hand_over(connection)
        for grant in (*TAKEN_BACK, *GRANTS, *(SIGN_ON_GRANTS if with_sign_on else ())):
            connection.execute(text(grant))


@contextmanager
def as_owner(engine: Engine) -> Iterator[None]:
    """Let Django work on the owner's database, in this process, as long as the block lasts.

    Afterwards the owner's address is no longer in the environment; Django has to be started for the page's own.
    """
    before = os.environ.get(DATABASE_VARIABLE)
    start_django(engine.url.set(drivername="postgresql").render_as_string(hide_password=False))
    from django.db import connections

    try:
        yield
    finally:
        connections.close_all()
        if before is None:
            os.environ.pop(DATABASE_VARIABLE, None)
        else:
            os.environ[DATABASE_VARIABLE] = before


def start_django(address: str) -> None:
    """Set Django up for a database, also when it was set up for another before: one process prepares, then serves."""
    import django
    from django.conf import settings
    from django.db import connections

    os.environ[DATABASE_VARIABLE] = address
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitoring.web.settings")
    if not settings.configured:
        django.setup()
        return
    from monitoring.web import environment

    url = environment.database_address()
    connections.close_all()
    reached = {
        "HOST": url.query.get("host", url.host or ""), "PORT": str(url.port or ""), "NAME": url.database or "",
        "USER": url.username or "", "PASSWORD": url.password or "",
    }  # fmt: skip
    for known in (settings.DATABASES["default"], connections["default"].settings_dict):
        known.update(reached)


def _make_roles() -> None:
    from django.contrib.auth.models import Group, Permission

    from monitoring.web.roles import APP, ROLES

    for role, rights in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(Permission.objects.filter(content_type__app_label=APP, codename__in=rights))


def portal_address(installation: Installation, engine: Engine) -> str:
    """Return the address under which the page reaches the database.

    The embedded server lets the role in over its socket, which only its owner may use. For a server elsewhere the
    administrator gives a login. Raises OneLineError when none is set.
    """
    given = os.environ.get(DATABASE_VARIABLE)
    if given:
        return given
    if os.environ.get(URL_VARIABLE):
        raise OneLineError(f"set {DATABASE_VARIABLE}: a login of the database that is a member of {ROLE} and no owner")
    with engine.begin() as connection:
        connection.execute(text(f"ALTER ROLE {ROLE} LOGIN"))
    return engine.url.set(drivername="postgresql", username=ROLE).render_as_string(hide_password=False)


def check_rights(address: str) -> None:
    """Raise OneLineError when the page's login could read identifying values or change the log of who saw what."""
    from sqlalchemy import NullPool, create_engine
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    url = make_url(address).set(drivername="postgresql+psycopg")
    try:
        with create_engine(url, poolclass=NullPool, hide_parameters=True).connect() as connection:
            may_too_much = connection.execute(text(MAY_TOO_MUCH)).scalar_one()
            connection.execute(text("SELECT count(*) FROM portal.django_session WHERE false"))
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or type(error).__name__).strip().split("\n")[0]
        cause = cause.replace(url.password, "***") if url.password else cause
        raise OneLineError(
            f"the page's database cannot be used: {cause}; run `weerzien portal --prepare` as the owner of the database"
        ) from None
    if may_too_much:
        raise OneLineError(
            f"the page's login may read identifying values or change its log; give {DATABASE_VARIABLE} a login that is "
            f"a member of {ROLE} and of nothing else"
        )
