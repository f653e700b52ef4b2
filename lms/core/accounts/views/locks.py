"""Closing one's own account while one travels or is in danger (ACC-15)."""

from flask import Response, request

from lms import gettext as _
from lms.core.accounts.actions.locks import close_account
from lms.core.accounts.forms.locks import NOBODY, LockForm
from lms.core.accounts.queries.helpers import Helper, helpers_of
from lms.core.accounts.views.frame import learner
from lms.host import web
from lms.host.db import db, reader
from lms.host.forms import Choice
from lms.host.fresh import fresh
from lms.host.security.current import vault
from lms.host.security.sessions import expire_cookie
from lms.host.web import actor, page, problem, see


@learner.get("/close")
@web.signed_in
def close() -> Response:
    """Explain what closing means, and ask until when."""
    return page("accounts/close.html", title=_("Close my account"), form=_fitting(LockForm()))


@learner.post("/close")
@web.signed_in
@fresh
def closed() -> Response:
    """Close it, and sign out everywhere."""
    form = _fitting(LockForm(request.form))
    if not form.validate():
        return problem("accounts/close.html", form, title=_("Close my account"))
    opener = _openers().get(form.opener.data)
    opener_id = opener.person_id if opener else None
    close_account(db.session(), person_id=actor().person, until=form.until.data, opener_id=opener_id)
    db.session.commit()
    response = see("accounts.signed_out")
    expire_cookie(response)
    return response


def _fitting(form: LockForm) -> LockForm:
    """Offer those who look after the person, by the names the person knows."""
    form.opener.choices = [
        Choice(NOBODY, _("Nobody: it opens on that day only")),
        *(Choice(mark, one.name) for mark, one in _openers().items()),
    ]
    return form


def _openers() -> dict[str, Helper]:
    helpers = helpers_of(reader(), actor().person)
    return {_mark(one): one for one in helpers if one.person_id and one.name}


def _mark(helper: Helper) -> str:
    """Name a helper to this person and in this role only, so that it links nobody's names in two groups (ACC-16)."""
    grant = helper.grant
    known_as = f"{actor().person} {helper.person_id} {grant.role} {grant.scope_kind} {grant.scope_id}"
    return vault().mac(known_as, purpose="who may open")[:16].hex()
