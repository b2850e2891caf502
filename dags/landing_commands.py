"""The commands of the landing area: `weerzien landing new-key`, `encrypt` and `rekey`.

Rooms are imported inside the subcommands, so that `--help` answers at once.
"""

from __future__ import annotations

import click

from connectors.installation import Installation, OneLineError


@click.group()
def landing() -> None:
    """Encrypt what the registers delivered, by a key that lies outside the installation (docs/security.md)."""


@landing.command("new-key")
def new_key() -> None:
    """Print a new key. Keep it in a place of its own: without it the files that it encrypted cannot be read."""
    from connectors import keys

    click.echo(keys.new_key())


@landing.command()
def encrypt() -> None:
    """Encrypt the files that lie plain, by the first key of WEERZIEN_LANDING_KEY or WEERZIEN_LANDING_KEY_FILE."""
    _reseal(plain_only=True)


@landing.command()
def rekey() -> None:
    """Encrypt all files by the first key; those before it in use stand behind it, and can be left out afterwards."""
    _reseal(plain_only=False)


def _reseal(plain_only: bool) -> None:
    from connectors.resealing import reseal
    from dags.turns import one_at_a_time

    installation = Installation.from_environment()
    with one_at_a_time(installation):
        done = reseal(installation.landing, plain_only)
    click.echo(
        f"Versleuteld met / encrypted by {done.key_id}: {done.sealed} bestanden / files; "
        f"{done.already} waren dat al / were already."
    )
    if done.damaged:
        raise OneLineError(f"not what their checksum says, left as they are: {', '.join(done.damaged)}")
