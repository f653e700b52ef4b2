"""What must hold before anything is served; `lms check` says the same."""

import logging
from collections.abc import Iterator

from sqlalchemy import Connection, Table

from lms.host.contributions import Finding, Health, PersonalData
from lms.host.db import Base
from lms.host.plugin import Host, StartupError, current_host

log = logging.getLogger("lms.startup")

NEEDED = ("data_class", "purpose", "lifetime", "erase")


def check_models(host: Host) -> None:
    """Refuse tables that do not say what they hold, or that nobody exports and erases (RET-1, PLG-2).

    Names are part of that: a table, template or static file that does not carry its package's name could pass for
    another's, and a table would be missed by everything that goes by names.

    Raises:
        StartupError: names every table at fault.

    """
    problems = [*_misnamed_tables(host), *_misplaced_files(host)]
    covered = {table for data in host.all(PersonalData) for table in data.tables}
    for table in tables(host):
        missing = [name for name in NEEDED if not table.info.get(name)]
        if missing:
            problems.append(f"{table.name} does not state its {', '.join(missing)}")
        if table.info.get("person") and table.name not in covered:
            problems.append(f"{table.name} holds personal data that no PersonalData covers")
    if problems:
        raise StartupError("\n".join(problems))


def check_contributions(host: Host) -> None:
    """Refuse contributions that say of themselves that they cannot work.

    Raises:
        StartupError: names every plugin at fault.

    """
    problems = [
        f"The plugin {plugin.name!r}: {fault}"
        for plugin in host.plugins
        for item in plugin.contributions
        for fault in item.faults()
    ]
    if problems:
        raise StartupError("\n".join(problems))


def _misnamed_tables(host: Host) -> Iterator[str]:
    for mapper in Base.registry.mappers:
        module, name = mapper.class_.__module__, getattr(mapper.local_table, "name", "")
        for plugin in host.plugins:
            own = module == plugin.package or module.startswith(f"{plugin.package}.")
            if own and name.partition("_")[0] != plugin.name:
                yield f"{name} is a table of {plugin.name}: its name must begin with {plugin.name}_"


def _misplaced_files(host: Host) -> Iterator[str]:
    for plugin in host.plugins:
        for kind in ("templates", "static"):
            folder = plugin.folder / kind
            if plugin.name == "host" or not folder.is_dir():
                continue
            for item in folder.iterdir():
                if item.name != plugin.name:
                    yield f"{plugin.name} has {kind}/{item.name}: only {kind}/{plugin.name}/ is its own"


def findings(conn: Connection) -> list[Finding]:
    """Run every health check; one that fails says so, and the others are still heard (PLG-3)."""
    return [_finding(health, conn) for health in current_host().all(Health)]


def _finding(health: Health, conn: Connection) -> Finding:
    try:
        return health.check(conn)
    except Exception:
        log.exception("health check failed", extra={"plugin": health.key})
        return Finding(ok=False, text=f"The check {health.key} failed.", mend="The log says why.")


def tables(host: Host) -> list[Table]:
    """Return the tables of the host and of the loaded plugins, in order of name."""
    prefixes = {plugin.name for plugin in host.plugins}
    return [table for name, table in sorted(Base.metadata.tables.items()) if name.partition("_")[0] in prefixes]
