"""Giving the site new keys while it runs (ENC-11): begin, move every value, end. Any step may be cut off and begun again.

Values of columns and wrapped keys are encrypted anew; digests that rows are looked up by get one more layer. Running
processes look at the secret file before they encrypt, open or look up, so from the moment it holds a new version they
use it; the old one opens and finds what has not been moved yet. It is forgotten when nothing is left under it and no
request that began with it can still be running.
"""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import ColumnElement, Select, Table, func, literal, select, update
from sqlalchemy.orm import Session

from lms.host.contributions import Encrypted, Indexed
from lms.host.db import db, fold_log
from lms.host.plugin import current_host
from lms.host.security import audit
from lms.host.security.current import keystore, vault
from lms.host.security.keystore import wrap_context
from lms.host.security.ring import Ring, replace_secret
from lms.host.security.sealed import INDEX_BYTES, index_head, is_covered
from lms.host.settings import Settings

BATCH = 100
LONGEST_REQUEST = 60

keys_group = AppGroup("keys", help="Keys of the site.")


@keys_group.command("rotate")
@click.option("--wait", default=LONGEST_REQUEST, show_default=True, help="Seconds that requests may still run.")
def rotate_command(wait: int) -> None:
    """Give the site new keys; go on where an earlier run was cut off."""
    click.echo(f"{rotate(wait)} values are under the new keys; the old ones open nothing and are gone.")
    click.echo("Put the new secret.key in your safe place. Keep the old file as long as backups from before.")


def rotate(wait: int) -> int:
    """Change the keys; return how many values were moved.

    Args:
        wait: seconds to let requests end that began under the old keys.

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
    fold_log()  # what was moved away stands in it, where the old keys open it
    return moved


def move() -> int:
    """Move every value that is not under the current keys, some at a time; return how many.

    Raises:
        CannotOpen: a value belongs to no key that is left; nothing is forgotten then.

    """
    ring = vault().ring()
    moved = sum(_move_rows(*_encrypted(sealed, ring)) for sealed in current_host().all(Encrypted))
    moved += sum(_move_rows(*_indexed(indexed, ring)) for indexed in current_host().all(Indexed))
    return moved + keystore().change(_wrapped)


def left(session: Session, ring: Ring) -> dict[str, int]:
    """Count, by column, the values that are not under the current keys."""
    columns = {one.key: (one.column, _is_old(one.column, ring)) for one in current_host().all(Encrypted)}
    columns |= {one.key: (one.column, _is_lower(one.column, ring)) for one in current_host().all(Indexed)}
    return {
        key: session.scalar(select(func.count()).select_from(column.table).where(old)) or 0
        for key, (column, old) in columns.items()
    }


# ---------------------------------------------------------------- which values, and what becomes of them
Move = tuple[ColumnElement[bytes], Select[Any], Callable[[Any], bytes]]


def _is_old(column: ColumnElement[bytes], ring: Ring) -> ColumnElement[bool]:
    return column.is_not(None) & (func.substr(column, 1, 1) != literal(bytes([ring.current[0]])))


def _is_lower(column: ColumnElement[bytes], ring: Ring) -> ColumnElement[bool]:
    head = index_head(len(ring.layers))
    is_as_high = (func.length(column) == len(head) + INDEX_BYTES) & (func.substr(column, 1, len(head)) == literal(head))
    return (func.length(column) > 0) & ~is_as_high


def _encrypted(sealed: Encrypted, ring: Ring) -> Move:
    table, old = sealed.column.table, _is_old(sealed.column, ring)
    wanted = select(table).where(old)
    if sealed.owner is not None and sealed.joined is not None:
        wanted = select(table, sealed.owner).join(sealed.owner.table, sealed.joined).where(old)

    def anew(row: Any) -> bytes:
        context = sealed.cell(row)
        value = vault().column_decrypt(getattr(row, str(sealed.column.key)), context=context)
        return vault().column_encrypt(value, context=context)

    return sealed.column, wanted, anew


def _indexed(indexed: Indexed, ring: Ring) -> Move:
    wanted = select(indexed.column.table).where(_is_lower(indexed.column, ring))
    return indexed.column, wanted, lambda row: vault().raised(getattr(row, str(indexed.column.key)))


def _wrapped(kind: str, person_id: UUID, wrapped: bytes) -> bytes | None:
    context = wrap_context(kind, person_id)
    if is_covered(wrapped) and wrapped[0] == vault().ring().current[0]:
        return None
    return vault().cover(vault().uncover(wrapped, context=context), context=context)


def _move_rows(column: ColumnElement[bytes], wanted: Select[Any], anew: Callable[[Any], bytes]) -> int:
    table: Table = column.table
    moved = 0
    while True:
        session = db.session()
        session.connection()  # takes the write lock first, so that what is read stays as it is
        rows = session.execute(wanted.limit(BATCH)).all()
        for row in rows:
            same = [one == getattr(row, str(one.key)) for one in table.primary_key]
            unchanged = column == getattr(row, str(column.key))
            session.execute(update(table).where(*same, unchanged).values({str(column.key): anew(row)}))
        session.commit()
        if not rows:
            return moved
        moved += len(rows)
