"""The operator's page: health, counts, codes for people who help to run the site."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from wtforms.fields.choices import SelectChoice

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.accounts.actions.invitations import create_invitations, take_back_earlier
from lms.core.accounts.api import OPERATOR, alias_of
from lms.core.accounts.forms import STAFF_ROLES, InviteForm
from lms.core.accounts.queries.counts import totals
from lms.host import clock, slots, web
from lms.host.contributions import Permission, StaffView
from lms.host.db import db, reader
from lms.host.fresh import fresh
from lms.host.i18n import language
from lms.host.security import audit, audit_chain
from lms.host.security.current import vault
from lms.host.startup import findings
from lms.host.statistics.frozen import least
from lms.host.web import actor, page, problem, see

blueprint = Blueprint("accounts_staff", __name__, url_prefix="/operator")
OPERATE = Permission("accounts.operate", ("operator",))
SITE_COUNTS = StaffView("accounts.site", L_("How many people the site has"), "accounts_staff.operator")


def role_words() -> dict[str, str]:
    """Return the roles in the language of the page."""
    return {
        "operator": _("Operator"),
        "author": _("Author"),
        "translator": _("Translator"),
        "reviewer": _("Reviewer"),
    }


@blueprint.get("/")
@web.allowed(OPERATE)
def operator() -> Response:
    """Show how the site is."""
    return page("accounts/operator.html", title=_("Operator"), form=_with_roles(InviteForm()), **_state())


@blueprint.get("/codes")
@web.allowed(OPERATE)
def codes_again() -> Response:
    """Lead back: codes are shown once."""
    return see("accounts_staff.operator")


@blueprint.post("/codes")
@web.allowed(OPERATE)
@fresh
def codes() -> Response:
    """Make codes for staff and show them this once."""
    form = _with_roles(InviteForm(request.form))
    if not form.validate():
        return problem("accounts/operator.html", form, title=_("Operator"), **_state())
    session = db.session()
    batch = UUID(bytes=vault().mac(f"{actor().person} {form.key.data}", purpose="form of codes")[:16])
    take_back_earlier(session, batch=batch, by=actor().person)
    made = create_invitations(
        session,
        batch=batch,
        kind="role",
        payload={"role": form.role.data, "scope_kind": "site", "scope_id": ""},
        n=form.count.data,
        expires=clock.now() + timedelta(days=form.days.data),
        language=language().code,
    )
    by = alias_of(session, actor().person)
    audit.record(session, actor=by, action="invitations made", object=f"{form.role.data} {len(made)}")
    session.commit()
    words = role_words()[form.role.data]
    return page("accounts/new_codes.html", title=_("Codes"), codes=made, role=words, days=form.days.data)


def _with_roles(form: InviteForm) -> InviteForm:
    words = role_words()
    form.role.choices = [SelectChoice(role, words[role]) for role in STAFF_ROLES]
    return form


def _state() -> dict[str, Any]:
    audit.opened(actor(), (), SITE_COUNTS.key, role="operator", scope="site")
    counted = totals(reader())
    return {
        "findings": findings(reader()),
        "counted": counted,
        "least": least(),
        "panels": slots.fill(OPERATOR, counted),
        "head": audit_chain.newest_head(reader()),
    }
