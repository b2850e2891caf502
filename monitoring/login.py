"""What a login of the database is and may do, told to whoever administers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from monitoring.ownership import MAY_LOOK, OWNER_ROLE, PIPELINE_ROLE, SCHEMAS
from monitoring.revision import revision_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

ROLES = (OWNER_ROLE, PIPELINE_ROLE, "weerzien_portal", "weerzien_bureau", "weerzien_auditor")
LOGIN = """
    SELECT current_user AS name, rolsuper AS is_superuser, current_setting('server_version') AS server,
      current_setting('server_version_num')::integer >= 170000 AS erases,
      coalesce((SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl), '') AS tls,
      inet_server_addr() IS NULL OR inet_server_addr() <<= inet '127.0.0.0/8' OR inet_server_addr() = inet '::1'
        OR inet_server_addr() = inet_client_addr() AS is_near,
      ARRAY(SELECT rolname::text FROM pg_roles AS role
        WHERE rolname = ANY (:roles) AND NOT login.rolsuper AND pg_has_role(role.oid, 'USAGE') ORDER BY 1) AS roles,
      has_database_privilege('public', current_database(), 'CONNECT')
        OR has_database_privilege('public', current_database(), 'TEMPORARY') AS is_open
    FROM pg_roles AS login WHERE rolname = current_user
"""
# Objects that another role owns are that role's to change, whatever is granted.
OWNED_BY_OTHERS = """
    SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = ANY (:schemas) AND relkind IN ('r', 'v', 'S') AND pg_get_userbyid(relowner) <> :owner
"""


@dataclass(frozen=True)
class Login:
    """One login: its name, the program's roles that it is a member of, and what it sees of server and schemas.

    `revision`: None where there are no schemas or it may not see them. `tls`: the protocol, empty without TLS.
    """

    name: str
    roles: tuple[str, ...]
    is_superuser: bool
    server: str
    tls: str
    revision: str | None
    complaints: tuple[str, ...]


def login_of(connection: Connection, newest: str) -> Login:
    """Return what the login of a connection is; `newest`: the revision that the program brings a database to."""
    row = connection.execute(text(LOGIN), {"roles": list(ROLES)}).one()
    sees = bool(connection.execute(text(MAY_LOOK)).scalar_one())
    revision = revision_of(connection) if sees else None
    asked = {"schemas": list(SCHEMAS), "owner": OWNER_ROLE}
    others = int(connection.execute(text(OWNED_BY_OTHERS), asked).scalar_one())
    found = {
        f"the schemas are at revision {revision or 'none'}, this program at {newest}: weerzien database upgrade": (
            sees and revision != newest
        ),
        f"{others} tables do not belong to {OWNER_ROLE}: weerzien database upgrade": others > 0,
        "anybody with a login of this server may enter the database: REVOKE ALL ON DATABASE ... FROM PUBLIC": (
            row.is_open
        ),
        "the server is older than PostgreSQL 17, where only an owner's login can erase what is purged": not row.erases,
        "the connection leaves this machine without TLS": not (row.tls or row.is_near),
        "the login is a member of several roles; give each work a login of its own": len(row.roles) > 1,
        "the login is a member of no role of this program": not row.roles and not row.is_superuser,
    }
    complaints = tuple(said for said, holds in found.items() if holds)
    return Login(row.name, tuple(row.roles), row.is_superuser, row.server, row.tls, revision, complaints)
