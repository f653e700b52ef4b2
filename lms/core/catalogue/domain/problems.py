"""What is wrong in a course file, told so that an author can mend it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]


class Text(Protocol):
    """A string or a lazily translated one."""

    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in one place.

    `message` and `mend` are lazily translated texts with named placeholders (`%(name)s`), filled from `values` when
    shown, so that the same problem can be read in any language of the interface. `code` never changes.
    """

    file: str
    line: int
    code: str
    message: Text
    mend: Text
    severity: Severity = "error"
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def what(self) -> str:
        return filled(self.message, self.values)

    @property
    def how(self) -> str:
        return filled(self.mend, self.values)

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "line": self.line,
            "code": self.code,
            "severity": self.severity,
            "message": self.what,
            "mend": self.how,
        }


def filled(text: Text, values: Mapping[str, object]) -> str:
    shown = str(text)
    return shown % values if values else shown


def errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.is_error]


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file and line, errors before warnings at one place: the order in which an author works."""
    return sorted(problems, key=lambda p: (p.file, p.line, p.severity, p.code))


class Lines:
    """Where each key of a YAML file stands: `lines.at(("items", 0, "prompt"))` is a line number, counted from 1."""

    def __init__(self, known: Mapping[Path, int] | None = None, first: int = 1) -> None:
        self._known = dict(known or {})
        self._first = first

    def at(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing that encloses it."""
        while path:
            if path in self._known:
                return self._known[path]
            path = path[:-1]
        return self._known.get((), self._first)
