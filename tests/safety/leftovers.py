"""Everything that is held of one person, collected by walking the inventory, and the search for it in every byte on disk."""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from lms.host.db import db
from lms.host.inventory import mine, personal_tables
from lms.host.plugin import current_host
from lms.host.security.current import keystore
from lms.host.startup import tables

SHORT_TEXT, SHORT_BYTES = 8, 12


@dataclass
class Traces:
    """What would betray that somebody was here.

    Args:
        rows: how many of their rows each table had.
        values: texts and bytes that stood in them.

    """

    rows: dict = field(default_factory=dict)
    values: set = field(default_factory=set)

    def without(self, others):
        """Leave out what other people's rows, and rows about nobody, hold as well."""
        return self.values - others


def traces_of(app, person_id):
    """Collect what every table and the key store hold of a person."""
    found = Traces()
    with app.app_context(), db.engines["read"].connect() as conn:
        for table in personal_tables(current_host()):
            rows = conn.execute(select(table).where(mine(table, person_id))).all()
            found.rows[table.name] = len(rows)
            found.values |= {form for row in rows for value in row for form in forms(value)}
        found.values |= {wrapped for kind in ("passphrase", "sheet") for wrapped in keystore().held(person_id, kind)}
    return found


def all_values(app):
    """Collect what stands in any table now."""
    with app.app_context(), db.engines["read"].connect() as conn:
        return {
            form
            for table in tables(current_host())
            for row in conn.execute(select(table))
            for value in row
            for form in forms(value)
        }


def forms(value):
    """Yield the bytes in which a value may stand in a file; too short ones would be found everywhere."""
    if isinstance(value, UUID):
        yield value.hex.encode()
        yield str(value).encode()
        yield value.bytes
    elif isinstance(value, bytes) and len(value) >= SHORT_BYTES:
        yield value
    elif isinstance(value, str) and len(value) >= SHORT_TEXT:
        yield value.encode()
    elif isinstance(value, list | dict):
        for inner in value if isinstance(value, list) else [*value, *value.values()]:
            yield from forms(inner)


def on_disk(folder: Path, wanted):
    """Return what is found in any file below a folder, with the names of the files."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "cache" not in path.relative_to(folder).parts:
            content = path.read_bytes()
            for value in wanted if content.strip(b"\0") else ():  # the ballast is nothing but zeros
                if value in content:
                    found.setdefault(path.name, set()).add(value)
    return found
