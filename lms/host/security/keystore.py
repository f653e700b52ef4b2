"""Where wrapped private keys live: apart from the other data, so that its backups can be short-lived (RET-5).

On SQLite it is a file of its own with a rollback journal (few writes, one file to copy through SQLite's backup
interface); on PostgreSQL a schema of its own on the same server. Rows are never changed: a new passphrase adds a row, the
account then points to it in its own transaction, and the old row goes afterwards. A crash in between leaves a row
nobody points to, which `sweep` removes, and never an account whose key is gone.
"""

import os
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import (
    Column,
    Date,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    create_engine,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool
from sqlalchemy.schema import CreateSchema, CreateTable

from lms.host import clock
from lms.host.security.sealed import cell

SCHEMA = "veer_keys"
PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind
SHEET = "sheet"


def wrap_context(kind: str, person_id: UUID) -> str:
    """Name the place of a wrapped key (ENC-4)."""
    return cell("C4", "keys_wrapped", kind, person_id, person_id)


def _table(schema: str | None) -> Table:
    return Table(
        "keys_wrapped",
        MetaData(schema=schema),
        Column("id", Uuid, primary_key=True),
        Column("person_id", Uuid, nullable=False, index=True),
        Column("kind", String(16), nullable=False),
        Column("wrapped", LargeBinary, nullable=False),
        Column("made", Date, nullable=False),
    )


def _sqlite_settings(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for line in (
        "journal_mode=DELETE",
        "synchronous=FULL",
        "secure_delete=ON",
        "trusted_schema=OFF",
        "busy_timeout=10000",
    ):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()


class KeyStore:
    """Wrapped private keys by random id.

    Args:
        engine: of the store's own file or schema; use `on_file` or `on_server`.
        schema: name on PostgreSQL.

    """

    def __init__(self, engine: Engine, schema: str | None = None) -> None:
        self._engine = engine
        self._table = _table(schema)
        with engine.begin() as conn:
            if schema:
                conn.execute(CreateSchema(schema, if_not_exists=True))
            conn.execute(CreateTable(self._table, if_not_exists=True))
            for index in self._table.indexes:
                index.create(conn, checkfirst=True)

    @classmethod
    def on_file(cls, path: Path) -> "KeyStore":
        """Open the store in a file only this account can read."""
        if not path.exists():  # an open database must not be opened beside SQLite: closing would drop its locks (DUR-4)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
        engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
        event.listen(engine, "connect", _sqlite_settings)
        return cls(engine)

    @classmethod
    def on_server(cls, url: str) -> "KeyStore":
        """Open the store in its own schema of a PostgreSQL database."""
        return cls(create_engine(url, poolclass=NullPool), SCHEMA)

    def put(self, person_id: UUID, kind: str, wrapped: bytes) -> UUID:
        """Keep a wrapped key and return the id to point to."""
        made = uuid4()
        with self._engine.begin() as conn:
            conn.execute(
                insert(self._table).values(id=made, person_id=person_id, kind=kind, wrapped=wrapped, made=clock.today())
            )
        return made

    def put_all(self, kind: str, wrapped: Mapping[UUID, bytes]) -> dict[UUID, UUID]:
        """Keep one wrapped key for each of many people; return person id → the id to point to."""
        made = {person_id: uuid4() for person_id in wrapped}
        rows = [
            {"id": made[person_id], "person_id": person_id, "kind": kind, "wrapped": key, "made": clock.today()}
            for person_id, key in wrapped.items()
        ]
        with self._engine.begin() as conn:
            conn.execute(insert(self._table), rows)
        return made

    def get(self, wrap_id: UUID, person_id: UUID, kind: str) -> bytes | None:
        """Return a wrapped key, if it is this person's and of this kind."""
        table = self._table
        with self._engine.connect() as conn:
            return conn.execute(
                select(table.c.wrapped).where(
                    table.c.id == wrap_id, table.c.person_id == person_id, table.c.kind == kind
                )
            ).scalar_one_or_none()

    def keep_only(self, person_id: UUID, wrap_ids: Collection[UUID]) -> None:
        """Destroy this person's other wrapped keys; with nothing to keep, all of them (RET-4)."""
        table = self._table
        with self._engine.begin() as conn:
            conn.execute(delete(table).where(table.c.person_id == person_id, table.c.id.not_in(wrap_ids)))

    def missing(self, used: Collection[UUID]) -> set[UUID]:
        """Return the ids among `used` that the store does not hold."""
        with self._engine.connect() as conn:
            return set(used) - set(conn.execute(select(self._table.c.id)).scalars())

    def sweep(self, used: Collection[UUID], before: date) -> int:
        """Destroy keys made before a day that no account points to; return how many."""
        table = self._table
        with self._engine.begin() as conn:
            old = set(conn.execute(select(table.c.id).where(table.c.made < before)).scalars())
            gone = old - set(used)
            for wrap_id in gone:
                conn.execute(delete(table).where(table.c.id == wrap_id))
        return len(gone)
