"""Where wrapped private keys live: apart from the other data, so that its backups can be short-lived (RET-5).

On SQLite it is a file of its own with a rollback journal (few writes, one file to copy through SQLite's backup
interface); on PostgreSQL a schema of its own on the same server. A new passphrase adds a row and changes none: the
account then points to it in its own transaction, and the old row goes afterwards. A crash in between leaves a row
nobody points to, which `sweep` removes, and never an account whose key is gone.
"""

import os
from collections.abc import Callable, Collection, Mapping
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
    update,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, NullPool
from sqlalchemy.schema import CreateSchema, CreateTable

from lms.host import clock
from lms.host.security.sealed import cell

SCHEMA = "veer_keys"
PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind
SHEET = "sheet"
BATCH = 100
ACCOUNT = (PASSPHRASE, SHEET)  # the kinds that an account points to; packages keep keys of their own beside them


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
        "synchronous=EXTRA",  # a commit ends with the deletion of the journal, which FULL leaves to the disk (DUR-1)
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

    def held(self, person_id: UUID, kind: str) -> list[bytes]:
        """Return what the store holds of one kind for a person."""
        table = self._table
        wanted = select(table.c.wrapped).where(table.c.person_id == person_id, table.c.kind == kind)
        with self._engine.connect() as conn:
            return list(conn.execute(wanted).scalars())

    def drop(self, wrap_ids: Collection[UUID]) -> None:
        """Destroy these wrapped keys: those that a request replaced or made for nothing, and never what it only did not find
        in use, because another request may be about to point to that.
        """
        if wrap_ids:
            with self._engine.begin() as conn:
                conn.execute(delete(self._table).where(self._table.c.id.in_(wrap_ids)))

    def destroy_all(self, person_id: UUID) -> None:
        """Destroy every wrapped key that a person has, of any kind (RET-4)."""
        with self._engine.begin() as conn:
            conn.execute(delete(self._table).where(self._table.c.person_id == person_id))

    def change(self, anew: Callable[[str, UUID, bytes], bytes | None]) -> int:
        """Put each of the accounts' wrapped keys under what `anew` makes of kind, person and key, if it makes anything.

        Each change is whole by itself, so that this may be cut off and begun again. Returns how many there were.
        """
        table, changed = self._table, 0
        with self._engine.connect() as conn:
            ids = conn.execute(select(table.c.id).where(table.c.kind.in_(ACCOUNT))).scalars().all()
        for start in range(0, len(ids), BATCH):
            with self._engine.begin() as conn:
                chunk = select(table).where(table.c.id.in_(ids[start : start + BATCH]))
                for row in conn.execute(chunk).all():
                    if (wrapped := anew(row.kind, row.person_id, row.wrapped)) is not None:
                        conn.execute(update(table).where(table.c.id == row.id).values(wrapped=wrapped))
                        changed += 1
        return changed

    def destroy(self, person_id: UUID, kind: str) -> None:
        """Destroy every wrapped key of one kind that this person has (RET-7)."""
        table = self._table
        with self._engine.begin() as conn:
            conn.execute(delete(table).where(table.c.person_id == person_id, table.c.kind == kind))

    def missing(self, used: Collection[UUID]) -> set[UUID]:
        """Return the ids among `used` that the store does not hold."""
        with self._engine.connect() as conn:
            return set(used) - set(conn.execute(select(self._table.c.id)).scalars())

    def rows(self) -> list[dict[str, str]]:
        """Return the whole store as values that JSON takes, for its backup (RET-5)."""
        with self._engine.connect() as conn:
            found = conn.execute(select(self._table).order_by(self._table.c.id)).all()
        return [
            {
                "id": str(row.id),
                "person_id": str(row.person_id),
                "kind": row.kind,
                "wrapped": row.wrapped.hex(),
                "made": row.made.isoformat(),
            }
            for row in found
        ]

    def load(self, rows: Collection[Mapping[str, str]]) -> None:
        """Fill an empty store from what `rows` returned."""
        values = [
            {
                "id": UUID(row["id"]),
                "person_id": UUID(row["person_id"]),
                "kind": row["kind"],
                "wrapped": bytes.fromhex(row["wrapped"]),
                "made": date.fromisoformat(row["made"]),
            }
            for row in rows
        ]
        with self._engine.begin() as conn:
            if values:
                conn.execute(insert(self._table), values)

    def sweep(self, used: Collection[UUID], before: date, kinds: Collection[str] = ACCOUNT) -> int:
        """Destroy keys of these kinds made before a day that nothing points to; return how many."""
        table = self._table
        made = select(table.c.id).where(table.c.made < before, table.c.kind.in_(kinds))
        with self._engine.begin() as conn:
            old = set(conn.execute(made).scalars())
            gone = old - set(used)
            for wrap_id in gone:
                conn.execute(delete(table).where(table.c.id == wrap_id))
        return len(gone)
