"""`lms organisations …`, and what `lms start --demo` does for organisations."""

from datetime import timedelta
from uuid import UUID

import click
from flask.cli import AppGroup

from lms.host import clock
from lms.host.contributions import Starter
from lms.host.db import db, reader
from lms.plugins.cohorts.api import demonstration
from lms.plugins.organisations import actions, queries

BY = "operator at the command line"
BY_DEFAULT = "en"
DEMONSTRATION = "Demonstration organisation"
organisations = AppGroup("organisations", help="Organisations that give people places.")


@organisations.command("create")
@click.argument("name")
def create(name: str) -> None:
    """Make an organisation and print its id."""
    organisation = actions.create_organisation(db.session(), name=name)
    db.session.commit()
    click.echo(str(organisation))


@organisations.command("list")
def list_organisations() -> None:
    """List the organisations: id and name."""
    for row in queries.names(reader()):
        click.echo(f"{row.id}  {row.name}")


@organisations.command("give")
@click.argument("organisation", type=click.UUID)
@click.argument("cohort", type=click.UUID)
def give(organisation: UUID, cohort: UUID) -> None:
    """Let the group COHORT belong to ORGANISATION, which can then invite people to it."""
    _check(organisation)
    actions.give_cohort(db.session(), organisation_id=organisation, cohort_id=cohort)
    db.session.commit()
    click.echo("Done.")


@organisations.command("invite")
@click.argument("organisation", type=click.UUID)
@click.option("--days", default=14, show_default=True, type=click.IntRange(1, 366), help="Days the code works.")
def invite(organisation: UUID, days: int) -> None:
    """Print a new one-use code for a coordinator; it is shown this once."""
    _check(organisation)
    code = _code(organisation, days)
    db.session.commit()
    click.echo(code)


@organisations.command("delete")
@click.argument("organisation", type=click.UUID)
@click.confirmation_option(prompt="People keep their accounts; codes that are not used yet end. Delete it?")
def delete(organisation: UUID) -> None:
    """Delete an organisation and every tie between it and people."""
    _check(organisation)
    actions.delete_organisation(db.session(), organisation_id=organisation, by=BY)
    db.session.commit()
    click.echo("Done.")


def start(demo: bool) -> list[str]:  # noqa: FBT001 - the signature of a Starter
    """Give the demonstration group to the demonstration organisation once, and make a fresh code at each start."""
    found = demonstration(db.session().connection()) if demo else None
    if found is None:
        return []
    organisation = found.organisation_id
    if organisation is None:
        organisation = actions.create_organisation(db.session(), name=DEMONSTRATION)
        actions.give_cohort(db.session(), organisation_id=organisation, cohort_id=found.cohort_id)
    code = _code(organisation, 1)
    db.session.commit()
    return [
        f"Code for a coordinator:  {code}",
        f"                         lms organisations invite {organisation}",
    ]


def _code(organisation: UUID, days: int) -> str:
    expires = clock.now() + timedelta(days=days)
    return actions.invite_coordinator(db.session(), organisation_id=organisation, expires=expires, language=BY_DEFAULT)


def _check(organisation: UUID) -> None:
    if not queries.names(reader(), [organisation]):
        raise click.ClickException("There is no such organisation. See `lms organisations list`.")


starter = Starter("organisations.demonstration", start, order=60)
