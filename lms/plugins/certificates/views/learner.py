"""What the learner sees: the finished course, the choices, the preview, the file."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for

from lms import gettext as _
from lms.core.learning.api import COURSE_AFTER, HOME_ASIDE, CoursePage, HomePage, unfinished
from lms.host import clock, i18n, limits, printing, render
from lms.host.db import connection, db
from lms.host.slots import Panel
from lms.host.web import actor, not_found, page, problem, see, signed_in
from lms.plugins.certificates import access, actions
from lms.plugins.certificates.forms import AskForm
from lms.plugins.certificates.queries import printed_before, sheet_of

MOST_AN_HOUR = 20
SLOWEST = 60

blueprint = Blueprint("certificates", __name__)


@blueprint.get("/my/<code>/finished")
@signed_in
def finished(code: str) -> Response:
    """Show the panel of a finished course and what comes next."""
    course = _course(code)
    if course.month is None:
        return see("learning.course", code=code)
    return page("certificates/finished.html", title=_("Course"), outline=course.outline)


@blueprint.get("/my/<code>/certificate")
@signed_in
def ask(code: str) -> Response:
    """Ask what the certificate shall show, or say what is still to do."""
    course = _course(code)
    if course.month is None:
        return _not_yet(course)
    return page("certificates/ask.html", title=_("Certificate"), form=_form(course), **_beside(course))


@blueprint.post("/my/<code>/certificate")
@signed_in
def preview(code: str) -> Response:
    """Show the certificate as a page, before anything is kept (CERT-1)."""
    course = _course(code)
    if course.month is None:
        return _not_yet(course)
    form = _form(course)
    if "change" in request.form:
        return page("certificates/ask.html", title=_("Certificate"), form=form, **_beside(course))
    if not form.validate():
        return problem("certificates/ask.html", form, title=_("Certificate"), **_beside(course))
    sheet = sheet_of(connection(), course.outline.release_id, form.lang.data, discreet=form.discreet)
    with printing.speaking(form.lang.data) as language:
        paper = _parts().paper(sheet, form.name.data, course.month, language, printing.product())
    return page("certificates/preview.html", title=_("Preview"), form=form, paper=paper, course=course)


@blueprint.post("/my/<code>/certificate/issue")
@signed_in
def issue(code: str) -> Response:
    """Issue the certificate and have the file made."""
    course = _course(code)
    if course.month is None:
        return _not_yet(course)
    form = _form(course)
    if not form.validate():
        return problem("certificates/ask.html", form, title=_("Certificate"), **_beside(course))
    if not limits.allow(f"certificate:{actor().person}", rate=MOST_AN_HOUR, per=3600):
        return page("certificates/wait.html", title=_("Please wait"), status=429)
    try:
        document_id = actions.issue(
            db.session(),
            person_id=actor().person,
            course_id=course.outline.course_id,
            release_id=course.outline.release_id,
            month=course.month,
            lang=form.lang.data,
            discreet=form.discreet,
            name=form.name.data,
            **_addresses(form.lang.data),
        )
    except actions.WithdrawnError:
        form.refuse(
            "", _("This certificate has been withdrawn and is not printed again. Ask the people who run this site.")
        )
        return problem("certificates/ask.html", form, title=_("Certificate"), **_beside(course))
    db.session.commit()
    return see(".document", document_id=document_id)


@blueprint.get("/my/<code>/certificate/issue")
@signed_in
def issue_again(code: str) -> Response:
    """Lead back to the choices: the page of a refused form changes its language by address."""
    return see(".ask", code=code)


@blueprint.get("/document/<uuid:document_id>")
@signed_in
def document(document_id: UUID) -> Response:
    """Show how far the file is; looks again by itself while it is being made."""
    found = access.document_for(connection(), actor(), document_id, i18n.language().code)
    if found is None:
        not_found()
    answer = page("certificates/document.html", title=_("Document"), document=found, install=render.INSTALL)
    if found.state == "waiting":
        looks = min(request.args.get("looks", 0, type=int), 10)
        wait = min(5 * 2 ** max(looks, 0), SLOWEST)
        again = url_for(".document", document_id=document_id, looks=looks + 1)
        answer.headers["Refresh"] = f"{wait}; url={again}"
    return answer


@blueprint.post("/document/<uuid:document_id>/again")
@signed_in
def again(document_id: UUID) -> Response:
    """Try again to make a file that could not be made."""
    found = access.document_for(connection(), actor(), document_id, i18n.language().code)
    if found is None:
        not_found()
    actions.print_again(db.session(), document_id=document_id, **_addresses(i18n.language().code))
    db.session.commit()
    return see(".document", document_id=document_id)


@blueprint.get("/document/<uuid:document_id>/file")
@signed_in
def file(document_id: UUID) -> Response:
    """Hand out the file under a name that says nothing (CACHE-4)."""
    found = access.file_for(connection(), actor(), document_id, now=clock.now())
    if found is None:
        not_found()
    answer = Response(found.data, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename=document-{found.number}.pdf"
    return answer


def _course(code: str) -> access.Course:
    found = access.course_of(connection(), actor(), code, i18n.language().code)
    if found is None:
        not_found()
    return found


def _form(course: access.Course) -> AskForm:
    """Return the form; neither a name nor anything else comes from the account."""
    form = AskForm(request.form)
    here, known = i18n.language().code, course.outline.languages
    offered = [it.code for it in i18n.languages() if it.code in known or it.code == here]
    form.offer(offered, course.outline.title.text, course.outline.discreet_title.text)
    if not request.form:
        form.lang.data = here
        form.form.data = "full"
    return form


def _beside(course: access.Course) -> dict[str, Any]:
    """Return what the page of choices shows beside its form."""
    earlier = printed_before(connection(), actor().person, course.outline.release_id)
    return {
        "course": course,
        "earlier": [it for it in earlier if it.state == "ready"],
        "names": {language.code: language.endonym for language in i18n.languages()},
        "install": "" if render.available() else render.INSTALL,
    }


def _not_yet(course: access.Course) -> Response:
    lessons, checks = unfinished(course.outline, course.standing)
    modules = [module for module in course.outline.modules if any(it.id in checks for it in module.activities)]
    return page(
        "certificates/not_yet.html", title=_("Certificate"), outline=course.outline, lessons=lessons, modules=modules
    )


def _addresses(lang: str) -> dict[str, str]:
    """Return where the square code leads and where codes are typed in, as the paper shows them."""
    link = url_for("certificates_code.by_code", code="-", _external=True)
    check = url_for("certificates_check.form", lang=lang, _external=True)
    return {"link": link.removesuffix("-"), "address": check.partition("://")[2]}


def _parts() -> Any:
    return current_app.jinja_env.get_template("certificates/parts.html").module


def offer(shown: CoursePage) -> str:
    """Return the way to the certificate, for the page of a completed course."""
    if not shown.completed:
        return ""
    return _parts().offer(shown.outline)  # type: ignore[no-any-return]


def finished_courses(shown: HomePage) -> str:
    """Return the courses a person has finished, for their home page."""
    courses = [card.outline for card in shown.courses if card.completed_on is not None]
    return _parts().finished(courses) if courses else ""


panels = (
    Panel(COURSE_AFTER, "certificates.offer", offer, order=10),
    Panel(HOME_ASIDE, "certificates.finished", finished_courses, order=30),
)
