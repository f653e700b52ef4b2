"""Signing in and out, and the two settings that every page offers."""

from flask import Response, request

from lms import gettext as _
from lms.core.accounts import queries
from lms.core.accounts.actions.keys import Opened, make_keys, open_keys, raise_cost
from lms.core.accounts.actions.people import change_settings
from lms.core.accounts.actions.recovery import CHARACTERS, spend_code
from lms.core.accounts.actions.resets import spend_reset_code
from lms.core.accounts.domain.handles import skeleton
from lms.core.accounts.forms import SignInForm
from lms.core.accounts.queries.locks import has_reset_code
from lms.core.accounts.views.enter import enter, here
from lms.core.accounts.views.frame import back_to, home, public
from lms.host import limits, room, web
from lms.host.db import db, reader
from lms.host.security.current import hasher, keystore
from lms.host.security.sessions import expire_cookie
from lms.host.security.tokens import parse_code
from lms.host.web import actor, page, see

# A bucket that fills up again in a minute: at most 1,159 guesses an hour reach the hash (ACC-11 allows 1,200).
TRIES = 19
THEMES = ("auto", "light", "dark")


@public.get("/sign-in")
@web.public
def sign_in() -> Response:
    """Ask for name and passphrase."""
    if actor().signed_in:
        return home()
    return page("accounts/sign_in.html", title=_("Sign in"), form=SignInForm(), passkeys=here().usable)


@public.post("/sign-in")
@web.public
@room.always
def sign_in_checked() -> Response:
    """Let somebody in, or answer alike whatever was wrong (ACC-10)."""
    form = SignInForm(request.form)
    if not form.validate():
        return _refused(form, 422)
    if parse_code(form.passphrase.data, CHARACTERS) is None:  # a recovery code needs no hash, and is never sent away
        hasher().look_for_room()
    keys = queries.keys_of(reader(), handle=form.handle.data)
    if response := _with_recovery_code(keys, form.passphrase.data):
        return response
    if not limits.allow_from_here():
        form.refuse("", _("Too many tries. Wait a minute, or use one of your recovery codes."))
        return _refused(form, 429)
    # Counted for names that exist and names that do not; a recovery code has gone past it above (ACC-11).
    if not limits.allow(f"sign-in {skeleton(form.handle.data)}", rate=TRIES, per=60):
        form.refuse("", _("Too many tries with this name. Wait a minute, or use one of your recovery codes."))
        return _refused(form, 429)
    opened = open_keys(keys, form.passphrase.data)
    if opened is None or keys is None or keys.closed:  # looked at after the hash (ACC-15)
        form.refuse("handle", _("Name and words do not belong together. Check both and try again."))
        return _refused(form, 422)
    return _let_in(keys, opened, form.passphrase.data)


def _with_recovery_code(keys: queries.Keys | None, typed: str) -> Response | None:
    code = parse_code(typed, CHARACTERS)
    if code is None:
        return None
    person_id = keys.person_id if keys else None
    recovery = queries.has_recovery_code(reader(), person_id, code)
    helped = has_reset_code(reader(), person_id, code)
    if keys is None or keys.closed or not (recovery or helped):
        return None
    session = db.session()
    spend = spend_code if recovery else spend_reset_code
    if not spend(session, person_id=keys.person_id, code=code):
        session.rollback()
        return None
    response = enter(session, keys, private_key=None, by_code=True)
    session.commit()
    return response


def _let_in(keys: queries.Keys, opened: Opened, passphrase: str) -> Response:
    stronger = None
    if opened.private_key is not None and hasher().outdated(keys.verifier):
        stronger = make_keys(keys.person_id, passphrase, pair=(opened.private_key, keys.public_key))
    session = db.session()
    unused = [raise_cost(session, keys=keys, made=stronger)] if stronger else []
    response = enter(session, keys, private_key=opened.private_key)
    session.commit()
    keystore().drop(unused)
    return response


def _refused(form: SignInForm, status: int) -> Response:
    title = _("Problem: %(title)s", title=_("Sign in"))
    return page("accounts/sign_in.html", title=title, form=form, status=status, passkeys=here().usable)


def sign_in_again(words: str) -> Response:
    """Show the page of signing in with what went wrong on another way in."""
    form = SignInForm()
    form.refuse("", words)
    return _refused(form, 422)


@public.post("/sign-out")
@web.signed_in
@room.always
def sign_out() -> Response:
    """End this sign-in (SES-5)."""
    for identity in web.identities():
        identity.end(db.session(), actor())
    db.session.commit()
    response = see("accounts.signed_out")
    expire_cookie(response)
    return response


@public.get("/signed-out")
@web.public
def signed_out() -> Response:
    """Say that it is done, and what stays on the device (EXIT-4)."""
    return page("accounts/signed_out.html", title=_("Signed out"))


@public.post("/settings")
@web.signed_in
def quick_settings() -> Response:
    """Change theme or low data from the foot of any page and stay there."""
    sent = request.form
    if sent.get("theme") in THEMES:
        change_settings(db.session(), person_id=actor().person, theme=sent["theme"])
    if sent.get("low_data") in {"on", "off"}:
        change_settings(db.session(), person_id=actor().person, low_data=sent["low_data"] == "on")
    db.session.commit()
    return back_to(sent.get("back", ""))
