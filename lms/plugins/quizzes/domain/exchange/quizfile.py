"""Imported questions in a quiz file: which of them are new, and the text of the file with them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from lms import gettext as _
from lms.core.catalogue.api import read_yaml
from lms.plugins.quizzes.domain.bank.pictured import FOLDER
from lms.plugins.quizzes.domain.exchange.draft import Entry
from lms.plugins.quizzes.domain.exchange.remarks import Remark
from lms.plugins.quizzes.domain.exchange.settle import content_id

MOST_ITEMS = 60
FIRST = ("id", "type", "outcome", "must_know", "pool", "prompt", "picture")
LAST = ("feedback",)
NAMES = frozenset({"id", "type", "mode", "store", "outcome"})
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,60}")
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The quiz that questions are put into.

    Args:
        quiz: its id.
        outcome: the outcome that a question is tied to if its file names none of these.
        outcomes: the outcomes there are.
        items: the questions it has.
        most: how many it holds.

    """

    quiz: str
    outcome: str
    outcomes: frozenset[str] = frozenset()
    items: Sequence[Mapping[str, Any]] = field(default=())
    most: int = MOST_ITEMS


def placed(entries: Iterable[Entry], shelf: Shelf) -> list[Entry]:
    """Return the entries as they stand in a quiz file: each with its id and outcome, marked if it was there before.

    A question that came from this quiz keeps its id, and one that is there already is never written over, so an author's
    changes after an import are safe from the next one. The same content twice is one question.
    """
    ids = {str(item.get("id")) for item in shelf.items}
    known = {content_id(_without(item)): str(item.get("id")) for item in shelf.items}
    room = shelf.most - len(shelf.items)
    found: list[Entry] = []
    for entry in entries:
        if entry.item is None:
            found.append(entry)
            continue
        own = _own(entry.given, shelf.quiz)
        content = str(entry.item["id"])
        there = next((name for name in (own, content) if name in ids), known.get(content))
        if there is None and room <= 0:
            found.append(replace(entry, item=None, refused=Remark("full", {"most": shelf.most})))
            continue
        name = there or own or content
        found.append(_in_quiz(entry, name, shelf, known=there is not None))
        room -= there is None
        ids.add(name)
        known[content] = name
    return found


def _without(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in {"id", "outcome", "must_know", "pool"}}


def _own(given: str, quiz: str) -> str:
    """Return the id of a question that this quiz once gave away."""
    name = given.removeprefix(f"{quiz}.")
    return name if name != given and _NAME.fullmatch(name) else ""


def _in_quiz(entry: Entry, name: str, shelf: Shelf, *, known: bool) -> Entry:
    losses = list(entry.losses)
    if entry.tags:
        losses.append(Remark("tags", {"tags": ", ".join(entry.tags)}))
    if entry.category:
        losses.append(Remark("category", {"name": entry.category}))
    outcome = entry.outcome if entry.outcome in shelf.outcomes else shelf.outcome
    item = {**(entry.item or {}), "id": name, "outcome": outcome}
    order = [*FIRST, *(key for key in item if key not in {*FIRST, *LAST}), *LAST]
    ordered = {key: item[key] for key in order if key in item}
    return replace(entry, item=ordered, losses=tuple(losses), known=known)


def new_items(entries: Iterable[Entry]) -> list[Mapping[str, Any]]:
    """Return the questions that are not in the quiz yet."""
    return [entry.item for entry in entries if entry.item is not None and not entry.known]


def new_pictures(entries: Iterable[Entry]) -> dict[str, bytes]:
    """Return the pictures of the questions that are not in the quiz yet, by their address."""
    found = [entry.picture for entry in entries if entry.item is not None and not entry.known and entry.picture]
    return {f"{FOLDER}{one.name}": one.data for one in found}


def loose(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries without their pictures, for questions that have no folder to lie in."""
    return [_loose(entry) if entry.picture and entry.item else entry for entry in entries]


def _loose(entry: Entry) -> Entry:
    item = {key: value for key, value in (entry.item or {}).items() if key != "picture"}
    kept = [loss for loss in entry.losses if not loss.code.startswith("picture-")]
    return replace(entry, item=item, picture=None, losses=(*kept, Remark("picture-loose")))


def new_file(quiz: str, items: Sequence[Mapping[str, Any]]) -> str:
    """Return the text of a new quiz file."""
    return _dumped({"id": quiz, "title": _("Practice"), "mode": "practice", "store": "score", "items": list(items)})


def as_yaml(item: Mapping[str, Any]) -> str:
    """Return one question as it would stand in a quiz file."""
    return _dumped(dict(item))


def extended(text: str, items: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the text of a quiz file with more questions at its end, every other sign as it was.

    Returns:
        None if the file is written in a way that cannot be added to, such as a list in square brackets.

    """
    before = read_yaml(text, "")
    if before.problems or not isinstance(before.data, Mapping) or not items:
        return text if not items else None
    rows = _items_node(text)
    if rows is None:
        return None
    lines = text.split("\n")
    end = rows.end_mark.line + (1 if rows.end_mark.column else 0)
    while end > 0 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    indent = " " * rows.start_mark.column
    added = [f"{indent}{line}" if line else line for line in _dumped(list(items)).rstrip("\n").split("\n")]
    made = "\n".join([*lines[:end], *added, *lines[end:]])
    made = made if made.endswith("\n") else f"{made}\n"
    after = read_yaml(made, "")
    wanted = {**before.data, "items": [*before.data["items"], *_reread(items)]}
    return made if not after.problems and after.data == wanted else None


def _reread(items: Sequence[Mapping[str, Any]]) -> Any:
    return read_yaml(_dumped(list(items)), "").data


def _items_node(text: str) -> Any:
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    rows = next((value for key, value in pairs if key.value == "items"), None)
    return rows if isinstance(rows, yaml.SequenceNode) and not rows.flow_style and rows.value else None


class _Bare(str):
    """A name, which needs no quotes."""

    __slots__ = ()


class _Quoted(yaml.SafeDumper):
    """Writes as docs/author.md asks: texts in quotes, nothing clever."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - PyYAML's
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Quoted.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
_Quoted.add_representer(_Bare, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text)))


def _named(value: Any, key: str = "") -> Any:
    """Mark what needs no quotes: keys, and values that are names."""
    if isinstance(value, Mapping):
        return {_Bare(name): _named(inner, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_named(inner) for inner in value]
    plain = key in NAMES and _PLAIN.fullmatch(value) and value.casefold() not in _RESERVED
    return _Bare(value) if plain else value


def _dumped(data: Any) -> str:
    made: str = yaml.dump(
        _named(data), Dumper=_Quoted, allow_unicode=True, sort_keys=False, width=120, default_flow_style=False
    )
    return made
