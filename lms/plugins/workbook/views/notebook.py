"""The notebook as a whole: opening it, reflections, taking all of it along, erasing it."""

from uuid import UUID

from flask import Response, request

from lms import gettext as _
from lms.core.accounts.api import TooManyTries, open_own_key, unlock
from lms.host import i18n
from lms.host.db import db, reader
from lms.host.web import actor, not_found, page, problem, see, signed_in
from lms.plugins.workbook import actions
from lms.plugins.workbook.domain.filled import Filled
from lms.plugins.workbook.forms import OpenForm
from lms.plugins.workbook.queries import sheets
from lms.plugins.workbook.views.frame import blueprint, own, paper, plain


@blueprint.get("/workbook/open")
@signed_in
def unlock_form() -> Response:
    """Ask for the passphrase: this sign-in came without it (settled 28)."""
    if not actor().signin:
        return page("workbook/outside.html", title=_("Workbook"))
    if own().open:
        return _back()
    return page("workbook/open.html", title=_("Workbook"), form=OpenForm(), back=_asked())


@blueprint.post("/workbook/open")
@signed_in
def unlocked() -> Response:
    """Open the notebook for the rest of this sign-in."""
    if not actor().signin:
        return page("workbook/outside.html", title=_("Workbook"))
    form = OpenForm(request.form)
    if not form.validate():
        return problem("workbook/open.html", form, title=_("Workbook"), back=_asked())
    try:
        private_key = open_own_key(reader(), actor(), form.passphrase.data or "")
    except TooManyTries:
        form.refuse("", _("Too many tries with this name. Wait a minute."))
        return problem("workbook/open.html", form, title=_("Workbook"), back=_asked())
    if private_key is None:
        form.refuse("passphrase", _("These are not your words. Check them and try again."))
        return problem("workbook/open.html", form, title=_("Workbook"), back=_asked())
    unlock(db.session(), actor=actor(), request=request, private_key=private_key)
    db.session.commit()
    return _back()


def _asked() -> dict[str, int]:
    """Return where the person was going: numbers of a sheet and of a page in it, 0 for none."""
    return {name: request.args.get(name, 0, type=int) for name in ("sheet", "place")}


def _back() -> Response:
    number, place = _asked().values()
    found = sheets(i18n.language().code).get(number)
    if found is None:
        return see(".index")
    if found.part(place) is None:
        return see(".sheet", number=number)
    return see(".part", number=number, place=place)


@blueprint.get("/workbook/reflections")
@signed_in
def reflections() -> Response:
    """Show what the person wrote about questions of lessons and chose to keep."""
    kept = own()
    if kept.rows and not kept.open:
        return see(".unlock_form")
    found = kept.reflections if kept.open else []
    wiped = _("It is wiped.") if "saved" in request.args else ""
    return page("workbook/reflections.html", title=_("Workbook"), reflections=found, saved=wiped)


@blueprint.post("/workbook/reflections/<uuid:item_id>/wipe")
@signed_in
def wipe_reflection(item_id: UUID) -> Response:
    """Forget one reflection."""
    if not actions.wipe_reflection(db.session(), person_id=actor().person, item_id=item_id):
        not_found()
    db.session.commit()
    return see(".reflections", saved="1", _anchor="saved")


@blueprint.get("/workbook/all.pdf")
@signed_in
def all_paper() -> Response:
    """Hand out every kept sheet as one PDF."""
    return paper(_everything(), _("Sheets"), "sheets")


@blueprint.get("/workbook/all.txt")
@signed_in
def all_text() -> Response:
    """Hand out every kept sheet as text."""
    return plain(_everything(), "sheets")


def _everything() -> list[Filled]:
    kept = own()
    mine = [sheet for sheet in sheets(i18n.language().code).values() if kept.has(sheet)]
    if not kept.open or not mine:
        not_found()
    return [kept.filled(sheet) for sheet in mine]


@blueprint.get("/workbook/erase")
@signed_in
def ask_to_erase() -> Response:
    """Say what goes and what stays, and ask once."""
    return page("workbook/erase.html", title=_("Workbook"), kept=own())


@blueprint.post("/workbook/erase")
@signed_in
def erase() -> Response:
    """Destroy the notebook's keys, then the notebook (RET-7)."""
    actions.erase_notebook(db.session(), person_id=actor().person)
    db.session.commit()
    return see(".index", saved="erased", _anchor="saved")
