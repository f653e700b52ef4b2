"""The list of sheets; one sheet; its paper, blank or filled."""

from flask import Response, request

from lms import gettext as _
from lms.host import i18n
from lms.host.db import connection
from lms.host.web import actor, not_found, page, signed_in
from lms.plugins.workbook.domain.filled import Filled
from lms.plugins.workbook.queries import closed_on, sheets
from lms.plugins.workbook.views.frame import blueprint, own, paper, plain, sealable_or_404, sheet_or_404


@blueprint.get("/workbook")
@signed_in
def index() -> Response:
    """Show every sheet, and what is kept here."""
    kept, closed = own(), closed_on(connection(), actor().person)
    saved = {
        "wiped": _("It is wiped."),
        "erased": _("Your notebook is erased. Its keys are destroyed; your account and progress are as they were."),
    }.get(request.args.get("saved", ""), "")
    return page(
        "workbook/index.html",
        title=_("Workbook"),
        sheets=list(sheets(i18n.language().code).values()),
        kept=kept,
        closed=closed,
        saved=saved,
    )


@blueprint.get("/workbook/<int:number>")
@signed_in
def sheet(number: int) -> Response:
    """Show what a sheet is for, and what can be done with it."""
    found, kept = sheet_or_404(number), own()
    return page(
        "workbook/sheet.html",
        title=_("Sheet %(number)s", number=found.number),
        sheet=found,
        kept=kept,
        filled=kept.filled(found) if kept.open and kept.has(found) else None,
        saved=request.args.get("saved", ""),
    )


@blueprint.get("/workbook/<int:number>/blank")
@signed_in
def blank(number: int) -> Response:
    """Show the empty sheet, to print from the browser or to copy by hand."""
    found = sheet_or_404(number)
    return page(
        "workbook/blank.html", title=_("Sheet %(number)s", number=found.number), sheet=found, filled=Filled.none(found)
    )


@blueprint.get("/workbook/<int:number>/blank.pdf")
@signed_in
def blank_paper(number: int) -> Response:
    """Hand out the empty sheet as a PDF."""
    found = sheet_or_404(number)
    return paper([Filled.none(found)], _("Sheet %(number)s", number=number), f"sheet-{number}")


@blueprint.get("/workbook/<int:number>/filled.pdf")
@signed_in
def filled_paper(number: int) -> Response:
    """Hand out a kept sheet as a PDF."""
    return paper([_filled(number)], _("Sheet %(number)s", number=number), f"sheet-{number}")


@blueprint.get("/workbook/<int:number>/filled.txt")
@signed_in
def filled_text(number: int) -> Response:
    """Hand out a kept sheet as text."""
    return plain([_filled(number)], f"sheet-{number}")


def _filled(number: int) -> Filled:
    found, kept = sealable_or_404(number), own()
    if not kept.open or not kept.has(found):
        not_found()
    return kept.filled(found)
