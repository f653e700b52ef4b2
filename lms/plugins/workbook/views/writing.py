"""Choosing to keep a sheet here, writing on it page by page, wiping it."""

from typing import Any

from flask import Response, request

from lms import gettext as _
from lms.host.db import db
from lms.host.web import actor, not_found, page, problem, see, signed_in
from lms.plugins.workbook import actions
from lms.plugins.workbook.domain.sheet import Part, Sheet
from lms.plugins.workbook.forms import PartForm
from lms.plugins.workbook.views.frame import blueprint, own, part_or_404, sealable_or_404


@blueprint.get("/workbook/<int:number>/keep")
@signed_in
def keep_again(number: int) -> Response:
    """Lead back: a link to another language on the answer to a form asks for the form's own address."""
    return see(".sheet", number=sealable_or_404(number).number)


@blueprint.post("/workbook/<int:number>/keep")
@signed_in
def keep(number: int) -> Response:
    """Begin to keep this sheet here, sealed, because the person said so."""
    found = sealable_or_404(number)
    if not actor().signin:  # signed in through another site: no key of ours could ever open it (settled 28)
        return see(".unlock_form", sheet=number)
    actions.keep_sheet(db.session(), person_id=actor().person, sheet=found)
    db.session.commit()
    return see(".part", number=number, place=1)


@blueprint.get("/workbook/<int:number>/<int:place>")
@signed_in
def part(number: int, place: int) -> Response:
    """Show one page of a kept sheet, to write on."""
    found = sealable_or_404(number)
    here, kept = part_or_404(found, place), own()
    if not kept.has(found):
        return see(".sheet", number=number)
    if not kept.open:
        return see(".unlock_form", sheet=number, place=place)
    values, version = kept.part(found, here)
    return page("workbook/part.html", title=_title(found), **_shown(found, here, PartForm(here, values, version)))


@blueprint.post("/workbook/<int:number>/<int:place>")
@signed_in
def write(number: int, place: int) -> Response:
    """Keep what was written; what two windows wrote is shown side by side (CON-5)."""
    found = sealable_or_404(number)
    here, kept = part_or_404(found, place), own()
    if not kept.has(found):
        not_found()
    form = PartForm.sent(here, request.form)
    if kept.open and "both" in request.form:
        form.join(kept.part(found, here)[0])
    if not form.validate():
        return problem("workbook/part.html", form, title=_title(found), **_beside(found, here))
    if "more" in request.form:
        return page("workbook/part.html", title=_title(found), **_shown(found, here, form))
    session = db.session()
    try:
        actions.save_part(
            session, person_id=actor().person, ref=found.ref(here), content=form.values, version=form.version
        )
    except actions.Changed:
        session.rollback()
        return _conflict(found, here, form)
    session.commit()
    following = found.part(place + 1)
    if request.form.get("then") == "next" and following is not None:
        return see(".part", number=number, place=following.number)
    return see(".sheet", number=number, saved="1", _anchor="saved")


def _conflict(sheet: Sheet, part: Part, form: PartForm) -> Response:
    kept = own()
    if kept.open:
        form.conflict(*kept.part(sheet, part))
        form.errors[""] = _("This page was changed in another window in the meantime. Nothing is lost: both are below.")
    else:
        form.errors[""] = _(
            "This page was changed in another window. Open your notebook in another window, then send this one again."
        )
    heading = _("Problem: %(title)s", title=_title(sheet))
    return page("workbook/part.html", status=409, title=heading, **_shown(sheet, part, form))


@blueprint.get("/workbook/<int:number>/wipe")
@signed_in
def ask_to_wipe(number: int) -> Response:
    """Ask before a sheet is wiped."""
    found = sealable_or_404(number)
    if not own().has(found):
        return see(".sheet", number=number)
    return page("workbook/wipe.html", title=_title(found), sheet=found)


@blueprint.post("/workbook/<int:number>/wipe")
@signed_in
def wipe(number: int) -> Response:
    """Forget everything on one sheet."""
    found = sealable_or_404(number)
    actions.wipe_sheet(db.session(), person_id=actor().person, sheet_id=found.id)
    db.session.commit()
    return see(".index", saved="wiped", _anchor="saved")


def _title(sheet: Sheet) -> str:
    return _("Sheet %(number)s", number=sheet.number)


def _beside(sheet: Sheet, part: Part) -> dict[str, Any]:
    return {"sheet": sheet, "part": part}


def _shown(sheet: Sheet, part: Part, form: PartForm) -> dict[str, Any]:
    return {**_beside(sheet, part), "form": form}
