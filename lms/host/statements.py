"""Statements of hot pages, asked straight from the driver.

For a row found by its key, SQLAlchemy's own work around the driver costs five times what the database needs. A
`Prepared` select is compiled once a dialect; a call binds, asks and converts, and nothing else.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import SelectBase

Convert = Callable[[Any], Any]


def _compiled(statement: SelectBase, dialect: Dialect, **how: bool) -> SQLCompiler:
    compiled = statement.compile(dialect=dialect, compile_kwargs=how)
    assert isinstance(compiled, SQLCompiler)  # a select compiles to nothing else
    return compiled


class _Plan:
    """What one dialect makes of a statement."""

    def __init__(self, statement: SelectBase, dialect: Dialect) -> None:
        open_ended = _compiled(statement, dialect)
        asked = statement.params({name: None for name, bind in open_ended.binds.items() if bind.required})
        compiled = _compiled(asked, dialect, render_postcompile=True)  # writes out what the driver cannot bind
        self.sql = str(compiled)
        self._defaults = open_ended.params
        self._order = compiled.positiontup
        self._bind: dict[str, Convert] = {key: to for key, to in compiled._bind_processors.items() if callable(to)}  # noqa: SLF001 - no public name
        columns = list(statement.selected_columns)
        self._row: Any = namedtuple("_row", [str(column.key) for column in columns])  # type: ignore[misc]  # noqa: PYI024 - named by the statement
        found = [column.type._cached_result_processor(dialect, None) for column in columns]  # noqa: SLF001 - as above
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
    """A select that is asked often.

    Args:
        statement: with a `bindparam` for each value, each of its column's type; no expanding lists.

    """

    def __init__(self, statement: SelectBase) -> None:
        self.statement = statement
        self._plans: dict[str, _Plan] = {}

    def rows(self, conn: Connection, **values: Any) -> list[Any]:
        """Return every row, as a named tuple.

        Args:
            conn: begins its transaction here if it has not yet, so that a page sees one snapshot.
            **values: one for each `bindparam`.

        """
        if conn.engine.dispatch.before_cursor_execute:  # somebody counts or reads statements: let them see this one
            return list(conn.execute(cast("Executable", self.statement), values))
        plan = self._plans.get(conn.dialect.name) or self._plan(conn.dialect)
        if not conn.in_transaction():
            conn.begin()
        driver: Any = conn.connection.dbapi_connection
        try:
            raw = driver.execute(plan.sql, plan.values(values)).fetchall()
        except conn.dialect.loaded_dbapi.Error:
            # Asked again in the ordinary way, which throws a dead connection away and raises the error callers know.
            return list(conn.execute(cast("Executable", self.statement), values))
        return [plan.row(row) for row in raw]

    def first(self, conn: Connection, **values: Any) -> Any:
        """Return the first row, or `None`; for statements that give at most one."""
        found = self.rows(conn, **values)
        return found[0] if found else None

    def _plan(self, dialect: Dialect) -> _Plan:
        plan = self._plans[dialect.name] = _Plan(self.statement, dialect)
        return plan
