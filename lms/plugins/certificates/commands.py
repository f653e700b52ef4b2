"""Commands below `lms certificates`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from lms.host import printing
from lms.host.contributions import Command
from lms.host.db import db
from lms.plugins.certificates import actions
from lms.plugins.certificates.domain import claims, codes, keys

group = AppGroup("certificates", help="Withdraw a certificate, or check a signed record.")


@group.command("revoke")
@click.argument("code", nargs=-1, required=True)
def revoke(code: tuple[str, ...]) -> None:
    """Withdraw the certificate with this CODE, in every form it was printed in. This cannot be taken back."""
    try:
        meant = codes.parse(" ".join(code))
    except codes.MistypedError:
        raise click.ClickException("This cannot be a code: a letter is missing or mistyped.") from None
    if not actions.withdraw(db.session(), code=meant):
        raise click.ClickException("No certificate has this code.")
    db.session.commit()
    click.echo("Withdrawn. Whoever checks it is told so from now on.")


@group.command("verify")
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(record: Path) -> None:
    """Check the signature of a RECORD (credential.json, as carried inside the PDF) with this site's key."""
    try:
        stated = claims.verify(record.read_bytes(), [keys.load(printing.data_folder())])
    except claims.ForgedError:
        raise click.ClickException("The signature does not fit: it was changed, or another site made it.") from None
    for name, value in stated.items():
        click.echo(f"{name}: {value}")


command = Command(group)
