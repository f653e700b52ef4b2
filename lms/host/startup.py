"""What must hold before anything is served; `lms check` says the same."""

from sqlalchemy import Table

from lms.host.contributions import PersonalData
from lms.host.db import Base
from lms.host.plugin import Host, StartupError

NEEDED = ("data_class", "purpose", "lifetime", "erase")


def check_models(host: Host) -> None:
    """Refuse tables that do not say what they hold, or that nobody exports and erases (RET-1, PLG-2).

    Raises:
        StartupError: names every table at fault.

    """
    problems = []
    covered = {table for data in host.all(PersonalData) for table in data.tables}
    for table in tables(host):
        missing = [name for name in NEEDED if not table.info.get(name)]
        if missing:
            problems.append(f"{table.name} does not state its {', '.join(missing)}")
        if table.info.get("person") and table.name not in covered:
            problems.append(f"{table.name} holds personal data that no PersonalData covers")
    if problems:
        raise StartupError("\n".join(problems))


def tables(host: Host) -> list[Table]:
    """Return the tables of the host and of the loaded plugins, in order of name."""
    prefixes = {plugin.name for plugin in host.plugins}
    return [table for name, table in sorted(Base.metadata.tables.items()) if name.partition("_")[0] in prefixes]
