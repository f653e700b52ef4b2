"""Giving the site a new column key while it runs (ENC-11): begin, move every value, end. Any step may be cut off and begun again.

Running processes look at the secret file before they encrypt or open, so from the moment it holds a new version they
use it; the old one opens what has not been moved yet. It is forgotten when nothing is left under it and no request that
began with it can still be running.
"""

import time
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Table, func, literal, select, update
from sqlalchemy.orm import Session

from lms.host.contributions import Encrypted
from lms.host.db import db
from lms.host.plugin import current_host
from lms.host.security import audit
from lms.host.security.current import vault
from lms.host.security.ring import Ring, replace_secret
from lms.host.settings import Settings

BATCH = 100
LONGEST_REQUEST = 60

keys_group = AppGroup("keys", help="Keys of the site.")


@keys_group.command("rotate")
@click.option("--wait", default=LONGEST_REQUEST, show_default=True, help="Seconds that requests may still run.")
def rotate_command(wait: int) -> None:
    """Give the site a new column key; go on where an earlier run was cut off."""
    click.echo(f"{rotate(wait)} values are under the new key; the old one opens nothing and is gone.")
    click.echo("Put the new secret.key in your safe place. Keep the old file as long as backups from before.")


def rotate(wait: int) -> int:
    """Change the column key; return how many values were moved.

    Args:
        wait: seconds to let requests end that began under the old key.

    """
    settings: Settings = current_app.config["LMS"]
    path = settings.folder / "secret.key"
    if not vault().ring().turning:
        replace_secret(path, vault().ring().begun())
    moved = move()
    time.sleep(max(0.0, wait - (time.time() - path.stat().st_mtime)))
    moved += move()
    session = db.session()
    audit.record(session, actor="operator", action="column key changed", object=f"version {vault().ring().current[0]}")
    session.commit()
    replace_secret(path, vault().ring().ended())
    return moved


def move() -> int:
    """Move every value that is not under the current key, some at a time; return how many.

    Raises:
        CannotOpen: a value belongs to no key that is left; nothing is forgotten then.

    """
    version = vault().ring().current[0]
    return sum(_move_column(sealed, version) for sealed in current_host().all(Encrypted))


def left(session: Session, ring: Ring) -> dict[str, int]:
    """Count, by column, the values that are not under the current key."""
    counts = {}
    for sealed in current_host().all(Encrypted):
        old = _old(sealed, ring.current[0])
        counts[sealed.key] = session.scalar(select(func.count()).select_from(sealed.column.table).where(old)) or 0
    return counts


def _old(sealed: Encrypted, version: int) -> Any:
    return sealed.column.is_not(None) & (func.substr(sealed.column, 1, 1) != literal(bytes([version])))


def _move_column(sealed: Encrypted, version: int) -> int:
    table: Table = sealed.column.table
    wanted = select(table).where(_old(sealed, version)).limit(BATCH)
    if sealed.owner is not None and sealed.joined is not None:
        wanted = (
            select(table, sealed.owner)
            .join(sealed.owner.table, sealed.joined)
            .where(_old(sealed, version))
            .limit(BATCH)
        )
    moved = 0
    while True:
        session = db.session()
        session.connection()  # takes the write lock first, so that what is read stays as it is
        rows = session.execute(wanted).all()
        for row in rows:
            _move_value(session, table, sealed, row)
        session.commit()
        if not rows:
            return moved
        moved += len(rows)


def _move_value(session: Session, table: Table, sealed: Encrypted, row: Any) -> None:
    name = str(sealed.column.key)
    context = sealed.cell(row)
    before = getattr(row, name)
    after = vault().column_encrypt(vault().column_decrypt(before, context=context), context=context)
    same = [column == getattr(row, str(column.key)) for column in table.primary_key]
    session.execute(update(table).where(*same, sealed.column == before).values({name: after}))
