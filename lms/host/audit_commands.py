"""`lms audit …`: is the chain whole, and what is its newest signed head."""

import sys

import click
from flask.cli import AppGroup

from lms.host.db import db, reader
from lms.host.security import audit_chain
from lms.host.security.audit_chain import SignedHead

audit_group = AppGroup("audit", help="Check the record of who used which power.")


@audit_group.command("verify")
@click.option("--head", "kept", multiple=True, metavar="LINE", help="A head that somebody kept; may be given again.")
def verify(kept: tuple[str, ...]) -> None:
    """Name the first broken link of the audit, or say that it is whole; exit 1 if it is not."""
    wrong = []
    broken = audit_chain.verify(reader())
    if broken is not None:
        wrong.append(f"The audit is broken at entry {broken.entry}: {broken.why}.")
    for line in kept:
        try:
            head = SignedHead.read(line)
        except ValueError:
            raise click.BadParameter("This is not a head. Copy the whole line.", param_hint="--head") from None
        if said := audit_chain.contradiction(reader(), head):
            wrong.append(said)
    click.echo("\n".join(wrong) or "The audit is whole.")
    if wrong:
        sys.exit(1)


@audit_group.command("head")
def head() -> None:
    """Sign the end of the audit and print the newest head; keep it away from this server."""
    audit_chain.sign_head(db.session())
    db.session.commit()
    newest = audit_chain.newest_head(reader())
    if newest is None:
        raise click.ClickException("The audit has no entries yet, or is broken: see `lms audit verify`.")
    click.echo(str(newest))
    click.echo(f"Public key: {audit_chain.public_key().hex()}", err=True)
