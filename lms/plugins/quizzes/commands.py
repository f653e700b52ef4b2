"""`lms questions …`: questions from other programs, and questions for them.

The formats are imported when one is asked for: every start waits for what stands at the top of this file.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from lms import gettext as _
from lms import ngettext
from lms.core.catalogue.api import address_faults, read_yaml
from lms.host.contributions import Command
from lms.host.files import write_whole
from lms.host.pictures import Rewritten, here
from lms.plugins.quizzes.domain import exchange
from lms.plugins.quizzes.domain.bank.draws import draws
from lms.plugins.quizzes.domain.bank.lent import whole
from lms.plugins.quizzes.domain.bank.pictured import FOLDER, name_in
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.domain.quiz import BANK, is_draw
from lms.plugins.quizzes.queries.bank import pictured, shelf, tagged

if TYPE_CHECKING:
    from lms.plugins.quizzes.domain.exchange.draft import Entry
    from lms.plugins.quizzes.domain.exchange.quizfile import Shelf

QUIZ, CHECK = "quiz.yaml", "check.yaml"
group = AppGroup("questions", help="Bring questions in from other programs, and give them out.")
_json = click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each question.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The folder of a lesson.")
@click.option("--outcome", default="", help="The outcome of the lesson that the questions belong to.")
@click.option("--dry-run", is_flag=True, help="Write nothing; only say what would become of each question.")
@_json
def import_command(file: Path, into: Path | None, outcome: str, dry_run: bool, as_json: bool) -> None:  # noqa: FBT001 - flags
    """Read GIFT, Aiken, Moodle XML or QTI 2 and 3 into the quiz.yaml of a lesson, or as YAML to standard output.

    Each question is imported, imported with its losses named, or refused with a reason; exit 1 if one is refused.
    Importing a file again adds nothing twice.
    """
    from lms.plugins.quizzes.domain.exchange import formats, quizfile

    loose = quizfile.Shelf("imported-q", "o1", frozenset({"o1"}))
    shelf = _shelf(into, outcome) if into else replace(loose, most=exchange.MOST_QUESTIONS if dry_run else loose.most)
    with file.open("rb") as opened:
        data = opened.read(exchange.MOST_BYTES + 1)
    entries = quizfile.placed(formats.read(data, known_types()), shelf)
    to_output = into is None and not dry_run
    entries = quizfile.loose(entries) if to_output else entries
    _say([entry.as_json() for entry in entries], as_json=as_json, aside=to_output)
    if not dry_run:
        _keep(into, shelf, entries)
    if any(entry.refused for entry in entries):
        sys.exit(1)


def _shelf(folder: Path, outcome: str) -> "Shelf":
    from lms.plugins.quizzes.domain.exchange.quizfile import Shelf

    lesson = folder / "lesson.md"
    if not lesson.is_file():
        raise click.ClickException(_("%(folder)s is not the folder of a lesson.", folder=str(folder)))
    front = _yaml(lesson, lesson.read_text(encoding="utf-8").split("\n---")[0].removeprefix("---"))
    outcomes = [str(row["id"]) for row in front.get("outcomes") or () if isinstance(row, Mapping) and "id" in row]
    if not outcomes or (outcome and outcome not in outcomes) or (not outcome and len(outcomes) > 1):
        known = ", ".join(outcomes) or "–"
        raise click.ClickException(_("Say with --outcome which of these it is: %(outcomes)s.", outcomes=known))
    quiz = folder / QUIZ
    data = _yaml(quiz, quiz.read_text(encoding="utf-8")) if quiz.is_file() else {}
    items = tuple(item for item in data.get("items") or () if isinstance(item, Mapping))
    name = str(data.get("id") or f"{front.get('id')}-q")
    return Shelf(name, outcome or outcomes[0], frozenset(outcomes), items)


def _yaml(path: Path, text: str) -> Mapping[str, Any]:
    loaded = read_yaml(text, path.name)
    if loaded.problems or not isinstance(loaded.data, Mapping):
        raise click.ClickException(_("%(file)s cannot be read. Mend it first.", file=str(path)))
    return loaded.data


def _keep(into: Path | None, shelf: "Shelf", entries: "Sequence[Entry]") -> None:
    from lms.plugins.quizzes.domain.exchange.quizfile import extended, new_file, new_items, new_pictures

    items = new_items(entries)
    if into is None:
        click.echo(new_file(shelf.quiz, items), nl=False)
        return
    quiz = into / QUIZ
    if not items:
        return
    made = extended(quiz.read_text(encoding="utf-8"), items) if quiz.is_file() else new_file(shelf.quiz, items)
    if made is None:
        message = _("Nothing can be added to %(file)s: write its questions as a list with hyphens.", file=str(quiz))
        raise click.ClickException(message)
    for address, data in new_pictures(entries).items():
        (into / address).parent.mkdir(exist_ok=True)
        write_whole(into / address, data)
    write_whole(quiz, made.encode())


@group.command("export")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", required=True, type=click.Choice(exchange.FORMATS), help="The format to write.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@_json
def export_command(paths: tuple[Path, ...], form: str, output: Path | None, as_json: bool) -> None:  # noqa: FBT001 - flag
    """Write the questions of quiz files, or of all quiz files in folders, in the format of other programs.

    What a format cannot hold is named; exit 1 if it cannot hold a question at all. QTI is a package and needs --output.
    """
    if form in exchange.BINARY and output is None:
        raise click.UsageError(_("Say with --output where the package goes."))
    from lms.plugins.quizzes.domain.exchange import formats

    try:
        questions = [_with_picture(*one) for one in _questions(paths)]
    except (OperationalError, ProgrammingError):
        message = _("Some of these questions are in the bank, and no database can be read here.")
        raise click.ClickException(message) from None
    pictures = {name: picture for name, _item, picture in questions if picture}
    data, partings = formats.write([(name, item) for name, item, _picture in questions], form, pictures)
    if output:
        write_whole(output, data)
    else:
        click.echo(data, nl=False)
    _say([parting.as_json() for parting in partings], as_json=as_json, aside=output is None)
    if any(parting.refused for parting in partings):
        sys.exit(1)


def _with_picture(name: str, item: Mapping[str, Any], folder: Path | None) -> tuple[str, Mapping[str, Any], bytes]:
    """Return a question with its picture: written anew from the folder of its file, or from the bank."""
    named = item.get("picture")
    file = str(named.get("file", "")) if isinstance(named, Mapping) else ""
    if not isinstance(named, Mapping) or not file:
        return name, item, b""
    if folder is None:
        return name, item, next((one.data for one in pictured([name_in(item)])), b"")
    data = (folder / file).read_bytes() if not list(address_faults(file)) and (folder / file).is_file() else b""
    (made,) = here([data])
    if not isinstance(made, Rewritten):
        return name, item, b""
    return name, {**item, "picture": {**named, "file": f"{FOLDER}{made.name}"}}, made.data


def _questions(paths: Iterable[Path]) -> list[tuple[str, Mapping[str, Any], Path | None]]:
    """Return the name and content of each question, and the folder that its picture lies below; none for the bank."""
    files = [
        file
        for path in paths
        for file in (sorted([*path.rglob(QUIZ), *path.rglob(CHECK)]) if path.is_dir() else [path])
    ]
    found: list[tuple[str, Mapping[str, Any], Path | None]] = []
    for file in files:
        data = _yaml(file, file.read_text(encoding="utf-8"))
        full = whole(data, shelf)
        chance = draws(full.data, tagged, known_types(), "")
        for item in full.data.get("items") or ():
            own = item.get("id") not in full.lent
            if not is_draw(item):
                name = f"{data.get('id') if own else BANK}.{item.get('id') or item.get('use')}"
                found.append((name, item, file.parent if own else None))
        for line in chance.lines:
            bank = [{"id": one.id, **chance.lent[one.id].item, "outcome": one.outcome} for _, one, _ in line.items]
            found += [(f"{BANK}.{item['id']}", item, None) for item in bank]
    return found


def _say(rows: Sequence[Mapping[str, Any]], *, as_json: bool, aside: bool) -> None:
    """Print what became of each question; aside, where the standard output holds the questions themselves."""
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else _told(row), err=aside)
    if not as_json:
        refused = sum(row["result"] == "refused" for row in rows)
        counts = [
            ngettext("%(num)s question", "%(num)s questions", len(rows)),
            ngettext("%(num)s refused", "%(num)s refused", refused),
        ]
        click.echo(", ".join(counts), err=aside)


def _told(row: Mapping[str, Any]) -> str:
    sign = "✗" if row["result"] == "refused" else "✓"
    lines = [f"{sign} {row.get('place', '')} {row['name']}".replace("  ", " ")]
    if row["result"] == "refused":
        lines.append(f"    {row['why']} → {row['mend']}")
    lines += [f"    – {loss['what']}" for loss in row.get("losses", ())]
    if missing := row.get("feedback_to_write"):
        lines.append("    " + ngettext("%(num)s reason to write", "%(num)s reasons to write", missing))
    if row.get("already_there"):
        lines.append("    " + _("It is there already."))
    return "\n".join(lines)


command = Command(group)
