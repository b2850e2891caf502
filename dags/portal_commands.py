"""The commands of the bureau's page: `weerzien portal` and `weerzien accounts`.

Rooms are imported inside the subcommands, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.installation import Installation, OneLineError

if TYPE_CHECKING:
    from sqlalchemy import Engine

OWNER = "WEERZIEN_DATABASE_URL"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Another needs a name, a secret and TLS.")
@click.option("--port", type=click.IntRange(1, 65535), default=8800, show_default=True, help="Where it listens.")
@click.option(
    "--workers", type=click.IntRange(1), help="Processes that serve. Default: one per processor, at least two."
)
@click.option("--certificate", type=click.Path(path_type=Path), metavar="FILE", help="PEM file of TLS.")
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="PEM file of the certificate's key.")
@click.option("--prepare", "only_prepare", is_flag=True, help="Only make the database ready, as its owner, and end.")
def portal(
    host: str, port: int, workers: int | None, certificate: Path | None, key: Path | None, only_prepare: bool
) -> None:
    """Serve the bureau's page until Ctrl-C: the merged table, what is new, and the pairs that await a verdict.

    Accounts are made with `weerzien accounts add`. Against a database elsewhere the page uses the login of
    WEERZIEN_PORTAL_DATABASE_URL; `--prepare` is then run once by the owner, and after each upgrade.
    """
    from monitoring.web.discovery import discover
    from monitoring.web.environment import TLS_VARIABLE, single_sign_on
    from monitoring.web.serving import Bind, check_bind, serve

    bind = Bind(host, port, workers or max(2, os.cpu_count() or 1), certificate, key)
    if certificate:
        os.environ[TLS_VARIABLE] = "on"
    if not only_prepare:
        check_bind(bind)
        if organisation := single_sign_on():
            discover(organisation.issuer)
    address = _ready(only_prepare)
    if only_prepare:
        click.echo("De database is gereed / the database is ready")
        return
    from monitoring.web.prepare import check_rights, start_django

    check_rights(address)
    # The workers know the page's own login only.
    os.environ.pop(OWNER, None)
    start_django(address)
    click.echo(f"De pagina / the page: {bind.address}  (Ctrl-C stopt / stops)", err=True)
    serve(bind)


def _ready(only_prepare: bool) -> str:
    """Make the database ready where this process may, and return the address under which the page reaches it."""
    from monitoring.web.environment import DATABASE_VARIABLE, database_address, single_sign_on
    from monitoring.web.prepare import portal_address, prepare

    if not only_prepare and os.environ.get(DATABASE_VARIABLE) and not os.environ.get(OWNER):
        database_address()
        return os.environ[DATABASE_VARIABLE]
    given = os.environ.get(DATABASE_VARIABLE)
    engine = _owner()
    if not (only_prepare and os.environ.get(OWNER)):
        given = portal_address(Installation.from_environment(), engine)
    prepare(engine, single_sign_on() is not None)
    if not _accounts(engine) and single_sign_on() is None:
        click.echo(
            "Er is nog geen account / there is no account yet: weerzien accounts add NAME --role reader", err=True
        )
    return given or ""


def _owner() -> Engine:
    from monitoring.database import connect, upgrade

    engine = connect(Installation.from_environment())
    upgrade(engine)
    return engine


def _accounts(engine: Engine) -> list[str]:
    from monitoring.web.accounts import listed

    return [name for name, *_ in listed(engine)]


def _prepared() -> Engine:
    from monitoring.web.environment import single_sign_on
    from monitoring.web.prepare import prepare

    engine = _owner()
    prepare(engine, single_sign_on() is not None)
    return engine


@click.group()
def accounts() -> None:
    """The accounts of the bureau's page. Roles: reader, reviewer, engineer, auditor."""


@accounts.command("add")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, help="May be given more than once.")
@click.option("--sign-on-only", is_flag=True, help="No password: only single sign-on lets this account in.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
def add_account(name: str, roles: tuple[str, ...], sign_on_only: bool, password_stdin: bool) -> None:
    """Make an account; asks for its password, of at least twelve signs."""
    from monitoring.web.accounts import add

    password = None if sign_on_only else _password(password_stdin)
    add(_prepared(), name, roles, password)
    click.echo(f"{name}: {', '.join(roles)}")


@accounts.command("change")
@click.argument("name")
@click.option("--role", "roles", multiple=True, help="The roles from now on; may be given more than once.")
@click.option("--shut/--open", "is_shut", default=None, help="Shut the account out, or let it in again.")
def change_account(name: str, roles: tuple[str, ...], is_shut: bool | None) -> None:
    """Give an account other roles, or shut it out."""
    from monitoring.web.accounts import change

    if not roles and is_shut is None:
        raise OneLineError("say what changes: --role ROLE, --shut or --open")
    change(_prepared(), name, roles or None, None if is_shut is None else not is_shut)
    click.echo(f"{name}: gewijzigd / changed")


@accounts.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
def change_password(name: str, password_stdin: bool) -> None:
    """Give an account another password; its sessions end, and it may try to sign in again."""
    from monitoring.web.accounts import set_password

    set_password(_prepared(), name, _password(password_stdin))
    click.echo(f"{name}: gewijzigd / changed")


@accounts.command("list")
def list_accounts() -> None:
    """Show the accounts: name, roles, whether it is open, and when it last signed in (UTC)."""
    from monitoring.web.accounts import listed

    for name, roles, is_open, seen in listed(_prepared()):
        state = "open" if is_open else "dicht / shut"
        last = seen.strftime("%Y-%m-%d %H:%M") if seen else "nooit / never"
        click.echo(f"{name:20} {', '.join(roles):30} {state:14} {last}")


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Wachtwoord / password", hide_input=True, confirmation_prompt=True, err=True))
