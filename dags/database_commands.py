"""The commands of the database's administrator: `weerzien database upgrade|downgrade|roles|check` and, for names
encrypted in it, `new-key|encrypt|decrypt`.

Rooms are imported inside the subcommands, so that `--help` answers at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from connectors.installation import Installation, OneLineError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from monitoring.resealing import Resealed


@click.group()
def database() -> None:
    """The database of the installation: its version, its roles, and what this login may do.

    WEERZIEN_DATABASE_URL says where it is; without it, the installation's own (docs/database.md).
    """


@database.command("upgrade")
def upgrade_database() -> None:
    """Bring the schemas to the version of this program, as a member of weerzien_owner."""
    from monitoring.database import upgrade
    from monitoring.revision import revision_of

    engine = _engine()
    upgrade(engine)
    with engine.connect() as connection:
        click.echo(f"De database is op versie / the database is at revision {revision_of(connection)}")


@database.command("downgrade")
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask.")
def downgrade_database(revision: str, yes: bool) -> None:
    """Take the schemas back to an earlier REVISION, for an earlier version of this program; make a backup first."""
    from monitoring.database import downgrade
    from monitoring.ownership import OWNER_ROLE, may_change
    from monitoring.revision import revision_of, revisions

    engine = _engine()
    with engine.connect() as connection:
        if not may_change(connection):
            raise OneLineError(f"this login may not change the schemas; take one that is a member of {OWNER_ROLE}")
        found = revision_of(connection)
    earlier = [known for known in revisions() if found is not None and known < found]
    if revision not in earlier:
        raise OneLineError(f"the database is at revision {found or 'none'}; earlier ones are {', '.join(earlier)}")
    if not yes:
        click.confirm(f"What came after {revision} is lost; go on?", abort=True, err=True)
    downgrade(engine, revision)
    click.echo(f"De database is op versie / the database is at revision {revision}")


@database.command("roles")
def print_roles() -> None:
    """Print what the administrator of a PostgreSQL server carries out once: roles, database, logins."""
    from importlib.resources import files

    click.echo((files("monitoring") / "roles.sql").read_text(encoding="utf-8"), nl=False)


@database.command("check")
def check_database() -> None:
    """Tell what this login is and may do; exit code 1 when something is not as docs/database.md has it."""
    from monitoring.login import login_of
    from monitoring.revision import newest_revision

    with _engine().connect() as connection:
        login = login_of(connection, newest_revision())
    roles = ", ".join(login.roles) or ("superuser" if login.is_superuser else "-")
    click.echo(f"login      {login.name} ({roles})")
    click.echo(f"server     PostgreSQL {login.server}, TLS: {login.tls or '-'}")
    click.echo(f"revision   {login.revision or '-'}")
    for complaint in login.complaints:
        click.echo(f"!          {complaint}")
    if login.complaints:
        raise click.exceptions.Exit(1)


@database.command("new-key")
def new_key() -> None:
    """Print a new key for WEERZIEN_RECORDS_KEY. Keep it in a place of its own: without it no name can be read."""
    from connectors import keys

    click.echo(keys.new_key())


@database.command("encrypt")
def encrypt_names() -> None:
    """Encrypt the names that stand plain, or under an older key, by the first key of WEERZIEN_RECORDS_KEY[_FILE].

    As a member of weerzien_owner, while no night runs; make a backup first. Again it changes nothing.
    """
    from dags.turns import one_at_a_time
    from monitoring.resealing import encrypt

    installation, engine = Installation.from_environment(), _engine()
    with one_at_a_time(installation):
        done = encrypt(engine, installation)
    _tell(f"Versleuteld met / encrypted by {done.key_id}", done)


@database.command("decrypt")
@click.option("--yes", is_flag=True, help="Do not ask.")
def decrypt_names(yes: bool) -> None:
    """Write all names back in plain text; then unset WEERZIEN_RECORDS_KEY[_FILE]. As a member of weerzien_owner."""
    from dags.turns import one_at_a_time
    from monitoring.resealing import decrypt

    if not yes:
        click.confirm("All names will stand in plain text in the database; go on?", abort=True, err=True)
    installation, engine = Installation.from_environment(), _engine()
    with one_at_a_time(installation):
        done = decrypt(engine)
    _tell("In leesbare tekst / in plain text", done)


def _tell(what: str, done: Resealed) -> None:
    names = {"registers.record": "registraties / registrations", "registers.record_version": "versies / versions",
             "registers.value_reference": "ijkmaten / references"}  # fmt: skip
    told = ", ".join(f"{count} {names[table]}" for table, count in done.changed.items())
    click.echo(f"{what}: {told}; {done.already} waren dat al / were already.")


def _engine() -> Engine:
    from monitoring.database import connect

    return connect(Installation.from_environment())
