"""Connections that wait for the next request that reads."""

from sqlalchemy import Connection, Engine, event


class Readers:
    """Connections to read with, handed from request to request without the pool, whose work costs as much as a statement.

    A server of PostgreSQL may end them in between, so there each goes back to the pool, which looks before it lends.

    Args:
        engine: opens them; once it is disposed, those that wait are closed.

    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._free: list[Connection] = []
        event.listen(engine, "engine_disposed", self._end)

    def take(self) -> Connection:
        """Return one that nobody else has."""
        try:
            return self._free.pop()
        except IndexError:
            return self._engine.connect()

    def give_back(self, conn: Connection) -> None:
        """Take one whose snapshot is over."""
        if self._engine.dialect.name != "sqlite" or conn.closed or conn.invalidated:
            conn.close()
            return
        conn.rollback()
        self._free.append(conn)

    def _end(self, _engine: Engine) -> None:
        while self._free:
            conn = self._free.pop()
            conn.detach()
            conn.close()
