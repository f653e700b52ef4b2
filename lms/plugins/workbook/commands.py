"""`lms workbook …`: what an author and a translator of sheets work with."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from lms import gettext as _
from lms import ngettext
from lms.core.catalogue.api import bundled, merge, template
from lms.host.contributions import Command
from lms.host.files import write_whole
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
        _show(shelf)
        failed = failed or bool(shelf.errors)
    if failed:
        sys.exit(1)


def _show(shelf: Shelf) -> None:
    for problem in shelf.problems:
        word = _("error") if problem.is_error else _("warning")
        click.echo(f"{shelf.folder.parent / problem.file}:{problem.line}: {word}: {problem.what} [{problem.code}]")
        click.echo(f"    → {problem.how}")
    parts = [
        ngettext("%(num)s sheet", "%(num)s sheets", len(shelf.sheets)),
        ngettext("%(num)s error", "%(num)s errors", len(shelf.errors)),
        *(f"{item.lang} {item.percent} %" for item in shelf.coverage),
    ]
    click.echo(f"{'✗' if shelf.errors else '✓'} {shelf.folder}: {', '.join(parts)}")


@group.command("extract")
@_folder
def extract(folder: Path | None) -> None:
    """Write translations/messages.pot: every text of the sheets, for a new translation."""
    shelf = _whole(folder)
    _write(shelf.folder, "messages.pot", str(template(shelf.segments, FOLDER)))


@group.command("merge")
@_folder
@click.option("--lang", "langs", multiple=True, help="A language; makes a new translation where there is none.")
def merge_command(folder: Path | None, langs: tuple[str, ...]) -> None:
    """Bring translations up to date: what changed becomes fuzzy and keeps the previous source."""
    shelf = _whole(folder)
    for lang in langs or sorted(shelf.catalogues):
        if lang not in shelf.catalogues and (shelf.folder / "translations" / f"{lang}.po").exists():
            raise click.ClickException(_("%(file)s cannot be read. Mend it first.", file=f"{lang}.po"))
        _write(shelf.folder, f"{lang}.po", str(merge(shelf.catalogues.get(lang), shelf.segments, FOLDER, lang)))


def _whole(folder: Path | None) -> Shelf:
    """Return the sheets to translate; those inside an installed package are not written to."""
    place, editable = bundled()
    if folder is None and not editable:
        raise click.ClickException(_("These sheets came with the program. Copy them to courses/workbook/ first."))
    shelf = read_shelf(folder or place / FOLDER)
    if broken := [problem for problem in shelf.errors if problem.file.endswith(".yaml")]:
        _show(Shelf(shelf.folder, shelf.sheets, {}, broken))
        raise click.ClickException(_("Mend the sheets first: nothing was written."))
    return shelf


def _write(folder: Path, name: str, text: str) -> None:
    target = folder / "translations" / name
    target.parent.mkdir(exist_ok=True)
    write_whole(target, f"{text.rstrip()}\n".encode())
    click.echo(str(target))


command = Command(group)
