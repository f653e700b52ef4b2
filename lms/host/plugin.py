"""A plugin is a name, what it requires, and a tuple of contributions; the host holds them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, TypeVar

from flask import Flask, current_app

from lms.host.contributions import Contribution

DISTRIBUTION = "veer"
GROUP = "lms.plugins"
CORE = ("accounts", "catalogue", "learning")
BUNDLED = (*CORE, "quizzes", "progress", "certificates", "cohorts", "organisations", "workbook", "library", "remember")

C = TypeVar("C", bound=Contribution)


class StartupError(Exception):
    """Something is wrong that must be mended before anything is served."""


class Text(Protocol):
    """A string, or a lazily translated one."""

    def __str__(self) -> str: ...


@dataclass(frozen=True)
class Plugin:
    """The table of contents of one package.

    Args:
        name: short name; prefix of its tables, templates and static files.
        package: dotted name of the Python package.
        title: what an operator sees in the list of plugins.
        requires: names of plugins that must be loaded before this one.
        compatible: PEP 440 specifier of the suite versions it works with; empty means any.
        contributions: everything it adds.

    """

    name: str
    package: str
    title: Text
    requires: tuple[str, ...] = ()
    compatible: str = ""
    contributions: tuple[Contribution, ...] = ()

    @property
    def folder(self) -> Traversable:
        """The package's own folder, for templates, static files, migrations and translations."""
        return files(self.package)


class Host:
    """The loaded plugins, in order, with an index from contribution class to contributions.

    Args:
        plugins: what is loaded.
        extra: contributions of the site that the suite is mounted in, such as its `Identity`.

    """

    def __init__(self, plugins: Sequence[Plugin], extra: Sequence[Contribution] = ()) -> None:
        self.plugins = _ordered(plugins)
        self._extra = tuple(extra)
        self._cache: dict[type[Contribution], tuple[Contribution, ...]] = {}
        self.owner: dict[int, Plugin] = {id(item): plugin for plugin in self.plugins for item in plugin.contributions}
        _refuse_collisions(self.plugins)

    def all(self, kind: type[C]) -> tuple[C, ...]:
        """Return every contribution that is an instance of `kind`, in plugin order."""
        if kind not in self._cache:
            brought = (item for plugin in self.plugins for item in plugin.contributions)
            self._cache[kind] = tuple(item for item in (*brought, *self._extra) if isinstance(item, kind))
        return self._cache[kind]  # type: ignore[return-value]

    def one(self, kind: type[C], key: str) -> C:
        """Return the contribution of `kind` named `key`.

        Raises:
            KeyError: no loaded plugin brings it.

        """
        for item in self.all(kind):
            if item.key == key:
                return item
        message = f"no {kind.__name__} is named {key!r}"
        raise KeyError(message)


def current_host(app: Flask | None = None) -> Host:
    """Return the host of `app`, or of the application that is answering now."""
    host: Host = (app or current_app).extensions["lms"]
    return host


def discover(wanted: Iterable[str]) -> list[Plugin]:
    """Load the plugins named in the settings, and no other (PLG-1).

    Args:
        wanted: bundled plugins as `name`, third-party ones as `name@sha256` (settled: an
            installed package must not run in the server unless an operator named its very bytes).

    Raises:
        StartupError: not installed, wrong hash, or an entry that is not a `Plugin`.

    """
    wishes = tuple(wanted)
    entries = _entries(only_bundled=all(wish in BUNDLED for wish in wishes))
    found = []
    for wish in wishes:
        name, _, digest = wish.partition("@")
        if name not in entries:
            message = f"The plugin {name!r} is not installed. Install its package or take it out of LMS_PLUGINS."
            raise StartupError(message)
        entry = entries[name]
        if name not in BUNDLED:
            _check_digest(name, entry.module, digest)
        plugin = entry.load()
        if not isinstance(plugin, Plugin) or plugin.name != name:
            message = f"The entry point {name!r} is not a Plugin of that name."
            raise StartupError(message)
        found.append(plugin)
    return found


def installed() -> dict[str, str]:
    """Return every installed plugin's name and module, whether it runs or not."""
    return {name: entry.module for name, entry in _entries(only_bundled=False).items()}


def _entries(*, only_bundled: bool) -> dict[str, metadata.EntryPoint]:
    """Return the entry points by name. A bundled name is ours, whatever other packages call their own (PLG-1)."""
    ours = metadata.distribution(DISTRIBUTION).entry_points.select(group=GROUP)
    others = () if only_bundled else metadata.entry_points(group=GROUP)
    return {entry.name: entry for entry in (*others, *ours)}


def fingerprint(module: str) -> str:
    """Return the SHA-256 over names and bytes of every file of the package that holds `module`.

    Nothing of it is imported: what nobody has approved yet must not run (PLG-1).

    Raises:
        StartupError: there is no such package, or it is spread over several folders.

    """
    package = module.partition(".")[0]
    spec = find_spec(package)
    folders = list((spec and spec.submodule_search_locations) or ())
    if len(folders) != 1:
        raise StartupError(f"The package {package!r} cannot be read as one folder, so nobody can approve its bytes.")
    digest = hashlib.sha256()
    for name, data in sorted(_walk(Path(folders[0]), package)):
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _walk(folder: Traversable, prefix: str) -> Iterable[tuple[str, bytes]]:
    for item in folder.iterdir():
        name = f"{prefix}/{item.name}"
        if item.is_dir():
            if item.name != "__pycache__":
                yield from _walk(item, name)
        else:
            yield name, item.read_bytes()


def _check_digest(name: str, module: str, digest: str) -> None:
    actual = fingerprint(module)
    if digest == actual:
        return
    problem = "has no hash" if not digest else "is not the one that was approved"
    message = f"The plugin {name!r} {problem}. If you trust it, write {name}@{actual} in LMS_PLUGINS."
    raise StartupError(message)


def _ordered(plugins: Sequence[Plugin]) -> tuple[Plugin, ...]:
    by_name = {plugin.name: plugin for plugin in plugins}
    for plugin in plugins:
        missing = [name for name in plugin.requires if name not in by_name]
        if missing:
            message = f"The plugin {plugin.name!r} requires {', '.join(missing)}, which is not loaded."
            raise StartupError(message)
    try:
        order = list(TopologicalSorter({p.name: p.requires for p in plugins}).static_order())
    except CycleError as error:
        message = f"Plugins require each other in a circle: {' → '.join(error.args[1])}"
        raise StartupError(message) from error
    return tuple(by_name[name] for name in order)


def _refuse_collisions(plugins: Sequence[Plugin]) -> None:
    seen: dict[tuple[type[Contribution], str], str] = {}
    for plugin in plugins:
        for item in plugin.contributions:
            place = (item.family(), item.key)
            if place in seen:
                message = (
                    f"{item.family().__name__} {item.key!r} is contributed by both {seen[place]} and {plugin.name}."
                )
                raise StartupError(message)
            seen[place] = plugin.name
