"""Support access: for operators, two by two; and for the person, who is told at once (AUD-4)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.accounts.actions import support
from lms.core.accounts.forms.support import REASON_WORDS, SupportForm
from lms.core.accounts.queries import support as queries
from lms.core.accounts.queries.aliases import aliases_of
from lms.core.accounts.views.frame import learner
from lms.host import limits, web
from lms.host.contributions import Permission, StaffView
from lms.host.db import connection, db, reader
from lms.host.fresh import fresh
from lms.host.plugin import current_host
from lms.host.security import audit
from lms.host.web import actor, not_found, page, problem, see

blueprint = Blueprint("accounts_support", __name__, url_prefix="/operator/support")
LOOK_IN = Permission("accounts.support", ("operator",))
LOOKED_IN = StaffView(
    "accounts.support", L_("Everything readable in your account, for support"), "accounts_support.show"
)
NAMES_A_DAY = 10


@blueprint.get("/")
@web.allowed(LOOK_IN)
def index() -> Response:
    """List what others ask and what is open, and ask for a new look."""
    return page("accounts/support.html", title=_("Support"), form=SupportForm(), **_lists())


@blueprint.post("/")
@web.allowed(LOOK_IN)
@fresh
def ask() -> Response:
    """Ask for a look into somebody's account; the answer is the same if it is nobody's (ACC-10)."""
    form = SupportForm(request.form)
    if not form.validate():
        return problem("accounts/support.html", form, title=_("Support"), **_lists())
    if not limits.allow(f"support {actor().person}", rate=NAMES_A_DAY, per=86_400):
        form.refuse("", _("You asked for many accounts today. Wait until tomorrow."))
        return problem("accounts/support.html", form, title=_("Support"), **_lists())
    person_id = queries.named(connection(), form.handle.data)
    support.ask(db.session(), person_id=person_id, by=actor().alias, reason=form.reason.data)
    db.session.commit()
    return see(".index", saved=1, _anchor="saved")


@blueprint.post("/<uuid:support_id>/agree")
@web.allowed(LOOK_IN)
@fresh
def agree(support_id: UUID) -> Response:
    """Agree as the second operator; the person is told from this moment on."""
    if not support.agree(db.session(), support_id=support_id, by=actor().alias):
        db.session.rollback()
        if queries.open_look(reader(), support_id, actor().alias) is None:
            not_found()
    db.session.commit()
    return see(".show", support_id=support_id)


@blueprint.get("/<uuid:support_id>")
@web.allowed(LOOK_IN)
@fresh
def show(support_id: UUID) -> Response:
    """Show what is readable in the account; sealed data is not."""
    look = queries.open_look(reader(), support_id, actor().alias)
    if look is None:
        not_found()
    audit.opened(actor(), aliases_of(reader(), [look.person_id]).values(), LOOKED_IN.key, role="operator")
    return page(
        "accounts/support_look.html",
        title=_("Support"),
        look=look,
        held=queries.readable(reader(), look.person_id),
        titles={plugin.name: plugin.title for plugin in current_host().plugins},
    )


@learner.get("/support")
@web.signed_in
def support_told() -> Response:
    """Tell a person which looks into their account there were."""
    looks = queries.told(reader(), actor().person)
    return page("accounts/support_told.html", title=_("Account"), looks=looks, words=REASON_WORDS)


def _lists() -> dict[str, Any]:
    return {
        "looks": queries.looks(reader(), actor().alias),
        "words": REASON_WORDS,
        "saved": "saved" in request.args,
    }
