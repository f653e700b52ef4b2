"""Which migrations the packages have, and which of them a database has seen.

Every start asks this, so it is answered without Alembic: loading that costs as much as a dozen pages.
"""

import re
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import Connection, Text, column, inspect, select, table

from lms.host.plugin import Host

_LINE = re.compile(r"^(revision|down_revision)\b[^=\n]*=(.*)$", re.MULTILINE)
_QUOTED = re.compile(r"""["']([^"']+)["']""")


@dataclass(frozen=True)
class History:
    """Where the migrations of one package are and which tables are its own."""

    name: str
    folder: Path

    @property
    def version_table(self) -> str:
        """The package's own version table."""
        return f"{self.name}_version"

    def owns(self, table_name: str) -> bool:
        """Whether a table carries this package's prefix."""
        return table_name.startswith(f"{self.name}_") and table_name != self.version_table

    def heads(self) -> set[str]:
        """Return the newest revisions: those that no other one follows."""
        found: dict[str, set[str]] = {"revision": set(), "down_revision": set()}
        for path in self.folder.glob("*.py"):
            for name, value in _LINE.findall(path.read_text("utf-8")):
                found[name] |= set(_QUOTED.findall(value))
        return found["revision"] - found["down_revision"]


def histories(host: Host) -> list[History]:
    """Return one history for each package that has migrations, in plugin order."""
    found = [_history(plugin.name, plugin.package) for plugin in host.plugins]
    return [history for history in found if history.folder.is_dir()]


def pending(connection: Connection, host: Host) -> list[str]:
    """Return the packages that are not at their newest revision."""
    tables = set(inspect(connection).get_table_names())
    return [
        history.name
        for history in histories(host)
        if (_seen(connection, history) if history.version_table in tables else set()) != history.heads()
    ]


def _seen(connection: Connection, history: History) -> set[str]:
    version = column("version_num", Text)
    return set(connection.scalars(select(version).select_from(table(history.version_table, version))))


def _history(name: str, package: str) -> History:
    with as_file(files(package)) as root:
        return History(name, root / "migrations")
