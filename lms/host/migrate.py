"""Migrations: one Alembic history and one version table per package, run in plugin order.

A shared version table breaks every upgrade after a plugin is removed; one each does not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from lms.host.db import Base
from lms.host.history import History, histories
from lms.host.plugin import Host

REVISION = '''"""{message}."""

import sqlalchemy as sa
from alembic import op

import lms.host.db

revision = "{revision}"
down_revision = {down!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
{upgrade}


def downgrade() -> None:
    """Take back."""
{downgrade}
'''


def upgrade(engine: Engine, host: Host) -> list[str]:
    """Bring every package to its newest revision, in one transaction; return what was applied."""
    applied: list[str] = []
    with _migrating(engine) as connection:
        for history in histories(host):
            applied += _run(connection, history, lambda script, rev: script._upgrade_revs("head", rev))  # noqa: SLF001 - Alembic's own commands do the same
    return applied


def downgrade(engine: Engine, host: Host, name: str, target: str) -> list[str]:
    """Take one package back to `target` (a revision, `-1` or `base`)."""
    (history,) = [item for item in histories(host) if item.name == name]
    with _migrating(engine) as connection:
        return _run(connection, history, lambda script, rev: script._downgrade_revs(target, rev))  # noqa: SLF001 - as above


def drift(connection: Connection, host: Host) -> list[str]:
    """Return every difference between the models and the database, package by package."""
    found = []
    for history in histories(host):
        context = MigrationContext.configure(connection, opts=_options(history))
        found += [f"{history.name}: {difference}" for difference in compare_metadata(context, Base.metadata)]
    return found


def revise(connection: Connection, host: Host, name: str, message: str) -> Path:
    """Write a new revision for one package from the difference between models and database.

    Raises:
        KeyError: no such package.

    """
    plugin = next((item for item in host.plugins if item.name == name), None)
    if plugin is None:
        raise KeyError(name)
    with as_file(files(plugin.package)) as root:
        folder = root / "migrations"
    folder.mkdir(exist_ok=True)
    history = History(name, folder)
    heads = _script(history).get_heads()
    number = f"{len(list(folder.glob('*.py'))) + 1:04d}"
    context = MigrationContext.configure(connection, opts=_options(history))
    changes = produce_migrations(context, Base.metadata)
    if changes.upgrade_ops is None or changes.downgrade_ops is None:  # pragma: no cover - typing
        message = "Alembic produced nothing"
        raise RuntimeError(message)
    options: dict[str, Any] = {"user_module_prefix": "lms.host.db."}
    text = REVISION.format(
        message=message,
        revision=f"{name}_{number}",
        down=heads[0] if heads else None,
        upgrade=_indent(render_python_code(changes.upgrade_ops, render_as_batch=True, **options)),
        downgrade=_indent(render_python_code(changes.downgrade_ops, render_as_batch=True, **options)),
    )
    path = folder / f"{number}_{message.lower().replace(' ', '_')[:40]}.py"
    path.write_text(text, encoding="utf-8")
    return path


def _indent(code: str) -> str:
    lines = [line for line in code.splitlines() if not line.strip().startswith(("#", "info={"))]
    return "\n".join(lines) if lines[0].startswith("    ") else "\n".join(f"    {x}" if x else "" for x in lines)


def _script(history: History) -> ScriptDirectory:
    folder = str(history.folder)
    return ScriptDirectory(folder, version_locations=[folder])


def _options(history: History) -> dict[str, Any]:
    def own(obj: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:  # noqa: FBT001 - Alembic's signature
        del reflected, other
        table = name if kind == "table" else getattr(getattr(obj, "table", None), "name", None)
        return history.owns(str(table))

    return {
        "version_table": history.version_table,
        "target_metadata": Base.metadata,
        "include_object": own,
        "compare_type": True,
        "render_as_batch": True,
        "user_module_prefix": "lms.host.db.",
    }


Steps = Callable[[ScriptDirectory, Any], Iterable[Any]]


def _run(connection: Connection, history: History, steps: Steps) -> list[str]:
    script = _script(history)
    applied: list[str] = []

    def plan(revision: Any, context: MigrationContext) -> Sequence[Any]:
        del context
        found = list(steps(script, revision))
        applied.extend(str(step.revision.revision) for step in found)
        return found

    with EnvironmentContext(Config(), script, fn=plan) as environment:
        environment.configure(connection=connection, transactional_ddl=True, **_options(history))
        environment.run_migrations()
    return applied


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """Open the one transaction that migrates, and keep two starts from migrating at once.

    SQLite rebuilds a table by dropping it, which would cascade into every table that points to
    it; foreign keys are therefore off during the transaction and checked before it commits.
    """
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4815162342)")
                yield connection
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    message = "a migration would leave rows that point to nothing"
                    raise RuntimeError(message)
        finally:
            if sqlite:
                connection.connection.execute("PRAGMA foreign_keys=ON")
