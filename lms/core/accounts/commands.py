"""`lms accounts …`: the first operator, roles and codes from the command line."""

from datetime import timedelta
from uuid import uuid4

import click
from flask.cli import AppGroup

from lms.core.accounts import queries
from lms.core.accounts.actions.grants import ROLES, grant, revoke
from lms.core.accounts.actions.invitations import InvitationKind, create_invitations
from lms.core.accounts.actions.keys import make_keys
from lms.core.accounts.actions.people import create_person
from lms.host import clock
from lms.host.contributions import Starter
from lms.host.db import db, reader
from lms.host.i18n import language
from lms.host.plugin import current_host
from lms.host.security import audit, passphrases

BY = "operator at the command line"
accounts = AppGroup("accounts", help="The first operator, roles and invitation codes.")


def operator_code() -> str:
    """Make a code that opens one operator account within the hour (ACC-14)."""
    return _invite("role", {"role": "operator"}, 1, 1, timedelta(hours=1))[0]


@accounts.command("operator-code")
def operator_code_command() -> None:
    """Print a code that opens one operator account within the next hour."""
    click.echo(operator_code())


def start(demo: bool) -> list[str]:  # noqa: FBT001 - the signature of a Starter
    """Print a code for an operator: at each start of a demonstration, elsewhere until there is one (ACC-14)."""
    if not demo and queries.role_counts(reader()).get("operator"):
        return []
    return [
        f"Code for an operator:    {operator_code()}",
        "                         works for one hour; more: lms accounts operator-code",
    ]


@accounts.command("preview-learner")
def preview_learner() -> None:
    """Make a synthetic learner to look at the site with; there is no way to sign in as somebody else (AUD-5)."""
    person_id, handle = uuid4(), f"preview-{uuid4().hex[:8]}"
    made = passphrases.generate(language().code)
    keys = make_keys(person_id, " ".join(made.parts))
    create_person(db.session(), person_id=person_id, handle=handle, keys=keys, lang=language().code)
    audit.record(db.session(), actor=BY, action="synthetic learner made", object=handle)
    db.session.commit()
    click.echo(f"Name:  {handle}\nWords: {' '.join(made.parts)}")


@accounts.command("list-roles")
def list_roles() -> None:
    """List the roles, and how many people hold each."""
    held = queries.role_counts(reader())
    for role in ROLES:
        click.echo(f"{role}: {held.get(role, 0)}")


@accounts.command("grant")
@click.argument("handle")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--scope", default="site", help="Where: site, or kind:id such as course:holistic-start.")
@click.option("--take-back", is_flag=True, help="Take the role back instead.")
def grant_command(handle: str, role: str, scope: str, *, take_back: bool) -> None:
    """Give the person who signs in as HANDLE a ROLE."""
    keys = queries.keys_of(reader(), handle=handle)
    if keys is None:
        raise click.ClickException("Nobody signs in with this name.")
    kind, _, scope_id = scope.partition(":")
    change = revoke if take_back else grant
    change(db.session(), person_id=keys.person_id, role=role, scope_kind=kind, scope_id=scope_id, by=BY)
    db.session.commit()
    click.echo("Done. Their sign-ins have ended; the change holds from the next one.")


@accounts.command("invite")
@click.option("--kind", default="role", show_default=True, help="Kind of invitation.")
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="What the kind needs, e.g. role=author.")
@click.option("-n", "count", default=1, show_default=True, type=click.IntRange(1, 1000), help="How many codes.")
@click.option("--seats", default=1, show_default=True, type=click.IntRange(1, 1000), help="People a code lets in.")
@click.option("--days", default=14, show_default=True, type=click.IntRange(1, 366), help="Days the codes work.")
def invite(kind: str, pairs: tuple[str, ...], count: int, seats: int, days: int) -> None:
    """Print new invitation codes; they are shown this once."""
    known = [one.key for one in current_host().all(InvitationKind)]
    if kind not in known:
        raise click.ClickException(f"There is no kind {kind!r}. There are: {', '.join(known)}.")
    payload = dict(pair.partition("=")[::2] for pair in pairs)
    if kind == "role" and payload.get("role") not in ROLES:
        raise click.ClickException(f"Say which role: --set role=…, one of {', '.join(ROLES)}.")
    click.echo("\n".join(_invite(kind, payload, count, seats, timedelta(days=days))))


def _invite(kind: str, payload: dict[str, str], count: int, seats: int, lives: timedelta) -> list[str]:
    session = db.session()
    expires = clock.now() + lives
    codes = create_invitations(
        session, kind=kind, payload=payload, n=count, seats=seats, expires=expires, language=language().code
    )
    audit.record(session, actor=BY, action="invitations made", object=f"{kind} {count}")
    session.commit()
    return codes


starter = Starter("accounts.operator", start, order=20)
