"""What a backup says of the database in it, and what a restored one is compared with."""

from dataclasses import dataclass
from importlib.metadata import version

from sqlalchemy import Connection, Text, column, func, inspect, select, table

VERSIONS = "_version"  # how the packages' version tables end (lms/host/history.py)


@dataclass(frozen=True)
class Facts:
    """Rows of each table, and the versions that made it."""

    rows: dict[str, int]
    versions: dict[str, str]


def facts_of(connection: Connection) -> Facts:
    """Count the rows of each table of the site, and name the versions of program, database and schema."""
    names = sorted(inspect(connection).get_table_names())
    rows = {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}
    versions = {"veer": version("veer"), connection.dialect.name: _server(connection)}
    for name in names:
        if name.endswith(VERSIONS):
            revision = column("version_num", Text)
            found = connection.scalars(select(revision).select_from(table(name)))
            versions[name.removesuffix(VERSIONS)] = " ".join(sorted(found))
    return Facts(rows, versions)


def _server(connection: Connection) -> str:
    return ".".join(str(part) for part in connection.dialect.server_version_info or ())
