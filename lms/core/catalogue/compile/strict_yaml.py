"""YAML as authors expect it: YAML 1.2 scalars only, no aliases, no tags, no key twice, and a line for everything.

PyYAML alone reads `no` as False and `12:30` as 750 and lets the last of two keys win; each of these has eaten somebody's
text. The parser is libyaml's; the values are built here from its events, so that all faults of a file come out at once.
"""

from dataclasses import dataclass, field
from typing import Any

from lms import lazy_gettext as L_
from lms.core.catalogue.domain.problems import Lines, Problem

LONGEST = 1_000_000


@dataclass
class Loaded:
    """What a file holds, where each key stands, and what is wrong. `data` is None if it could not be read at all."""

    data: Any = None
    lines: Lines = field(default_factory=Lines)
    problems: list[Problem] = field(default_factory=list)


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
    from lms.core.catalogue.compile.yaml_events import FAULTS, Builder, Stopped  # no start waits for the library

    data = None
    problems: list[Problem] = []
    builder: Builder | None = None
    try:
        builder = Builder(text, file, first)
        data = builder.document()
    except Stopped:
        pass
    except FAULTS as error:
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
