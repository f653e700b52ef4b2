"""What people on staff do for somebody who cannot: open a closed account, give a new code by two (ACC-15, ACC-9)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.accounts import queries
from lms.core.accounts.actions.locks import open_account
from lms.core.accounts.actions.resets import NUMBER, ask_reset, confirm_reset
from lms.core.accounts.forms.locks import AskResetForm, ConfirmResetForm
from lms.core.accounts.queries.aliases import aliases_of
from lms.core.accounts.queries.factors import is_staff
from lms.core.accounts.queries.helpers import helpers_of
from lms.core.accounts.queries.locks import NOBODY, asked_for, waiting_for
from lms.host import limits, web
from lms.host.contributions import Permission, StaffView
from lms.host.db import db, reader
from lms.host.fresh import fresh
from lms.host.security import audit
from lms.host.security.tokens import parse_code
from lms.host.web import actor, page, see

blueprint = Blueprint("accounts_helping", __name__, url_prefix="/helping")
HELP = Permission("accounts.help", ("facilitator", "coordinator", "operator"))
CLOSED = StaffView(
    "accounts.closed", L_("That you closed your account, to the person you named"), "accounts_helping.index"
)
NAMES_A_DAY = 20


@blueprint.get("/")
@web.allowed(HELP)
def index() -> Response:
    """Show the closed accounts that wait for this helper, and the two halves of a reset."""
    ask, confirm = AskResetForm(), ConfirmResetForm()
    return page("accounts/helping.html", title=_("Helping"), form=None, ask=ask, confirm=confirm, **_rest())


@blueprint.post("/open")
@web.allowed(HELP)
@fresh
def opened() -> Response:
    """Open an account whose owner named this helper."""
    if not open_account(db.session(), mark=request.form.get("person", ""), by=actor()):
        return see(".index")
    db.session.commit()
    return see(".index", saved="open", _anchor="saved")


@blueprint.post("/reset")
@web.allowed(HELP)
@fresh
def asked() -> Response:
    """Ask for somebody; the answer is the same whoever it is, and if it is nobody (ACC-10)."""
    form = AskResetForm(request.form)
    if not form.validate():
        return _again(form)
    if not _allowed():
        return _too_many(form)
    keys = queries.keys_of(reader(), handle=form.handle.data)
    person_id = keys.person_id if keys else None
    helps = _helps(person_id)
    number = ask_reset(
        db.session(),
        handle=queries.handle_index(form.handle.data),
        person_id=person_id if helps else None,
        by=actor().person,
    )
    db.session.commit()
    return page("accounts/reset_number.html", title=_("Helping"), number=number)


@blueprint.post("/reset/confirm")
@web.allowed(HELP)
@fresh
def confirmed() -> Response:
    """Confirm as the second helper, and show the code this once."""
    form = ConfirmResetForm(request.form)
    form.validate()
    if form.errors:
        return _again(form)
    if not _allowed():
        return _too_many(form)
    number = parse_code(form.number.data, NUMBER) or ""
    handles = queries.handle_indexes(form.whom.data)
    found = asked_for(reader(), number=number, handles=handles, by=actor().person)
    helps = _helps(found.person_id if found else None)
    code = confirm_reset(db.session(), asked=found, helps=helps, by=actor().person) if found else None
    if code is None:
        db.session.rollback()
        form.refuse("number", _("Number and name do not belong together, or you asked yourself, or a day has passed."))
        return _again(form)
    db.session.commit()
    return page("accounts/reset_code.html", title=_("Helping"), code=code)


@blueprint.get("/open")
@blueprint.get("/reset")
@blueprint.get("/reset/confirm")
@web.allowed(HELP)
def forms() -> Response:
    """Lead back: a link to another language on the answer to a form asks for the form's own address."""
    return see(".index")


def _allowed() -> bool:
    return limits.allow(f"helping {actor().person}", rate=NAMES_A_DAY, per=86_400)


def _helps(person_id: UUID | None) -> bool:
    """Whether the actor looks after a person; staff are helped by operators only. Asks the same for nobody."""
    conn, operator = reader(), actor().has("operator")
    looks_after = any(one.is_(actor()) for one in helpers_of(conn, person_id or NOBODY))
    staff = is_staff(conn, person_id or NOBODY)
    own = person_id == actor().person
    return person_id is not None and not own and (operator or (looks_after and not staff))


def _too_many(form: AskResetForm | ConfirmResetForm) -> Response:
    form.refuse("", _("You asked for many people today. Wait until tomorrow."))
    return _again(form, 429)


def _again(form: AskResetForm | ConfirmResetForm, status: int = 422) -> Response:
    ask = form if isinstance(form, AskResetForm) else AskResetForm()
    confirm = form if isinstance(form, ConfirmResetForm) else ConfirmResetForm()
    title = _("Problem: %(title)s", title=_("Helping"))
    return page("accounts/helping.html", title=title, status=status, form=form, ask=ask, confirm=confirm, **_rest())


def _rest() -> dict[str, Any]:
    waiting = waiting_for(reader(), actor())
    shown = aliases_of(reader(), [one.person_id for one in waiting]).values()
    audit.opened(actor(), shown, CLOSED.key, role=next(one.role for one in actor().grants if one.role in HELP.roles))
    told = _("The account is open again.") if request.args.get("saved") == "open" else ""
    return {"waiting": waiting, "saved": told}
