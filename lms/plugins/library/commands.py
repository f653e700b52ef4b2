"""`lms library …`: what an author and a translator of the library work with."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from lms import gettext as _
from lms.core.catalogue.api import (
    CourseRule,
    CourseSource,
    Problem,
    Segment,
    bundled,
    merge,
    show,
    summary,
    template,
    write_translation,
)
from lms.host.contributions import Command
from lms.plugins.library import queries
from lms.plugins.library.domain.places import CARDS, LIBRARY

if TYPE_CHECKING:
    from lms.plugins.library.domain.shelf import Shelf

group = AppGroup("library", help="Check and translate the words, cards, addresses and help of the library.")
_names = click.argument("names", nargs=-1, type=click.Choice([CARDS, LIBRARY]))


def _read(folder: Path) -> Shelf:
    from lms.plugins.library.domain.cards import read_cards
    from lms.plugins.library.domain.whole import read_library

    return read_cards(folder, None, queries.blocks()) if folder.name == CARDS else read_library(folder, None)


def _on_course(course: CourseSource, segments: Sequence[Segment]) -> Iterator[Problem]:
    from lms.plugins.library.domain.rule import references, said_otherwise

    glossary, keeper = queries.keeper()
    if glossary.terms:
        yield from references(course, glossary.terms, queries.card_names())
        yield from said_otherwise(course, segments, keeper)


course_rule = CourseRule("library", _on_course)


@group.command("check")
@_names
def check(names: tuple[str, ...]) -> None:
    """Check the library: all problems at once, with file, line and how to mend them; exit 1 if there is an error."""
    from lms.plugins.library.domain.glossary import renderings

    failed = False
    for name in names or (CARDS, LIBRARY):
        for place in queries.folders(name):
            shelf = _read(place)
            shelf.measure()
            shelf.problems += renderings(queries.keeper()[1], shelf.segments, shelf.catalogues)
            show(shelf.problems, shelf.folder.parent)
            click.echo(summary(str(shelf.folder), shelf.problems, shelf.coverage))
            failed = failed or bool(shelf.errors)
    if failed:
        sys.exit(1)


@group.command("extract")
@_names
def extract(names: tuple[str, ...]) -> None:
    """Write translations/messages.pot: every text, for a new translation."""
    for shelf in _whole(names):
        text = str(template(shelf.segments, shelf.folder.name))
        click.echo(write_translation(shelf.folder, "messages.pot", text))


@group.command("merge")
@_names
@click.option("--lang", "langs", multiple=True, help="A language; makes a new translation where there is none.")
def merge_command(names: tuple[str, ...], langs: tuple[str, ...]) -> None:
    """Bring translations up to date: what changed becomes fuzzy and keeps the previous source."""
    for shelf in _whole(names):
        for lang in langs or sorted(shelf.catalogues):
            if lang not in shelf.catalogues and (shelf.folder / "translations" / f"{lang}.po").exists():
                raise click.ClickException(_("%(file)s cannot be read. Mend it first.", file=f"{lang}.po"))
            made = merge(shelf.catalogues.get(lang), shelf.segments, shelf.folder.name, lang)
            click.echo(write_translation(shelf.folder, f"{lang}.po", str(made)))


def _whole(names: tuple[str, ...]) -> list[Shelf]:
    """Return what is to be translated; files inside an installed package are not written to."""
    place, editable = bundled()
    if not editable:
        raise click.ClickException(_("These files came with the program. Copy them to courses/ in the data folder."))
    shelves = [_read(place / name) for name in names or (CARDS, LIBRARY)]
    for shelf in shelves:
        if broken := [problem for problem in shelf.errors if "/translations/" not in problem.file]:
            show(broken, shelf.folder.parent)
            raise click.ClickException(_("Mend the files first: nothing was written."))
    return shelves


command = Command(group)
