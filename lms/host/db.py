"""Two engines on one database: a read-only one for every GET, a writer behind one fair lock.

SQLite rules (DUR-1, DUR-2, DUR-3): WAL, `synchronous=FULL`, `BEGIN IMMEDIATE` for every write unit,
no automatic checkpoint; whoever holds the write lock truncates the log once it passes 32 MiB.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from flask import Flask, current_app, g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, event, make_url
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from lms.host.lane import step_aside
from lms.host.locks import Busy, WriteLock
from lms.host.readers import Readers
from lms.host.settings import Settings


class Text(Protocol):
    """A string, or a lazily translated one."""

    def __str__(self) -> str: ...


DataClass = Literal["C0", "C1", "C2", "C3", "C4"]
READING = frozenset({"GET", "HEAD", "OPTIONS"})
CHECKPOINT_BYTES = 32 * 1024 * 1024
CHECKPOINT_STEP = 4 * 1024 * 1024
CHECKPOINT_PATIENCE = 500  # milliseconds for readers to come to their end
SIDE_WRITER_PATIENCE = 0.2
HELD = "connection"

PATIENCE = 5000

WRITER_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA wal_autocheckpoint=0",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",
    f"PRAGMA busy_timeout={PATIENCE}",
)
READER_PRAGMAS = (
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",
    f"PRAGMA busy_timeout={PATIENCE}",
    "PRAGMA cache_size=-512",  # the system caches the file; two megabytes a connection would only grow the process
)


class Base(DeclarativeBase):
    """Base of every table. Names of constraints are fixed so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Utc(TypeDecorator[datetime]):
    """A moment, stored in UTC without a zone and handed out aware (DUR-11)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store the moment in UTC."""
        del dialect
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Hand the moment out with its zone."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


def about(
    *,
    data_class: DataClass,
    purpose: Text,
    lifetime: Text,
    erase: Text,
    seen: Text = "",
    person: str | None = None,
) -> dict[str, Any]:
    """Return what every table must say of itself (RET-1), for `__table_args__`.

    Args:
        data_class: class of its columns, C0 to C4 of the threat model; a column of another class
            says so in its own `info={"data_class": …}`.
        purpose: why the data is held, in one sentence. This and the next three are read by the person the data is
            about, so they are lazily translated.
        lifetime: until when.
        erase: what happens to it when a person is erased.
        seen: who else sees it, if anybody but the person does.
        person: name of the column that points to a person; `None` if there is none.

    """
    return {
        "data_class": data_class,
        "purpose": purpose,
        "lifetime": lifetime,
        "erase": erase,
        "seen": seen,
        "person": person,
    }


class RoutedSession(FlaskSession):
    """A session that writes through the writer and is refused by the database on a GET (SES-9)."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """Choose the engine by the method of the request; work outside a request may write."""
        del args, kwargs
        return db.engines["read"] if _reading() else db.engines[None]

    def connection(self, *args: Any, **kwargs: Any) -> Connection:
        """Return the connection of the transaction under way; looking for it costs as much as a statement."""
        held: Connection | None = self.info.get(HELD)
        return super().connection(*args, **kwargs) if args or kwargs or held is None else held


@event.listens_for(RoutedSession, "after_begin")
def _hold(session: Session, _transaction: SessionTransaction, conn: Connection) -> None:
    session.info[HELD] = conn


@event.listens_for(RoutedSession, "after_transaction_end")
def _let_go(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(HELD, None)


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"class_": RoutedSession})


def init_app(app: Flask, settings: Settings) -> None:
    """Attach both engines to the application."""
    url = make_url(settings.database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {} if is_sqlite else {"pool_pre_ping": True}
    app.config["SQLALCHEMY_BINDS"] = {"read": _reader_options(settings, is_sqlite=is_sqlite)}
    db.init_app(app)
    with app.app_context():
        app.extensions["lms_readers"] = Readers(db.engines["read"])
        event.listen(db.engines[None], "commit", _answer_others)
        if is_sqlite:
            path = Path(str(url.database))
            _tune_writer(db.engines[None], path)
            _tune_reader(db.engines["read"])
    app.teardown_appcontext(close_reader)


def reader() -> Connection:
    """Return this request's (or job's) read-only connection; one snapshot for the whole page."""
    known: Connection | None = g.get("reader")
    if known is None:
        known = g.reader = _readers().take()
    return known


def close_reader(_error: BaseException | None = None) -> None:
    """End the snapshot of this request; another reading begins a new one."""
    known: Connection | None = g.pop("reader", None)
    if known is not None:
        _readers().give_back(known)


def _readers() -> Readers:
    found: Readers = current_app.extensions["lms_readers"]
    return found


def forget_failure() -> None:
    """Let this request read on after a statement failed: PostgreSQL refuses all others of the same transaction."""
    if "reader" in g:
        g.reader.rollback()


def connection() -> Connection:
    """Return the connection that access functions and queries use.

    On GET it is read-only; otherwise it is the one of the writing session, so that what was
    checked is still true when the action runs (DUR-2).
    """
    return reader() if _reading() else db.session().connection()


@contextmanager
def side_writer(*, skip_if_busy: bool) -> Iterator[Connection | None]:
    """Write beside the request: for last-seen, limits and audit only.

    Args:
        skip_if_busy: hand out `None` instead of waiting when others are writing.

    """
    session: Session = db.session()
    if not _reading() and session.in_transaction():
        yield session.connection()
        return
    writer = db.engines[None].connect()
    writer.info["patience"] = SIDE_WRITER_PATIENCE if skip_if_busy else None
    try:
        try:
            transaction = writer.begin()
        except Busy:
            yield None
            return
        with transaction:
            yield writer
    finally:
        writer.info.pop("patience", None)
        writer.close()


def upsert(bind: Session | Connection, table: Any) -> Any:
    """Return an INSERT into `table` that knows ON CONFLICT in the dialect of `bind`."""
    engine = bind.get_bind() if isinstance(bind, Session) else bind
    return insert_of(engine.dialect.name)(table)


def insert_of(dialect: str) -> Any:
    """Return the INSERT of a dialect; the other one's drivers are not loaded."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert
    from sqlalchemy.dialects import sqlite

    return sqlite.insert


def fold_log() -> bool:
    """Fold SQLite's log into the database and empty it, so that deleted bytes are nowhere on disk (RET-6).

    Call it between transactions. Returns whether it was possible: somebody may be reading from the log. On PostgreSQL
    there is nothing to do here; its VACUUM is for operators to schedule.
    """
    engine = db.engines[None]
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as conn:
        conn.info["patience"] = PATIENCE / 1000
        try:
            with conn.begin():
                pass  # takes the write lock and holds it until the connection is given back: folds never overlap (DUR-3)
            return _fold(conn.connection)
        except Busy:
            return False
        finally:
            conn.info.pop("patience", None)


def _answer_others(_conn: Connection) -> None:
    step_aside()  # a disk takes as long for a commit as a page needs


def _reading() -> bool:
    return has_request_context() and request.method in READING


def _reader_options(settings: Settings, *, is_sqlite: bool) -> dict[str, Any]:
    if not is_sqlite:
        return {
            "url": settings.database_url,
            "pool_pre_ping": True,
            "execution_options": {"postgresql_readonly": True},
        }
    path = make_url(settings.database_url).database
    return {"url": f"sqlite:///file:{path}?mode=ro&uri=true", "poolclass": NullPool}


def _tune_reader(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        for pragma in READER_PRAGMAS:
            dbapi.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        driver: Any = conn.connection.dbapi_connection
        driver.execute("BEGIN")  # deferred: takes no lock and cannot be refused


def _tune_writer(engine: Engine, path: Path) -> None:
    lock = WriteLock(path.with_name("write.lock"))
    keeper = _LogKeeper(path.with_name(f"{path.name}-wal"))

    @event.listens_for(engine, "connect")
    def prepare(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        for pragma in WRITER_PRAGMAS:
            dbapi.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        if not conn.info.get("holds_lock"):
            lock.acquire(conn.info.get("patience"))
            conn.info["holds_lock"] = True
        conn.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def release(dbapi: Any, record: Any) -> None:
        if record.info.pop("holds_lock", False):
            try:
                keeper.look(dbapi)
            finally:
                lock.release()


class _LogKeeper:
    """Folds the write-ahead log once it is large, always by whoever holds the write lock (DUR-3).

    A long reader, such as a backup, makes a fold fail. The next one is tried when the log has grown a step further, so
    that writers do not wait for that reader one after the other.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._most = CHECKPOINT_BYTES

    def look(self, dbapi: Any) -> None:
        if dbapi is None or not self._log.exists():
            return
        size = self._log.stat().st_size
        if size > self._most:
            self._most = CHECKPOINT_BYTES if _fold(dbapi) else size + CHECKPOINT_STEP


def _fold(dbapi: Any) -> bool:
    dbapi.execute(f"PRAGMA busy_timeout={CHECKPOINT_PATIENCE}")
    try:
        busy, _frames, _moved = dbapi.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        dbapi.execute(f"PRAGMA busy_timeout={PATIENCE}")
    return not busy
