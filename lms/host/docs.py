"""The pages of docs/ that are written from the code, so that they cannot fall behind it: `lms docs`."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, get_args

import click
from pydantic.fields import FieldInfo

import lms
from lms.host.contributions import Contribution, Retention
from lms.host.inventory import Kept, kept
from lms.host.plugin import BUNDLED, Host, discover
from lms.host.settings import Settings
from lms.host.slots import Slot
from lms.host.startup import tables

MADE = "<!-- Written by `lms docs` from the code. Change the code, then run it again. -->\n\n"
# Roles whose modules may define extension points, slots and events.
SPEAKING = re.compile(
    r"lms\.(?:host\.(?:contributions|slots|statistics\.frozen)|(?:core|plugins)\.[a-z_]+\.(?:api|events))(?:\.|$)"
)
SETTINGS_HEAD = """# Settings

Each setting is a variable of the environment, or a line of the TOML file that `LMS_CONFIG` names; the environment wins. In TOML the
name has no prefix and is in small letters: `port = 8000`. Lists are written with commas in the environment and as arrays in TOML.
A line of that file that is not in this list stops the start, so a typing mistake is noticed.

A site without any setting is safe: it listens on this machine alone and keeps everything in the folder `data`.

| variable | default | what it decides |
|---|---|---|
"""
POINTS_HEAD = """# Extension points

What a plugin can bring: instances of these classes, listed in the `contributions` of its `Plugin`. There is no registration to call.
Anyone may define a new kind in an `api.py` and ask for it with `current_host().all(ThatKind)`. How to begin: [write a
plugin](write-a-plugin.md).
"""
DATA_HEAD = """# What is kept

Everything that a site with all bundled packages keeps, as the tables and kinds of files say it themselves; a person reads the same on
the page *My data*, in their language and with their own dates. A table that leaves one of these out stops the start (RET-1).

Classes: C0 public · C1 course content that is not public · C2 what the server must read to work · C3 sealed to one person · C4 secrets.
The promises behind it: [retention](rules/retention.md).
"""
THING_HEAD = (
    "| what | class | why | until when | when a person is erased | who else sees it |\n|---|---|---|---|---|---|\n"
)
RULES_HEAD = """
## Rules that a daily job enforces

| table | counted from | rows are deleted after |
|---|---|---|
"""
COLUMNS_HEAD = """
## Columns that differ from their table

Columns of class C3 and C4 and those that say why they are withheld are in nobody's copy as they are stored.

| column | class | why it is withheld |
|---|---|---|
"""


@dataclass(frozen=True)
class Named:
    """Something public: where it is imported from, and what it is."""

    place: str
    name: str
    thing: Any


@click.command("docs")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="docs")
def docs_command(folder: Path) -> None:
    """Write settings.md, extension-points.md and data.md into FOLDER from the code."""
    for name, text in pages().items():
        (folder / name).write_text(text, "utf-8")
        click.echo(f"wrote {folder / name}")


def pages() -> dict[str, str]:
    """Return every generated page by its file name."""
    return {"settings.md": settings_page(), "extension-points.md": points_page(), "data.md": data_page()}


def settings_page() -> str:
    """Return the list of all settings."""
    rows = [
        f"| `LMS_{name.upper()}` | {_default(field)} | {field.description or ''}{_limits(field)} |"
        for name, field in Settings.model_fields.items()
    ]
    return MADE + SETTINGS_HEAD + "\n".join(rows) + "\n"


def points_page() -> str:
    """Return the list of all kinds of contribution, slots and events of the bundled packages."""
    found = list(_public())
    kinds = [item for item in found if isinstance(item.thing, type) and issubclass(item.thing, Contribution)]
    slots = [item for item in found if isinstance(item.thing, Slot)]
    events = [item for item in found if ".events" in item.place and is_dataclass(item.thing)]
    parts = [POINTS_HEAD, "\n## Kinds of contribution\n", *map(_kind, _ordered(kinds))]
    parts += ["\n## Slots\n\nPlaces on a page that a `Panel` can stand in.\n\n| slot | import from |\n|---|---|\n"]
    parts += [f"| `{item.name}` | `{item.place}` |\n" for item in _ordered(slots)]
    parts += ["\n## Events\n\nFacts that a `Reaction` can wait for.\n", *map(_kind, _ordered(events))]
    return MADE + "".join(parts)


def data_page() -> str:
    """Return the data inventory of a site with all bundled packages."""
    from lms.host import own  # it loads every package, which nothing else here needs

    host = Host([own.plugin, *discover(BUNDLED)])
    things = kept(host)
    parts = [MADE + DATA_HEAD]
    for heading, personal in (("About a person", True), ("About nobody", False)):
        rows = [_thing(one) for one in things if one.personal is personal]
        parts.append(f"\n## {heading}\n\n{THING_HEAD}" + "\n".join(rows) + "\n")
    rules = [
        f"| `{rule.table}` | `{rule.column}` | {rule.after // timedelta(hours=1)} hours |"
        for rule in sorted(host.all(Retention), key=lambda rule: (rule.table, rule.column))
    ]
    parts.append(RULES_HEAD + "\n".join(rules) + "\n")
    return "".join(parts) + _exceptions(host)


def _thing(one: Kept) -> str:
    name = f"`{one.name}`" + (f" (`{one.place}`)" if one.place else "")
    said = (one.purpose, one.lifetime, one.erase, str(one.seen) or "nobody")
    return f"| {name} | {one.data_class} | " + " | ".join(_prose(str(text)) for text in said) + " |"


def _exceptions(host: Host) -> str:
    rows = []
    for table in tables(host):
        for column in table.c:
            said = column.info.get("data_class", ""), column.info.get("withheld", "")
            if any(said):
                rows.append(f"| `{table.name}.{column.name}` | {said[0]} | {said[1]} |")
    return COLUMNS_HEAD + "\n".join(rows) + "\n"


def _ordered(items: list[Named]) -> list[Named]:
    return sorted(items, key=lambda item: (not item.place.startswith("lms.host"), item.place, item.name))


def _public() -> Iterator[Named]:
    for module in _modules():
        for name, thing in vars(module).items():
            own = getattr(thing, "__module__", "") == module.__name__ or isinstance(thing, Slot)
            if (own or _offered(module, name, thing)) and not name.startswith("_") and thing is not Contribution:
                yield Named(_place(module.__name__), name, thing)


def _offered(module: ModuleType, name: str, thing: Any) -> bool:
    """Whether an `api` hands out an extension point that stands in another file of its package."""
    kind = isinstance(thing, type) and issubclass(thing, Contribution)
    return kind and name in getattr(module, "__all__", ())


def _place(module: str) -> str:
    """An `api` or `events` that grew into a folder is still imported by its own name."""
    return re.sub(r"(\.(?:api|events))\..*", r"\1", module)


def _modules() -> Iterator[ModuleType]:
    for info in walk_packages(lms.__path__, "lms."):
        if SPEAKING.match(info.name) and ".migrations" not in info.name and info.name != "lms.host.testing":
            yield import_module(info.name)


def _kind(item: Named) -> str:
    summary, _, rest = (inspect.getdoc(item.thing) or "").partition("\n\n")
    lines = [f"\n### {item.name}\n", f"`from {item.place} import {item.name}`\n", f"{_prose(summary)}\n"]
    told = dict(re.findall(r"^    (\w+): (.*(?:\n        .*)*)", rest, re.MULTILINE))
    lines += [f"{_prose(part)}\n" for part in rest.partition("Args:")[0].split("\n\n") if part.strip()]
    if rows := [
        f"| `{name}` | `{kind}` | {_prose(told.get(name) or _first_line(item.thing, name))} |"
        for name, kind in _arguments(item.thing)
    ]:
        lines.append("\n".join(["| field | type | |", "|---|---|---|", *rows]) + "\n")
    return "\n".join(lines)


def _arguments(thing: Any) -> list[tuple[str, str]]:
    own = [(field.name, _type_name(field.type)) for field in fields(thing)] if is_dataclass(thing) else []
    return own + [
        (f"{name}{_signature(value)}", "method")
        for name, value in vars(thing).items()
        if inspect.isfunction(value) and not name.startswith("_")
    ]


def _signature(function: Any) -> str:
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    return f"({', '.join(names)})"


def _first_line(thing: Any, name: str) -> str:
    method = getattr(thing, name.partition("(")[0], None) if "(" in name else None
    return (inspect.getdoc(method) or "").partition("\n\n")[0] if method else ""


def _type_name(kind: Any) -> str:
    text = inspect.formatannotation(kind) if not isinstance(kind, str) else kind
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Z~])", "", text).replace("~", "").replace("|", "or")


def _prose(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|")


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, tuple):
        value = ",".join(value)
    return "" if value in ("", None) else f"`{value}`"


def _limits(field: FieldInfo) -> str:
    names = {"ge": "at least", "le": "at most"}
    said = [
        f"{words} {value}"
        for constraint in field.metadata
        for name, words in names.items()
        if (value := getattr(constraint, name, None)) is not None
    ]
    choices = [str(choice) for choice in get_args(field.annotation) if isinstance(choice, str)]
    if choices:
        said.append("one of " + ", ".join(choices))
    return f" ({', '.join(said)})" if said else ""
