"""The values of a YAML text, built from libyaml's events, so that all faults of a file come out at once.

Apart from `strict_yaml`, so that a start does not wait for the library.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from lms import lazy_gettext as L_
from lms.core.catalogue.domain.problems import Path, Problem

DEEPEST = 20
FAULTS = (yaml.YAMLError, ValueError)
"""What reading raises for a text that is not YAML."""

_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_TRUE = re.compile(r"(?:true|True|TRUE)\Z")
_FALSE = re.compile(r"(?:false|False|FALSE)\Z")
_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)\Z")


class Stopped(Exception):  # noqa: N818
    """The rest of the file cannot be built from; its problem is already noted."""


class Builder:
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
            raise Stopped
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
        raise Stopped

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
