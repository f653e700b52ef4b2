"""YAML as authors expect it: YAML 1.2 scalars only, no aliases, no tags, no key twice, and a line for everything.

PyYAML alone reads `no` as False and `12:30` as 750 and lets the last of two keys win; each of these has eaten somebody's
text. The parser is libyaml's; the values are built here from its events, so that all faults of a file come out at once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from lms import lazy_gettext as L_
from lms.core.catalogue.domain.problems import Lines, Path, Problem

LONGEST = 1_000_000
DEEPEST = 20

_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_TRUE = re.compile(r"(?:true|True|TRUE)\Z")
_FALSE = re.compile(r"(?:false|False|FALSE)\Z")
_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)\Z")


@dataclass
class Loaded:
    """What a file holds, where each key stands, and what is wrong. `data` is None if it could not be read at all."""

    data: Any = None
    lines: Lines = field(default_factory=Lines)
    problems: list[Problem] = field(default_factory=list)


class _Built(Exception):  # noqa: N818
    """The rest of the file cannot be built from; its problem is already noted."""


class _Builder:
    def __init__(self, text: str, file: str, first: int) -> None:
        self.file = file
        self.first = first
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []
        self._events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> Any:
        event = self._next()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            return None
        value = self._value(event, ())
        rest = self._next()
        if isinstance(rest, yaml.DocumentEndEvent):
            rest = self._next()
        if not isinstance(rest, yaml.StreamEndEvent):
            self._note(
                rest,
                "yaml-documents",
                L_("The file holds a second document."),
                L_("Keep one document in a file: take the line “---” out."),
            )
        return value

    def _next(self) -> Any:
        event = next(self._events)
        if getattr(event, "anchor", None) is not None:
            self._note(
                event,
                "yaml-alias",
                L_("Anchors and aliases (& and *) are not read here."),
                L_("Write the text out where it is used. A text that starts with & or * needs quotes."),
            )
            if isinstance(event, yaml.AliasEvent):
                return _missing(event)
        return event

    def _value(self, event: Any, path: Path) -> Any:
        self.lines.setdefault(path, self._line(event))
        if len(path) > DEEPEST:
            self._note(
                event,
                "yaml-deep",
                L_("This is nested more than %(deepest)s levels deep."),
                L_("Make it flatter."),
                deepest=DEEPEST,
            )
            raise _Built
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._scalar(event)

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event)
            value_event = self._next()
            if key in found:
                self._note(
                    event,
                    "yaml-twice",
                    L_("“%(key)s” is written twice."),
                    L_("Keep one of the two lines (the first is on line %(line)s)."),
                    key=key,
                    line=self.lines[*path, key],
                )
                self._value(value_event, (*path, key, "twice"))
                continue
            self.lines[*path, key] = self._line(event)
            found[key] = self._value(value_event, (*path, key))
        return found

    def _key(self, event: Any) -> str:
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        self._note(
            event,
            "yaml-key",
            L_("A key must be a plain word."),
            L_("Write “key: value”; a text that starts with { or [ needs quotes."),
        )
        raise _Built

    def _sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            found.append(self._value(event, (*path, len(found))))
        return found

    def _scalar(self, event: Any) -> Any:
        if event.tag is not None:
            self._note(
                event,
                "yaml-tag",
                L_("Tags such as “%(tag)s” are not read here."),
                L_("Take the tag out; a text that starts with ! needs quotes."),
                tag=event.tag,
            )
        return _scalar(event.value) if event.implicit[0] and not event.style else event.value

    def _line(self, event: Any) -> int:
        return int(event.start_mark.line) + self.first

    def _note(self, event: Any, code: str, message: Any, mend: Any, **values: object) -> None:
        self.problems.append(Problem(self.file, self._line(event), code, message, mend, "error", values))


def _missing(event: Any) -> Any:
    """Stand for an alias, so that the faults after it are found too."""
    return yaml.ScalarEvent(None, None, (True, False), "", event.start_mark, event.end_mark)


def _scalar(text: str) -> Any:
    if _NULL.match(text):
        return None
    if _TRUE.match(text):
        return True
    if _FALSE.match(text):
        return False
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text


def load(text: str, file: str, first: int = 1) -> Loaded:
    """Read one YAML text.

    Args:
        text: the text.
        file: its path, for problems.
        first: line number of its first line (front matter starts on line 2).

    Returns:
        Data, lines and all problems; never raises for what an author may write.

    """
    if len(text) > LONGEST:
        message = L_("The file is longer than %(longest)s characters.")
        problem = Problem(file, first, "yaml-long", message, L_("Split it."), "error", {"longest": LONGEST})
        return Loaded(problems=[problem])
    data = None
    problems: list[Problem] = []
    builder: _Builder | None = None
    try:
        builder = _Builder(text, file, first)
        data = builder.document()
    except _Built:
        pass
    except (yaml.YAMLError, ValueError) as error:
        problems.append(_syntax(error, file, first))
    if builder is None:
        return Loaded(problems=problems)
    return Loaded(data, Lines(builder.lines, first), builder.problems + problems)


def _syntax(error: Exception, file: str, first: int) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = first + (int(mark.line) if mark is not None else 0)
    detail = getattr(error, "problem", None) or str(error)
    return Problem(
        file,
        line,
        "yaml-syntax",
        L_("This is not YAML: %(detail)s."),
        L_("Look at this line and the one before it: indentation, “key: value”, and quotes that are closed."),
        "error",
        {"detail": detail},
    )
