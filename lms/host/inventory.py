"""The data inventory: what every table and kind of file says of itself, and which rows of it are one person's (RET-1).

The page "My data", the documentation, the copy a person takes away and the check after an erasure are all read from
here, so none of them can leave out a table that somebody adds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, LargeBinary, Table, func, select

from lms.host.contributions import KeptUntil, Retention, StoredFile
from lms.host.db import Base, Text
from lms.host.plugin import Host
from lms.host.startup import tables

HIDDEN = frozenset({"C3", "C4"})


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of thing that is kept.

    Args:
        name: of the table or the kind of file.
        owner: what the package that keeps it is called.
        personal: whether it is about a person.
        data_class: C0 to C4.
        purpose: why.
        lifetime: until when.
        erase: what happens to it when a person is erased.
        seen: who else sees it; empty when nobody does.
        place: of a file, below the data folder; empty for a table.

    """

    name: str
    owner: Text
    personal: bool
    data_class: str
    purpose: Text
    lifetime: Text
    erase: Text
    seen: Text
    place: str = ""


def kept(host: Host) -> list[Kept]:
    """Return everything that the loaded packages keep, in order of package and name."""
    owners = {plugin.name: plugin.title for plugin in host.plugins}
    order = {name: place for place, name in enumerate(owners)}
    from_tables = [
        Kept(
            table.name,
            owners[_prefix(table)],
            bool(table.info.get("person")),
            table.info["data_class"],
            *(table.info[said] for said in ("purpose", "lifetime", "erase", "seen")),
        )
        for table in sorted(tables(host), key=lambda table: (order[_prefix(table)], table.name))
    ]
    return from_tables + [
        Kept(one.key, host.owner[id(one)].title, one.personal, one.data_class, *_said(one), "", one.place)
        for one in host.all(StoredFile)
    ]


def _said(one: StoredFile) -> tuple[Text, Text, Text]:
    return one.purpose, one.lifetime, one.erase


def _prefix(table: Table) -> str:
    return table.name.partition("_")[0]


def personal_tables(host: Host) -> list[Table]:
    """Return the tables with rows that belong to a person."""
    return [table for table in tables(host) if table.info.get("person")]


def mine(table: Table, person_id: UUID) -> ColumnElement[bool]:
    """Return the condition that picks one person's rows of a table, through its parents where it has to."""
    column = table.c[table.info["person"]]
    parent = next((key.column for key in column.foreign_keys), None)
    if parent is None or not _is_link(parent):
        return column == person_id
    return column.in_(select(parent).where(mine(parent.table, person_id)))


def _is_link(parent: Column[Any]) -> bool:
    """Whether the parent is a row of the person, and not the person."""
    return parent.table.info.get("person") != parent.name


def rows_of(conn: Connection, table: Table, person_id: UUID) -> list[dict[str, Any]]:
    """Return a person's rows as they are stored, as JSON-able values.

    Left out: secrets and sealed texts, bytes (the package hands their meaning out in words), who else is named, and
    columns that say why they are withheld: `info={"withheld": "…"}`.
    """
    columns = [column for column in table.c if _is_plain(column)]
    if not columns:
        return []
    rows = conn.execute(select(*columns).where(mine(table, person_id)).order_by(*table.primary_key.columns))
    return [{name: plain(value) for name, value in row.items()} for row in rows.mappings()]


def _is_plain(column: Column[Any]) -> bool:
    if isinstance(column.type, LargeBinary) or column.info.get("data_class") in HIDDEN or column.info.get("withheld"):
        return False
    own = column.table.info["person"] == column.name
    return own or not any(_is_person(key.column) for key in column.foreign_keys)


def _is_person(column: Column[Any]) -> bool:
    return column.primary_key and column.table.info.get("person") == column.name


def plain(value: Any) -> Any:
    """Return a stored value as JSON has it."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, float, str, list, dict)) else str(value)


def left_of(conn: Connection, host: Host, person_id: UUID) -> list[str]:
    """Return the tables that still hold rows of a person: none after an erasure."""
    counted = ((table.name, select(func.count()).select_from(table)) for table in personal_tables(host))
    return [name for name, count in counted if conn.scalar(count.where(mine(Base.metadata.tables[name], person_id)))]


def ends_for(conn: Connection, host: Host, person_id: UUID) -> Mapping[str, date]:
    """Return, by table, the day after which nothing of this person is in it any more, where a rule says so."""
    return dict(_ends(conn, host, person_id))


def _ends(conn: Connection, host: Host, person_id: UUID) -> Iterator[tuple[str, date]]:
    for rule in host.all(Retention):
        table = Base.metadata.tables[rule.table]
        if table.info.get("person") and rule.only is None:
            last = conn.scalar(select(func.max(table.c[rule.column])).where(mine(table, person_id)))
            if last is not None:
                ends = last + rule.after
                yield rule.table, ends.date() if isinstance(ends, datetime) else ends
    for until in host.all(KeptUntil):
        day = until.until(conn, person_id)
        if day is not None:
            yield until.table, day
