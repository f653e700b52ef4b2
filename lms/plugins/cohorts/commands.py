"""`lms cohorts …`, and what `lms start --demo` does for groups."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Connection

from lms import gettext as _
from lms.core.accounts.api import create_invitations
from lms.core.learning.api import NotPublishedError
from lms.host import clock
from lms.host.contributions import Finding, Health, Starter
from lms.host.db import db, reader
from lms.plugins.cohorts import queries
from lms.plugins.cohorts.actions.cohorts import create_cohort, delete_cohort
from lms.plugins.cohorts.actions.demonstration import create_demonstration
from lms.plugins.cohorts.actions.members import KIND, LEARNER, ROLES, place

BY_DEFAULT = "en"
DEMONSTRATION = "Demonstration group"
cohorts = AppGroup("cohorts", help="Groups that move through a course together.")


@cohorts.command("create")
@click.argument("name")
@click.option("--course", required=True, help="Permanent id of a published course, e.g. holistic-start.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First day; today if left out.")
@click.option("--weeks", default=10, show_default=True, type=click.IntRange(1, 104), help="How long the group lasts.")
@click.option(
    "--names", "lang", default=BY_DEFAULT, show_default=True, help="Language that members' aliases come from."
)
def create(name: str, course: str, start: datetime | None, weeks: int, lang: str) -> None:
    """Make a group and print its id. NAME is a neutral label that staff see; one week a module is the default."""
    starts = start.replace(tzinfo=UTC).date() if start else clock.today()
    cohort_id = uuid4()
    ends = starts + timedelta(weeks=weeks, days=-1)
    try:
        create_cohort(
            db.session(), cohort_id=cohort_id, name=name, course_id=course, starts=starts, ends=ends, lang=lang
        )
    except NotPublishedError as error:
        raise click.ClickException(f"No course {course!r} is published. See `lms courses check`.") from error
    db.session.commit()
    click.echo(str(cohort_id))


@cohorts.command("list")
def list_cohorts() -> None:
    """List the groups: id, course, first and last day, name."""
    for row in queries.briefs(reader()):
        click.echo(f"{row.id}  {row.course_id}  {row.starts} to {row.ends}  {row.name}")


@cohorts.command("invite")
@click.argument("cohort", type=click.UUID)
@click.option(
    "--role", type=click.Choice(ROLES), default=LEARNER, show_default=True, help="What the code makes of them."
)
@click.option("-n", "count", default=1, show_default=True, type=click.IntRange(1, 1000), help="How many codes.")
@click.option("--days", default=14, show_default=True, type=click.IntRange(1, 366), help="Days the codes work.")
def invite(cohort: UUID, role: str, count: int, days: int) -> None:
    """Print new one-use codes for a group; they are shown this once."""
    if not queries.briefs(reader(), [cohort]):
        raise click.ClickException("There is no such group. See `lms cohorts list`.")
    codes = _codes(cohort, role, count, days)
    db.session.commit()
    click.echo("\n".join(codes))


@cohorts.command("delete")
@click.argument("cohort", type=click.UUID)
@click.confirmation_option(prompt="People keep their accounts and what they have learnt. Delete the group?")
def delete(cohort: UUID) -> None:
    """Delete a group; its people go on at their own pace."""
    if not queries.briefs(reader(), [cohort]):
        raise click.ClickException("There is no such group. See `lms cohorts list`.")
    delete_cohort(db.session(), cohort_id=cohort)
    db.session.commit()
    click.echo("Done.")


def start(demo: bool) -> list[str]:  # noqa: FBT001 - the signature of a Starter
    """Make the demonstration group once, and fresh codes for it at each start."""
    if not demo:
        return []
    session = db.session()
    cohort = create_demonstration(session, name=DEMONSTRATION)
    if cohort is None:
        return []
    (learner,), (facilitator,) = (_codes(cohort, role, 1, 1) for role in ROLES)
    (author,) = create_invitations(
        session,
        kind="role",
        payload={"role": "author"},
        expires=clock.now() + timedelta(days=1),
        language=BY_DEFAULT,
    )
    session.commit()
    return [
        f"Code for a learner:      {learner}",
        f"Code for a facilitator:  {facilitator}",
        f"Code for an author:      {author}",
        f"More codes:              lms cohorts invite {cohort} --role learner",
        "                         lms accounts invite --set role=author",
    ]


def examples(conn: Connection) -> Finding:
    """Say whether example members are on a site that is no demonstration (settled 29)."""
    if current_app.config["LMS"].demo or queries.demonstration(conn) is None:
        return Finding(ok=True, text=_("Groups hold no example members, or this is a demonstration site."))
    return Finding(
        ok=False,
        text=_("This site holds example members of a demonstration, and is not started as one."),
        mend=_("Begin a real site with an empty data folder."),
    )


def _codes(cohort: UUID, role: str, count: int, days: int) -> list[str]:
    return create_invitations(
        db.session(),
        kind=KIND,
        payload=place(cohort, role=role),
        n=count,
        expires=clock.now() + timedelta(days=days),
        language=BY_DEFAULT,
    )


starter = Starter("cohorts.demonstration", start, order=50)
health = Health("cohorts.examples", examples)
