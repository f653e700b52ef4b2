"""`lms seed`: an empty site filled with invented people and courses, to measure with."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from lms.host import clock, history
from lms.host.contributions import Seeder
from lms.host.db import db, reader
from lms.host.plugin import StartupError, current_host
from lms.host.security import audit
from lms.host.seed import SIZES, Scale, Seed
from lms.host.settings import LOOPBACK, Settings
from lms.host.startup import tables

ROOM = "PRAGMA cache_size=-131072"
"""128 MB for the one transaction of this process: with SQLite's usual 2 MB, indexes are read back again and again."""


@click.command("seed")
@click.option("--size", type=click.Choice(list(SIZES)), default="XS", show_default=True, help="How much to make.")
@click.option("--seed", "number", type=int, default=7, show_default=True, help="The same number, the same site.")
@with_appcontext
def seed_command(size: str, number: int) -> None:
    """Fill an empty site with invented people and courses, to measure with; nobody can sign in as one of them."""
    _refuse_reachable(current_app.config["LMS"])
    if history.pending(reader(), current_host()):
        raise StartupError("Run `lms db upgrade` first.")
    if db.engines[None].dialect.name == "sqlite":
        db.session().connection().exec_driver_sql(ROOM)
    for line in fill(db.session(), SIZES[size], number):
        click.echo(line)
    db.session.commit()


def fill(session: Session, scale: Scale, number: int) -> list[str]:
    """Let every package make its part, in order; return what was made. Does not commit.

    Raises:
        StartupError: there are people already.

    """
    _refuse_people(session.connection())
    settings: Settings = current_app.config["LMS"]
    seed = Seed(scale, number, settings.languages, clock.today())
    lines = []
    for seeder in sorted(current_host().all(Seeder), key=lambda item: item.order):
        seed.begin(seeder.key)
        lines.append(seeder.run(session, seed))
    audit.record(session, actor="operator", action="site seeded", object=f"number {number}")
    return lines


def _refuse_people(conn: Connection) -> None:
    """No table that says it holds something of a person may hold anything."""
    for table in tables(current_host()):
        if table.info.get("person") and conn.execute(select(table).limit(1)).first() is not None:
            raise StartupError(f"This site is in use ({table.name}): only an empty one can be filled.")


def _refuse_reachable(settings: Settings) -> None:
    if settings.bind not in LOOPBACK or settings.https or not LOOPBACK.issuperset(settings.hosts):
        raise StartupError("Others can reach this site: invented people belong on one that only this machine sees.")
