"""`lms workbook …`: what an author and a translator of sheets work with."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from lms import gettext as _
from lms.core.catalogue.api import bundled, merge, show, summary, template, write_translation
from lms.host.contributions import Command
from lms.plugins.workbook.domain.files import FOLDER, Shelf, read_shelf
from lms.plugins.workbook.queries import folders

group = AppGroup("workbook", help="Check and translate the sheets of the workbook.")
_folder = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another folder of sheets.",
)


@group.command("check")
@_folder
def check(folder: Path | None) -> None:
    """Check every sheet: all problems at once, with file, line and how to mend them; exit 1 if there is an error."""
    failed = False
    for place in [folder] if folder else folders():
        shelf = read_shelf(place)
        show(shelf.problems, shelf.folder.parent)
        click.echo(summary(str(shelf.folder), shelf.problems, shelf.coverage))
        failed = failed or bool(shelf.errors)
    if failed:
        sys.exit(1)


@group.command("extract")
@_folder
def extract(folder: Path | None) -> None:
    """Write translations/messages.pot: every text of the sheets, for a new translation."""
    shelf = _whole(folder)
    click.echo(write_translation(shelf.folder, "messages.pot", str(template(shelf.segments, FOLDER))))


@group.command("merge")
@_folder
@click.option("--lang", "langs", multiple=True, help="A language; makes a new translation where there is none.")
def merge_command(folder: Path | None, langs: tuple[str, ...]) -> None:
    """Bring translations up to date: what changed becomes fuzzy and keeps the previous source."""
    shelf = _whole(folder)
    for lang in langs or sorted(shelf.catalogues):
        if lang not in shelf.catalogues and (shelf.folder / "translations" / f"{lang}.po").exists():
            raise click.ClickException(_("%(file)s cannot be read. Mend it first.", file=f"{lang}.po"))
        made = merge(shelf.catalogues.get(lang), shelf.segments, FOLDER, lang)
        click.echo(write_translation(shelf.folder, f"{lang}.po", str(made)))


def _whole(folder: Path | None) -> Shelf:
    """Return the sheets to translate; those inside an installed package are not written to."""
    place, editable = bundled()
    if folder is None and not editable:
        raise click.ClickException(_("These sheets came with the program. Copy them to courses/workbook/ first."))
    shelf = read_shelf(folder or place / FOLDER)
    if broken := [problem for problem in shelf.errors if problem.file.endswith(".yaml")]:
        show(broken, shelf.folder.parent)
        raise click.ClickException(_("Mend the sheets first: nothing was written."))
    return shelf


command = Command(group)
