"""What the commands of authors and translators say and write, for courses and for whatever lies beside them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from lms import gettext as _
from lms import ngettext
from lms.core.catalogue.compile.po import Coverage
from lms.core.catalogue.domain.problems import Problem
from lms.host.files import write_whole


def show(problems: Iterable[Problem], parent: Path) -> None:
    """Print problems so that an editor can jump to them.

    Args:
        problems: what was found.
        parent: the folder that their files are named from.

    """
    for problem in problems:
        word = _("error") if problem.is_error else _("warning")
        path = parent / problem.file
        shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        click.echo(f"{shown}:{problem.line}: {word}: {problem.what} [{problem.code}]\n    → {problem.how}")


def summary(name: str, problems: Sequence[Problem], coverage: Iterable[Coverage]) -> str:
    """Return one line about what was checked: how much is wrong, and how far each translation has come."""
    errors = sum(problem.is_error for problem in problems)
    parts = [
        ngettext("%(num)s error", "%(num)s errors", errors),
        ngettext("%(num)s warning", "%(num)s warnings", len(problems) - errors),
        *(f"{item.lang} {item.percent} %" for item in coverage),
    ]
    return f"{'✗' if errors else '✓'} {name}: {', '.join(parts)}"


def write_translation(folder: Path, name: str, text: str) -> Path:
    """Write a file of translations whole; return where it is."""
    target = folder / "translations" / name
    target.parent.mkdir(exist_ok=True)
    write_whole(target, f"{text.rstrip()}\n".encode())
    return target
