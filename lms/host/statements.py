"""Statements of hot pages, asked straight from the driver.

For a row found by its key, SQLAlchemy's own work around the driver costs five times what the database needs. A
`Prepared` statement is compiled once a dialect; a call binds, asks and converts, and nothing else.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import JSON, Connection, Dialect, Executable, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import ReturnsRows
from sqlalchemy.types import TypeEngine

from lms.host.db import insert_of

Convert = Callable[[Any], Any]


def _compiled(statement: Any, dialect: Dialect, **how: bool) -> SQLCompiler:
    compiled = statement.compile(dialect=dialect, compile_kwargs=how)
    assert isinstance(compiled, SQLCompiler)  # what runs on rows compiles to nothing else
    return compiled


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    convert: Convert | None = kind._cached_result_processor(dialect, None)  # noqa: SLF001 - no public name
    if convert is None or not isinstance(kind, JSON):
        return convert
    return lambda raw: [] if raw == "[]" else convert(raw)  # most lists that are kept are empty


class _Plan:
    """What one dialect makes of a statement."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = _compiled(statement, dialect)
        self._defaults = compiled.params
        if compiled.literal_execute_params:  # to be written out, because the driver cannot bind them
            asked = statement.params({name: None for name, bind in compiled.binds.items() if bind.required})
            compiled = _compiled(asked, dialect, render_postcompile=True)
        self.sql = str(compiled)
        self._order = compiled.positiontup
        self._bind: dict[str, Convert] = {key: to for key, to in compiled._bind_processors.items() if callable(to)}  # noqa: SLF001 - no public name
        columns = list(statement.exported_columns)
        self.gives_rows = bool(columns)
        self._row: Any = namedtuple("_row", [str(column.key) for column in columns])  # type: ignore[misc]  # noqa: PYI024 - named by the statement
        found = [_reading(column.type, dialect) for column in columns]
        self._converts = [(place, convert) for place, convert in enumerate(found) if convert is not None]

    def values(self, given: dict[str, Any]) -> Any:
        """Return the parameters as the driver wants them."""
        bound = {**self._defaults, **given}
        for name, convert in self._bind.items():
            bound[name] = convert(bound[name])
        return bound if self._order is None else [bound[name] for name in self._order]

    def row(self, raw: Sequence[Any]) -> Any:
        """Return one row with its values converted."""
        if not self._converts:
            return self._row._make(raw)
        values = list(raw)
        for place, convert in self._converts:
            values[place] = convert(values[place])
        return self._row._make(values)


class Prepared:
    """A statement that runs often.

    Args:
        statement: a select, or a change of rows that names all its values; with a `bindparam` for each value, each of
            its column's type; no expanding lists. Or what builds one from the dialect's own INSERT.

    """

    def __init__(self, statement: ReturnsRows | Callable[[Any], Any]) -> None:
        self._statement = statement
        self._built: dict[str, Any] = {}
        self._plans: dict[str, _Plan] = {}

    def statement(self, conn: Connection) -> Any:
        """Return the statement for the connection's dialect."""
        name = conn.dialect.name
        if name not in self._built:
            made = self._statement
            self._built[name] = made if isinstance(made, ReturnsRows) else made(insert_of(name))
        return self._built[name]

    def rows(self, conn: Connection, **values: Any) -> list[Any]:
        """Run the statement and return every row, as a named tuple; none for a change that returns nothing.

        Args:
            conn: begins its transaction here if it has not yet, so that a page sees one snapshot.
            **values: one for each `bindparam`.

        Raises:
            DBAPIError: as from SQLAlchemy, which also throws away a connection that is dead.

        """
        plan = self._plan(conn)
        if conn.engine.dispatch.before_cursor_execute:  # somebody counts or reads statements: let them see this one
            result = conn.execute(cast("Executable", self.statement(conn)), values)
            return list(result) if plan.gives_rows else []
        with _driver(conn, plan) as driver:
            cursor = driver.execute(plan.sql, plan.values(values))
            raw = cursor.fetchall() if plan.gives_rows else ()
        return [plan.row(row) for row in raw]

    def each(self, conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Run the statement, which returns nothing, once for each set of values.

        Raises:
            DBAPIError: as `rows` does.

        """
        plan = self._plan(conn)
        if conn.engine.dispatch.before_cursor_execute:
            conn.execute(cast("Executable", self.statement(conn)), rows)
            return
        with _driver(conn, plan) as driver:
            driver.cursor().executemany(plan.sql, [plan.values(values) for values in rows])

    def _plan(self, conn: Connection) -> _Plan:
        name = conn.dialect.name
        if name not in self._plans:
            self._plans[name] = _Plan(self.statement(conn), conn.dialect)
        return self._plans[name]

    def first(self, conn: Connection, **values: Any) -> Any:
        """Return the first row, or `None`; for statements that give at most one."""
        found = self.rows(conn, **values)
        return found[0] if found else None


@contextmanager
def _driver(conn: Connection, plan: _Plan) -> Iterator[Any]:
    if not conn.in_transaction():
        conn.begin()
    try:
        yield conn.connection.dbapi_connection
    except conn.dialect.loaded_dbapi.Error as error:
        raise _known(error, conn, plan) from error


def new_values(table: Any, **given: Any) -> dict[str, Any]:
    """Return a bound value named `new_<column>` for every column of a table that `given` does not name."""
    bound = {column.name: bindparam(f"new_{column.name}", type_=column.type) for column in table.c}
    return {**bound, **given}


def _known(error: Exception, conn: Connection, plan: _Plan) -> Exception:
    """Return the error as callers know it; values stay out of it, because errors are logged (LOG-1)."""
    dialect = conn.dialect
    dead = dialect.is_disconnect(cast("Any", error), cast("Any", conn.connection.dbapi_connection), None)
    known = DBAPIError.instance(
        plan.sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=dead,
        dialect=dialect,
    )
    if dead:
        conn.invalidate(error)
    return cast("Exception", known)
