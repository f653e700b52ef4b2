"""A row for one person in every table about people, made from what the table says of itself, so that new ones are covered."""

import re
from datetime import UTC, datetime
from secrets import token_bytes
from uuid import uuid4

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, DateTime, LargeBinary, String, Uuid, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeDecorator

from lms.host.db import Base
from lms.host.inventory import mine, personal_tables
from lms.host.security.current import vault
from lms.host.security.sealed import cell

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def fill(session, host, person_id, hidden=None):
    """Make a row where the person has none; return the tables in which that was not possible.

    Args:
        session: to write with.
        host: the loaded packages.
        person_id: whose rows.
        hidden: is given the text behind each encrypted column, by its name.

    """
    wanted = {table.name for table in personal_tables(host)}
    failed = []
    for table in Base.metadata.sorted_tables:
        if table.name not in wanted or count(session, table, person_id):
            continue
        try:
            with session.begin_nested():
                session.execute(table.insert().values(row(session, table, person_id, {} if hidden is None else hidden)))
        except IntegrityError as error:
            failed.append(f"{table.name}: {error.orig}")
    return failed


def count(session, table, person_id):
    return session.scalar(select(func.count()).select_from(table).where(mine(table, person_id)))


def row(session, table, person_id, hidden):
    made = {column.name: value(session, column, person_id) for column in table.c if column.server_default is None}
    for column in table.c:
        if isinstance(column.type, LargeBinary) and column.info.get("data_class") not in ("C3", "C4") and "id" in made:
            text = hidden[f"{table.name}.{column.name}"] = canary(column)
            place = cell("C2", table.name, column.name, made["id"], person_id)
            made[column.name] = vault().column_encrypt(text.encode(), context=place)
    return made


def value(session, column, person_id):
    if column.name == column.table.info["person"] and not links(column):
        return person_id
    for key in column.foreign_keys:
        target = key.column
        if target.table.name == "accounts_person":
            return person_id
        own = mine(target.table, person_id) if target.table.info.get("person") else True
        return session.scalar(select(target).where(own).limit(1))
    return plain(column)


def links(column):
    """Whether the person column leads to another row of the person first."""
    return any(key.column.table.name != "accounts_person" for key in column.foreign_keys)


def plain(column):
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    allowed = choices(column)
    if allowed:
        return allowed[0]
    if isinstance(kind, Uuid):
        return uuid4()
    if isinstance(kind, LargeBinary):
        return token_bytes(32)
    if isinstance(kind, DateTime):
        return NOON
    if isinstance(kind, Date):
        return NOON.date()
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, JSON):
        return [canary(column)]
    return canary(column)[: kind.length] if isinstance(kind, String) else 71


def canary(column):
    return f"canary-{uuid4().hex[:8]}"


def choices(column):
    """Return what a check constraint lets stand in a column."""
    for constraint in column.table.constraints:
        text = str(constraint.sqltext) if isinstance(constraint, CheckConstraint) else ""
        if found := re.search(rf"\b{column.name} IN \(([^)]*)\)", text):
            return [part.strip().strip("'") for part in found[1].split(",")]
    return []
