"""A person's own account: first steps, key, codes, sheet, settings, a further invitation."""

import secrets
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from lms import gettext as _
from lms import ngettext
from lms.core.accounts import queries
from lms.core.accounts.actions.invitations import AlreadyTakenError, Refused, redeem_invitation
from lms.core.accounts.actions.keys import set_sheet, wrap_for_sheet, write_sheet
from lms.core.accounts.actions.late import hollow_out
from lms.core.accounts.actions.own_key import own_key
from lms.core.accounts.actions.people import change_settings
from lms.core.accounts.actions.recovery import replace_codes
from lms.core.accounts.actions.sign_ins import end_all_sign_ins, start_sign_in
from lms.core.accounts.api import ACCOUNT
from lms.core.accounts.forms import CodeForm, SettingsForm
from lms.core.accounts.views.frame import learner, own_person
from lms.core.accounts.views.join import state_message
from lms.host import room, slots, web
from lms.host.db import db, reader
from lms.host.forms import Choice, language_choice
from lms.host.fresh import fresh
from lms.host.i18n import languages
from lms.host.security.current import keystore
from lms.host.security.sealed import SHEET_BYTES
from lms.host.security.sessions import IDLE_CHOICES, set_cookie
from lms.host.security.tokens import grouped, parse_code
from lms.host.web import actor, page, problem, see


@learner.get("/welcome")
@web.signed_in
def welcome() -> Response:
    """Offer recovery codes and sheet once, right after joining."""
    handle = queries.handle_of(reader(), actor().person)
    return page("accounts/welcome.html", title=_("Welcome"), handle=handle)


@learner.get("/")
@web.signed_in
def show() -> Response:
    """Show everything that is the person's own to decide."""
    mine = queries.account(reader(), actor().person)
    form = _with_choices(SettingsForm(obj=mine))
    return _account_page(mine, form)


@learner.post("/settings")
@web.signed_in
def settings() -> Response:
    """Keep the settings."""
    form = _with_choices(SettingsForm(request.form))
    if not form.validate():
        mine = queries.account(reader(), actor().person)
        return problem("accounts/account.html", form, title=_("Account"), **_rest(mine))
    hollow_out(db.session(), person_id=actor().person)
    change_settings(
        db.session(),
        person_id=actor().person,
        lang=form.lang.data,
        theme=form.theme.data,
        low_data=form.low_data.data,
        idle_minutes=form.idle_minutes.data,
    )
    db.session.commit()
    return see("account.show", lang=form.lang.data, saved="settings", _anchor="saved")


@learner.get("/settings")
@learner.get("/codes")
@learner.get("/sheet")
@learner.get("/sign-ins/end")
@web.signed_in
def only_forms() -> Response:
    """Lead back: a link to another language on the answer to a form asks for the form's own address."""
    return see("account.show")


@learner.post("/codes")
@web.signed_in
@fresh
def codes() -> Response:
    """Make ten recovery codes and show them this once (ACC-8)."""
    made = replace_codes(db.session(), person_id=actor().person)
    db.session.commit()
    return page("accounts/codes.html", title=_("Recovery codes"), codes=made)


@learner.post("/sheet")
@web.signed_in
@fresh
def sheet() -> Response:
    """Make a recovery sheet and show it this once, ready to print (ACC-8)."""
    person_id, private_key = own_person(), own_key(reader(), actor(), request)
    if private_key is None:  # signed in with a recovery code: there is nothing open to put on a sheet
        return see("account.key")
    secret = secrets.token_bytes(SHEET_BYTES)
    wrap = wrap_for_sheet(person_id, private_key, secret)
    replaced = set_sheet(db.session(), person_id=person_id, sheet_wrap=wrap)
    db.session.commit()
    keystore().drop(replaced)
    return page("accounts/sheet.html", title=_("Sheet"), code=grouped(write_sheet(secret)))


@learner.post("/sign-ins/end")
@web.signed_in
@room.always
def end_others() -> Response:
    """End every other sign-in of this person; this one goes on under a new token."""
    person_id, session = own_person(), db.session()
    end_all_sign_ins(session, person_id=person_id)
    token = _go_on(session)
    session.commit()
    response = see("account.show", saved="sign-ins", _anchor="saved")
    set_cookie(response, token)
    return response


@learner.get("/code")
@web.signed_in
def code() -> Response:
    """Ask for a further invitation code."""
    return page("accounts/code.html", title=_("A further code"), form=CodeForm())


@learner.post("/code")
@web.signed_in
def code_redeemed() -> Response:
    """Take what the code opens, on this account."""
    form = CodeForm(request.form)
    offer = queries.offer(reader(), form.code.data or "")
    if form.validate() and (offer is None or not offer.usable):
        typed_right = parse_code(form.code.data) is not None
        miscopied = _("A code has 16 letters and numbers. Compare each group with your slip.")
        form.refuse("code", state_message(offer) if typed_right else miscopied)
        if offer is not None and offer.state == "full":
            form.refuse("code", _("If you sent it twice, it worked the first time: look at your first page."))
    if form.errors or offer is None:
        return problem("accounts/code.html", form, title=_("A further code"))
    person = actor().person
    handle = queries.handle_of(reader(), person)
    session = db.session()
    try:
        redeem_invitation(session, invitation_id=offer.id, person_id=person, handle=handle, lang=actor().lang)
    except Refused as refusal:
        session.rollback()
        form.refuse("code", str(refusal))
        return problem("accounts/code.html", form, title=_("A further code"))
    except AlreadyTakenError:
        session.rollback()
        return see("account.show", saved="code", _anchor="saved")
    response = see("account.show", saved="code", _anchor="saved")
    here = actor().signin
    if here and not queries.signs_in(session.connection(), here):  # a role was given, which ended it (SES-4, SES-5)
        set_cookie(response, _go_on(session))
    session.commit()
    return response


def _go_on(session: Session) -> str:
    """Begin the sign-in of this request anew, after all have ended; return its token."""
    own = queries.own_sign_in(reader(), actor().signin)
    return start_sign_in(
        session,
        person_id=own.person_id,
        private_key=own_key(reader(), actor(), request),
        by_code=own.by_code,
        factor=actor().factor,
        confirmed=own.confirmed,
    )


def _account_page(mine: queries.AccountPage, form: SettingsForm) -> Response:
    return page("accounts/account.html", title=_("Account"), form=form, **_rest(mine))


def _rest(mine: queries.AccountPage) -> dict[str, Any]:
    saved = {
        "key": _("Your new key is in use. All other sign-ins have ended."),
        "settings": _("Your settings are saved."),
        "sign-ins": _("All other sign-ins have ended."),
        "code": _("The code is redeemed. You find what it opened on your first page."),
    }
    return {"mine": mine, "panels": slots.fill(ACCOUNT, mine), "saved": saved.get(request.args.get("saved", ""), "")}


def _with_choices(form: SettingsForm) -> SettingsForm:
    form.lang.choices = [language_choice(one.code) for one in languages()]
    form.idle_minutes.choices = [Choice(minutes, _idle_words(minutes)) for minutes in IDLE_CHOICES]
    return form


def _idle_words(minutes: int) -> str:
    if minutes < 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
