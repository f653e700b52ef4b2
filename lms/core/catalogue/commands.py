"""`lms courses …`: what an author and a translator work with."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from lms import gettext as _
from lms import ngettext
from lms.core.catalogue import actions, queries
from lms.core.catalogue.compile.check import Checked
from lms.core.catalogue.compile.console import show, summary, write_translation
from lms.core.catalogue.compile.merging import merge
from lms.core.catalogue.compile.places import Place
from lms.core.catalogue.compile.po import template
from lms.core.catalogue.compile.site import all_places, beside_files, blocks, checked, codes_of_languages, speaking
from lms.host.db import db, forget_failure, reader
from lms.host.settings import Settings
from lms.host.storage import current_storage

courses = AppGroup("courses", help="Check, publish and translate the courses.")
_folder = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of courses to read as well.",
)
_names = click.argument("names", nargs=-1)


def checked_here(place: Place) -> Checked:
    """Check a course against the site, or by itself where there is no database: on the machine of an author."""
    try:
        beside_files()
        history = queries.history(reader(), place.id)
    except (OperationalError, ProgrammingError):
        forget_failure()
        return checked(place, history=None, offline=True)
    return checked(place, history=history)


def _chosen(names: Sequence[str], folder: Path | None) -> list[Place]:
    found = all_places(folder)
    if unknown := [name for name in names if name not in found]:
        known = ", ".join(found) or "–"
        message = _("There is no course “%(name)s”. Courses: %(known)s.", name=unknown[0], known=known)
        raise click.ClickException(message)
    return [found[name] for name in names] if names else list(found.values())


@courses.command("check")
@_names
@_folder
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
def check_command(names: tuple[str, ...], folder: Path | None, as_json: bool, strict: bool) -> None:  # noqa: FBT001 - flags
    """Check courses: every problem at once, with file, line and how to mend it; exit 1 if there is an error."""
    results = [(place, checked_here(place)) for place in _chosen(names, folder)]
    if as_json:
        click.echo(json.dumps([_as_json(place, result) for place, result in results], ensure_ascii=False, indent=2))
    else:
        for place, result in results:
            show(result.problems, place.folder.parent)
            click.echo(summary(result.name, result.problems, result.coverage))
    if any(result.errors or (strict and result.warnings) for _place, result in results):
        sys.exit(1)


def _as_json(place: Place, result: Checked) -> dict[str, Any]:
    return {
        "course": place.id,
        "problems": [problem.as_json() for problem in result.problems],
        "translations": {item.lang: item.percent for item in result.coverage},
    }


@courses.command("publish")
@_names
@_folder
@click.option("--correction", is_flag=True, help="Translations or safety fixes: everybody moves to it at once.")
@click.option("--accept-unreviewed", is_flag=True, help="Publish lessons that nobody has reviewed; this is logged.")
def publish_command(names: tuple[str, ...], folder: Path | None, correction: bool, accept_unreviewed: bool) -> None:  # noqa: FBT001
    """Publish courses. One error, and nothing of that course is published: the old release stays."""
    settings: Settings = current_app.config["LMS"]
    kind: actions.Kind = "correction" if correction else "edition"
    failed = False
    for place in _chosen(names, folder):
        try:
            click.echo(publish_place(place, kind=kind, accept_unreviewed=accept_unreviewed or settings.demo))
        except actions.PublishError as error:
            failed = True
            show(error.problems, place.folder.parent)
            click.echo(_("✗ %(course)s: nothing was published.", course=place.id))
    if failed:
        sys.exit(1)


def publish_place(place: Place, *, kind: actions.Kind, accept_unreviewed: bool) -> str:
    """Check, compile and publish one course in a transaction of its own; return a line that says so.

    Raises:
        PublishError: nothing was published.

    """
    with db.engines["read"].connect() as conn:
        prepared = actions.prepare(
            conn,
            checked=checked(place, history=queries.history(conn, place.id)),
            languages=codes_of_languages(),
            blocks=blocks(),
            speak=speaking,
            kind=kind,
            accept_unreviewed=accept_unreviewed,
        )
    session = db.session()
    try:
        release_id = actions.publish(session, prepared=prepared, storage=current_storage())
        session.commit()
    except BaseException:
        session.rollback()
        raise
    if release_id is None:
        return _("✓ %(course)s: nothing has changed since the last release.", course=place.id)
    return _(
        "✓ %(course)s: published, %(lessons)s lessons in %(languages)s languages, %(unreviewed)s not yet reviewed.",
        course=place.id,
        lessons=len({lesson for lesson, _lang in prepared.release.lessons}),
        languages=len(prepared.release.languages),
        unreviewed=prepared.unreviewed,
    )


def publish_missing(demo: bool) -> list[str]:  # noqa: FBT001 - what `Starter` calls it with
    """Publish the courses that this site has never published; an upgrade republishes nothing (settled, 15)."""
    with db.engines["read"].connect() as conn:
        known = queries.course_states(conn)
    lines = []
    for place in all_places().values():
        if place.id in known:
            continue
        try:
            lines.append(publish_place(place, kind="edition", accept_unreviewed=demo))
        except actions.PublishError as error:
            codes = {problem.code for problem in error.problems}
            if codes == {"unreviewed"}:
                text = _(
                    "Course %(course)s: lessons that nobody has reviewed. Publish it with"
                    " `lms courses publish %(course)s --accept-unreviewed`.",
                    course=place.id,
                )
            else:
                text = _("Course %(course)s has errors: run `lms courses check`.", course=place.id)
            lines.append(text)
    return lines


@courses.command("list")
@_folder
def list_command(folder: Path | None) -> None:
    """List the courses: where they lie, and what is published."""
    try:
        states = queries.course_states(reader())
    except (OperationalError, ProgrammingError):
        raise click.ClickException(_("No database can be read here.")) from None
    for place in all_places(folder).values():
        state = states.get(place.id)
        if state is None:
            told = _("not published")
        else:
            told = _("release %(number)s of %(day)s", number=state.number, day=state.published.isoformat())
        click.echo(f"{place.id}: {told}  ({place.folder})")


@courses.command("extract")
@_names
@_folder
def extract_command(names: tuple[str, ...], folder: Path | None) -> None:
    """Write translations/messages.pot: every text of a course, for a new translation."""
    for place in _chosen(names, folder):
        result = _translatable(place)
        write_translation(place.folder, "messages.pot", str(template(result.segments, place.id)))
        count = len({(segment.msgctxt, segment.text) for segment in result.segments})
        click.echo(ngettext("%(course)s: %(num)s text", "%(course)s: %(num)s texts", count, course=place.id))


@courses.command("merge")
@_names
@_folder
@click.option("--lang", "langs", multiple=True, help="A language; makes a new translation where there is none.")
def merge_command(names: tuple[str, ...], folder: Path | None, langs: tuple[str, ...]) -> None:
    """Bring translations up to date: what changed becomes fuzzy and keeps the previous source."""
    for place in _chosen(names, folder):
        result = _translatable(place)
        course = result.course
        if course is None:
            continue
        for lang in langs or sorted(course.catalogues):
            _refuse_unread(place, lang, known=lang in course.catalogues)
            po = merge(course.catalogues.get(lang), result.segments, place.id, lang, course.meta.moved)
            write_translation(place.folder, f"{lang}.po", str(po))
            fuzzy, new = len(po.fuzzy_entries()), len(po.untranslated_entries())
            text = _(
                "%(course)s, %(lang)s: %(new)s new, %(fuzzy)s changed", course=place.id, lang=lang, new=new, fuzzy=fuzzy
            )
            click.echo(text)


def _translatable(place: Place) -> Checked:
    """Translations follow a source that can be read; faults of the translations themselves are no obstacle."""
    result = checked_here(place)
    broken = [problem for problem in result.errors if "/translations/" not in problem.file]
    if result.course is None or broken:
        show(broken, place.folder.parent)
        raise click.ClickException(_("Mend the course first: nothing was written."))
    if not place.editable:
        message = _(
            "%(course)s came with the program. Copy its folder to courses/ in the data folder first.", course=place.id
        )
        raise click.ClickException(message)
    return result


def _refuse_unread(place: Place, lang: str, *, known: bool) -> None:
    """A file that cannot be read is somebody's work: it is not written over."""
    path = place.folder / "translations" / f"{lang}.po"
    if path.exists() and not known:
        raise click.ClickException(_("%(file)s cannot be read. Mend it first: `lms courses check`.", file=path.name))
