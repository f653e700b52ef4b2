"""Connections that wait for the next request that reads."""

import threading

from sqlalchemy import Connection, Engine, event

MOST_WAITING = 8


class Readers:
    """Connections to read with, handed from request to request without a pool, whose work costs as much as a statement.

    A server of PostgreSQL may end them in between, so there each goes back to the pool, which looks before it lends.

    Args:
        engine: opens them, without a pool for SQLite: nobody would tell those who wait for one there that one has come
            back here. Once it is disposed, those that wait are closed.

    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._free: list[Connection] = []
        self._lock = threading.Lock()
        event.listen(engine, "engine_disposed", self._end)

    def take(self) -> Connection:
        """Return one that nobody else has."""
        try:
            return self._free.pop()
        except IndexError:
            return self._engine.connect()

    def give_back(self, conn: Connection) -> None:
        """Take one whose snapshot is over."""
        if self._engine.dialect.name == "sqlite" and not conn.closed and not conn.invalidated:
            conn.rollback()
            with self._lock:
                if len(self._free) < MOST_WAITING:
                    self._free.append(conn)
                    return
        conn.close()

    def _end(self, _engine: Engine) -> None:
        while self._free:
            self._free.pop().close()
