"""The list of questions, and one question: what it asks, where it is used, which versions it has."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.catalogue.api import LARGEST_PICTURE
from lms.host import clock
from lms.host.db import connection, db
from lms.host.i18n import language, languages
from lms.host.web import actor, allowed, not_found, page, see
from lms.plugins.quizzes import access
from lms.plugins.quizzes.access import WRITE
from lms.plugins.quizzes.actions.bank import NewerVersion, Undescribed, publish_version
from lms.plugins.quizzes.api import Question
from lms.plugins.quizzes.domain.bank import draft, words
from lms.plugins.quizzes.domain.bank.controls import told
from lms.plugins.quizzes.domain.bank.listing import STATES, Standing, Wanted, leaf
from lms.plugins.quizzes.domain.bank.pictured import described
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.domain.source import Flaw, undescribed
from lms.plugins.quizzes.queries.bank import VersionRow
from lms.plugins.quizzes.staff import blueprint
from lms.plugins.quizzes.staff.finding import Desk, desk, versions_of
from lms.plugins.quizzes.staff.preview import Preview, of_lent, preview

LONGEST = 80


def wanted() -> Wanted:
    """Return what the address asks for; what it cannot mean is left out."""
    given = {name: request.args.get(name, "").strip()[:LONGEST] for name in Wanted.__dataclass_fields__}
    state: Any = given.pop("state")
    return Wanted(**given, state=state if state in STATES else "")


def page_number() -> int:
    """Return which page of a list the address asks for."""
    sent = request.args.get("page", "")
    return max(1, int(sent)) if sent.isascii() and sent.isdecimal() and len(sent) < 5 else 1


@blueprint.get("/")
@allowed(WRITE)
def index() -> Response:
    """Show every question that fits: of published quizzes and of the bank."""
    found = desk()
    shown = leaf(found.everything(), wanted(), page_number(), clock.today())
    return page(
        "quizzes/bank/list.html",
        title=_("Questions"),
        leaf=shown,
        rows=[(row, found.where(row.places)) for row in shown.rows],
        query={name: value for name, value in request.args.items() if name in Wanted.__dataclass_fields__ and value},
        kinds=known_types(),
        choices=_choices(found),
        today=clock.today(),
        saved=request.args.get("saved", ""),
    )


def _choices(found: Desk) -> dict[str, list[tuple[str, object]]]:
    """Return what each list of the form offers."""
    words_of = {
        "published": _("published"),
        "draft": _("has a draft"),
        "due": _("review is due"),
        "files": _("in the files of a course"),
        "bank": _("in the bank"),
    }
    return {
        "state": [(state, words_of[state]) for state in STATES],
        "type": [(name, kind.label) for name, kind in known_types().items()],
        "place": [(outline.course_id, outline.title.text) for outline in found.outlines],
        "without": [(one.code, one.endonym) for one in languages()],
    }


@blueprint.get("/<key>")
@allowed(WRITE)
def show(key: str) -> Response:
    """Show one question as learners meet it, and let its author try it."""
    found = desk()
    standing = found.at(key)
    if standing and key.startswith("f"):
        return _of_file(found, standing)
    rows = versions_of(key)
    sent = request.args.get("version", "")
    row = next((one for one in rows if str(one.number) == sent), rows[0])
    kind = known_types().get(row.type)
    question = of_lent(row.lent, kind, language().code) if kind else None
    advice = [*_about_picture(row, question), *draft.flaws_in(kind, row.item)] if kind else []
    return _page(
        found,
        standing,
        preview(question, _typed()) if question else None,
        row=row,
        rows=rows,
        kind=kind,
        prompt=words.prompt_of(kind, row.lent, language().code),
        full=words.coverage(kind, row.lent),
        advice=[told(flaw) for flaw in advice],
        described=described(rows[0].item),
    )


def _about_picture(row: VersionRow, question: Question | None) -> Iterator[Flaw]:
    """Yield what is worth a look at a picture: a draft may lack its description, and it may be heavy."""
    kind = known_types().get(row.type)
    source = words.source_of(kind, row.item) if kind else None
    yield from undescribed(source) if source else ()
    if question and question.picture and question.picture.bytes > LARGEST_PICTURE:
        size = {"size": question.picture.bytes // 1000}
        message, mend = L_("The picture weighs %(size)s KB."), L_("Make it smaller: many people read on slow lines.")
        yield Flaw((), "media-heavy", message, mend, "warning", size)


def _of_file(found: Desk, standing: tuple[Standing, ...]) -> Response:
    first = standing[0]
    quiz = access.quiz_of(connection(), first.place.release_id, first.place.quiz, language().code)
    question = next((one for one in quiz.questions if one.id == first.place.question), None) if quiz else None
    if question is None:
        not_found()
    kind = known_types().get(question.type)
    return _page(
        found,
        standing,
        preview(question, _typed()),
        row=None,
        rows=[],
        kind=kind,
        prompt=question.prompt,
        full=first.languages,
        advice=[],
        described=True,
    )


def _page(found: Desk, standing: tuple[Standing, ...], shown: Preview | None, **context: Any) -> Response:
    places = [one.place for one in standing]
    return page(
        "quizzes/bank/question.html",
        title=_("Question"),
        key=request.view_args["key"] if request.view_args else "",
        preview=shown,
        first=standing[0] if standing else None,
        places=list(zip(found.where(places), places, strict=True)),
        languages=languages(),
        today=clock.today(),
        me=actor().person,
        saved=request.args.get("saved", ""),
        **context,
    )


def _typed() -> dict[str, list[str]]:
    return {name: request.args.getlist(name) for name in request.args}


@blueprint.post("/<key>/publish")
@allowed(WRITE)
def published(key: str) -> Response:
    """Let quizzes use the newest version."""
    rows: list[VersionRow] = versions_of(key)
    sent = request.form.get("number", "")
    if sent != str(rows[0].number):
        return see(".show", key=key, saved="newer", _anchor="saved")
    try:
        publish_version(db.session(), question=key, number=rows[0].number, by=actor().alias)
    except (NewerVersion, Undescribed) as why:
        db.session.rollback()
        return see(".show", key=key, saved="newer" if isinstance(why, NewerVersion) else "undescribed", _anchor="saved")
    db.session.commit()
    return see(".show", key=key, saved="published", _anchor="saved")
