"""Joining: code and name, the passphrase shown once, two parts typed again, then everything at once."""

import json
from uuid import UUID, uuid4

from flask import Response, request

from lms import gettext as _
from lms.core.accounts import queries
from lms.core.accounts.actions.invitations import Refused, redeem_invitation, spend_name_try
from lms.core.accounts.actions.keys import NewKeys, make_keys, open_keys
from lms.core.accounts.actions.people import HandleTaken, create_person
from lms.core.accounts.actions.sign_ins import start_sign_in
from lms.core.accounts.domain import handles
from lms.core.accounts.forms import ConfirmForm, JoinForm
from lms.core.accounts.forms.register import RegisterForm
from lms.core.accounts.views.enter import enter, needs_factor
from lms.core.accounts.views.frame import Shown, check_words, new_words, public, read_state, words_page
from lms.host import clock, limits, web
from lms.host.db import db, reader
from lms.host.i18n import format_list, language
from lms.host.security.current import keystore, settings, vault
from lms.host.security.sealed import CannotOpen
from lms.host.security.sessions import set_cookie
from lms.host.security.tokens import parse_code
from lms.host.web import actor, page, problem, see

SUGGESTED = "suggested handles"
NAMES = 40


@public.get("/join")
@web.public
def join() -> Response:
    """Ask for the code, with a name ready to keep."""
    if actor().signed_in:
        return see("account.code")
    form = JoinForm()
    form.handle.data = suggest_names(form, 1)[0]
    return page("accounts/join.html", title=_("Join"), form=form, without=settings().open_registration)


@public.post("/join")
@web.public
def join_checked() -> Response:
    """Check code and name, then show the passphrase; nothing is kept yet (settled 21)."""
    form = JoinForm(request.form)
    form.validate()
    offer = _offer(form)
    handle = check_name(form, usable=offer is not None, offer=offer)
    if form.errors:
        return _again(form)
    code = parse_code(form.code.data) or ""
    return words_page(new_words("join", str(uuid4()), handle=handle, code=code), "accounts.join_confirmed")


@public.get("/join/confirm")
@web.public
def join_again() -> Response:
    """Lead back: a link to another language on the page of words asks for this address; other words, other language."""
    return see("accounts.join")


@public.post("/join/confirm")
@web.public
def join_confirmed() -> Response:
    """Open the account once two parts of the passphrase were copied right."""
    form = ConfirmForm(request.form)
    shown = read_state(form, "join")
    if shown is None:
        return _start_over(None, _("That page was open for too long. Please begin again with your code."))
    if "again" in request.form:
        return words_page(
            new_words("join", shown.subject, handle=shown.handle, code=shown.code), "accounts.join_confirmed"
        )
    if not check_words(form, shown):
        return words_page(shown, "accounts.join_confirmed", form)
    return _open_account(shown)


def _open_account(shown: Shown) -> Response:
    person_id = UUID(shown.subject)
    twin = queries.keys_of(reader(), person_id=person_id)
    if twin is not None:  # the same form, sent twice (DUR-5)
        return enter_again(twin, shown)
    offer = queries.offer(reader(), shown.code)
    if offer is None or not offer.usable:
        return _start_over(shown, state_message(offer))
    keys = make_keys(person_id, shown.passphrase)
    session = db.session()
    lang = language().code
    try:
        create_person(session, person_id=person_id, handle=shown.handle, keys=keys, lang=lang)
        redeem_invitation(session, invitation_id=offer.id, person_id=person_id, handle=shown.handle, lang=lang)
        token = start_sign_in(session, person_id=person_id, private_key=keys.private_key, confirmed=clock.now())
        staff = needs_factor(session, person_id)
        session.commit()
    except (HandleTaken, Refused) as refusal:
        if twin := twin_of(keys, person_id):
            return enter_again(twin, shown)
        return _start_over(shown, str(refusal) if isinstance(refusal, Refused) else "")
    return welcome_in(token, staff=staff)


def twin_of(keys: NewKeys, person_id: UUID) -> queries.Keys | None:
    """Forget keys that came to nothing; return those of the account that the same form opened in the same moment (DUR-5)."""
    session = db.session()
    session.rollback()
    keystore().drop([keys.key_wrap])
    twin = queries.keys_of(session.connection(), person_id=person_id)
    session.rollback()
    return twin


def enter_again(keys: queries.Keys, shown: Shown) -> Response:
    """Let somebody in whose account the same form has opened a moment ago (DUR-5)."""
    opened = open_keys(keys, shown.passphrase)
    if opened is None or keys.closed:
        return see("accounts.sign_in")
    session = db.session()
    response = enter(session, keys, private_key=opened.private_key, then="account.welcome")
    session.commit()
    return response


def welcome_in(token: str, *, staff: bool) -> Response:
    """Go to the first page of a new account, or to the set-up of a factor for staff."""
    response = see("account.factors" if staff else "account.welcome")
    set_cookie(response, token)
    return response


# ---------------------------------------------------------------- the code
def _offer(form: JoinForm) -> queries.Offer | None:
    if form.code.errors:
        return None
    found = queries.offer(reader(), form.code.data)
    if found is None and parse_code(form.code.data) is None:
        form.refuse("code", _("A code has 16 letters and numbers. Compare each group with your slip."))
    elif found is None or not found.usable:
        form.refuse("code", state_message(found))
        return None
    return found


def state_message(offer: queries.Offer | None) -> str:
    """Say why a code cannot be used."""
    if offer is None:
        return _("We do not know this code. Compare it with your slip, or ask the person who gave it to you.")
    if offer.state == "ended":
        return _("This code has ended. Ask the person who gave it to you for a new one.")
    if offer.state == "revoked":
        return _("This code was taken back. Ask the person who gave it to you for a new one.")
    return _("This code was already used. Ask the person who gave it to you for a new one.")


# ---------------------------------------------------------------- the name
def check_name(form: JoinForm | RegisterForm, *, usable: bool, offer: queries.Offer | None = None) -> str:
    """Check the name of a form and return it tidy; what is wrong stands on the form.

    Args:
        form: as sent.
        usable: whether the rest of the form is good enough to say whether a name is free.
        offer: the invitation, which allows a few wrong names only; without one the rate of the page does.

    """
    handle = handles.tidy(form.handle.data or "")
    fault = handles.problem(handle)
    if form.handle.errors:
        return handle
    if fault == "length":
        limits = {"least": handles.SHORTEST, "most": handles.LONGEST}
        form.refuse("handle", _("Choose a name of %(least)s to %(most)s characters.", **limits))
    elif fault == "letters":
        form.refuse("handle", _("Choose a name with letters, numbers, spaces or dashes only."))
    elif usable:
        _claim(form, offer, handle)
    return handle


def _claim(form: JoinForm | RegisterForm, offer: queries.Offer | None, handle: str) -> None:
    """Refuse a name that is taken, confusable or reserved with one answer, five times a seat at most (settled 22)."""
    ours = handle in _suggested(form)
    taken = queries.is_taken(reader(), handle) if ours or _spend_try(offer) else True
    if not taken and not (handles.is_reserved(handle) and not ours):
        db.session.rollback()  # a free name costs no try
        return
    db.session.commit()
    names = format_list(suggest_names(form, 3))
    form.refuse("handle", _("This name cannot be had here. One of these can: %(names)s.", names=names))


def _spend_try(offer: queries.Offer | None) -> bool:
    """Whether a name may still be tried: per invitation, or for everybody who has none together (settled 22)."""
    if offer is not None:
        return spend_name_try(db.session(), invitation_id=offer.id)
    return limits.allow("names without a code", rate=NAMES, per=600)


def suggest_names(form: JoinForm | RegisterForm, count: int) -> list[str]:
    """Propose free names, and note on the form that they are ours."""
    names: list[str] = []
    while len(names) < count:
        name = handles.suggest(language().code)
        if not queries.is_taken(reader(), name):
            names.append(name)
    form.suggested.data = vault().seal_form(json.dumps(names).encode(), context=SUGGESTED)
    return names


def _suggested(form: JoinForm | RegisterForm) -> list[str]:
    try:
        names: list[str] = json.loads(vault().open_form(form.suggested.data or "", context=SUGGESTED))
    except CannotOpen:
        return []
    return names


# ---------------------------------------------------------------- when something is wrong
def _again(form: JoinForm) -> Response:
    if not _suggested(form):
        suggest_names(form, 1)
    return problem("accounts/join.html", form, title=_("Join"), without=settings().open_registration)


def _start_over(shown: Shown | None, message: str) -> Response:
    """Go back to the first step with what was typed there."""
    form = JoinForm()
    names = suggest_names(form, 3)
    form.code.data = shown.code if shown else ""
    form.handle.data = shown.handle if shown else names[0]
    if message:
        form.refuse("code", message)
    else:
        listed = format_list(names)
        form.refuse("handle", _("This name cannot be had here. One of these can: %(names)s.", names=listed))
    return problem("accounts/join.html", form, title=_("Join"), without=settings().open_registration)
