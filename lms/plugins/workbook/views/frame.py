"""What the pages of the workbook share."""

from collections.abc import Sequence
from functools import lru_cache

from flask import Blueprint, Response, current_app, request

from lms import gettext as _
from lms.core.accounts.api import own_key
from lms.host import i18n, limits, printing, render
from lms.host.db import connection, reader
from lms.host.web import actor, not_found, page
from lms.plugins.workbook.access import Kept, kept_for
from lms.plugins.workbook.domain.filled import Filled, as_text
from lms.plugins.workbook.domain.sheet import Part, Sheet
from lms.plugins.workbook.queries import sheets

MOST_PAPERS_AN_HOUR = 60

blueprint = Blueprint("workbook", __name__)


def sheet_or_404(number: int) -> Sheet:
    """Return a sheet in the language of the page."""
    found = sheets(i18n.language().code).get(number)
    if found is None:
        not_found()
    return found


def sealable_or_404(number: int) -> Sheet:
    """Return a sheet that may be kept here; of a paper sheet no field is ever on the server (settled 20)."""
    found = sheet_or_404(number)
    if not found.sealable:
        not_found()
    return found


def part_or_404(sheet: Sheet, number: int) -> Part:
    """Return a part of a sheet."""
    found = sheet.part(number)
    if found is None:
        not_found()
    return found


def own() -> Kept:
    """Return what the actor keeps, opened if their sign-in holds the key."""
    return kept_for(connection(), actor(), own_key(reader(), actor(), request))


@lru_cache(maxsize=128)
def _blank_pdf(html: str, stylesheet: str) -> bytes:
    """Return the PDF of an empty sheet, which is the same for everybody."""
    return render.render_pdf(html, stylesheet=stylesheet)


def paper(filled: Sequence[Filled], title: str, name: str) -> Response:
    """Return sheets as a PDF for printing. It is made in memory, in the render process, and never stored (OPS-4)."""
    if not limits.allow(f"workbook paper {actor().person}", rate=MOST_PAPERS_AN_HOUR, per=3600):
        return page("workbook/wait.html", status=429, title=_("Please wait"))
    html = printing.fill_in(
        "workbook/paper.html", filled=filled, title=title, language=i18n.language(), printable=printable
    )
    make = _blank_pdf if all(one.blank for one in filled) else render.render_pdf
    try:
        pdf = make(html, stylesheet=printing.source("workbook/paper.css"))
    except render.RenderUnavailable:
        return page("workbook/no_paper.html", status=503, title=_("Sheet"), install=render.INSTALL)
    return download(pdf, "application/pdf", f"{name}.pdf")


def printable(text: str) -> str:
    """Return a text in which signs that our fonts cannot draw are marked; the text file has them all."""
    missing = set(render.unprintable(text)) - {"\n"}
    return "".join("?" if letter in missing else letter for letter in text)


def plain(filled: Sequence[Filled], name: str) -> Response:
    """Return sheets as a text file."""
    text = "\n\n".join(as_text(one, heading(one.sheet)) for one in filled)
    return download(text.encode("utf-8-sig"), "text/plain", f"{name}.txt")


def heading(sheet: Sheet) -> str:
    """Return how a sheet is called on paper: by number, without its subject."""
    return _("Sheet %(number)s: %(title)s", number=sheet.number, title=sheet.discreet_title.text)


def download(body: bytes, mimetype: str, name: str) -> Response:
    """Hand out a file under a name that says nothing (CACHE-4)."""
    answer = Response(body, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def parts(name: str) -> object:
    """Return the macros of this package."""
    return getattr(current_app.jinja_env.get_template("workbook/parts.html").module, name)
