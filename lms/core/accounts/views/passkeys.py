"""Passkeys: made on the account page, used as the second step or in place of name and words (ACC-7).

A sign-in with a passkey alone opens no sealed data: nothing that the browser holds yields the person's private key.
"""

from uuid import UUID

from flask import Response, current_app, request
from wtforms import Form as WTForm

from lms import gettext as _
from lms.core.accounts import queries
from lms.core.accounts.actions.passkeys import (
    NEW,
    STEP,
    USE,
    KnownAlready,
    add_passkey,
    ask,
    count_use,
    remove_passkey,
    take,
)
from lms.core.accounts.actions.sign_ins import end_sign_in, start_sign_in
from lms.core.accounts.forms.factors import AnswerForm, NewPasskeyForm
from lms.core.accounts.queries.factors import HalfDone, half_done
from lms.core.accounts.queries.passkeys import Known, credentials_of, passkey, user_of
from lms.core.accounts.views.enter import here, inside
from lms.core.accounts.views.factors import start_anew
from lms.core.accounts.views.frame import home, learner, own_person, public
from lms.core.accounts.views.second_step import finish, step_again
from lms.core.accounts.views.sign_in import sign_in_again
from lms.host import limits, room, web
from lms.host.db import db, reader
from lms.host.fresh import fresh
from lms.host.security import passkeys
from lms.host.security.current import settings
from lms.host.security.sessions import set_cookie, token_of
from lms.host.web import actor, page, problem, see

A_MINUTE = 300


# ---------------------------------------------------------------- making one
@learner.get("/second-step/passkey")
@web.signed_in
@fresh
def passkey_new() -> Response:
    """Ask what to call it; the script does the rest."""
    own_person()
    return _new_page(NewPasskeyForm())


@learner.post("/second-step/passkey/options")
@web.signed_in
@fresh
def passkey_options() -> Response:
    """Hand the browser what it needs to make one."""
    session, where, person_id = db.session(), here(), own_person()
    challenge_id, value = ask(session, purpose=NEW, host=where.host, person_id=person_id)
    options = passkeys.ask_for_new(
        where,
        value,
        product=settings().product,
        user=user_of(person_id),
        label=NewPasskeyForm(request.form).named or settings().product,
        known=credentials_of(reader(), person_id, where.host),
    )
    session.commit()
    return _json(challenge_id, options)


@learner.post("/second-step/passkey")
@web.signed_in
@fresh
def passkey_made() -> Response:
    """Keep what the browser made."""
    form, person_id = NewPasskeyForm(request.form), own_person()
    form.validate()
    challenge = _taken(form, NEW, person_id)
    if not form.errors and challenge is not None:
        try:
            made = passkeys.check_new(here(), challenge, form.passkey_answer.data)
            label = form.named or _("Passkey")
            add_passkey(db.session(), person_id=person_id, made=made, host=here().host, label=label)
            return start_anew("on", factor=True)
        except (passkeys.Refused, KnownAlready):
            db.session.rollback()
    form.refuse("", _("Your browser made no passkey that can be used here. Nothing was changed; you can try again."))
    return _new_page(form)


@learner.post("/second-step/passkey/off")
@web.signed_in
@fresh
def passkey_off() -> Response:
    """Take one away."""
    passkey_id = _uuid(request.form.get("passkey", ""))
    if passkey_id is None:
        return see("account.factors")
    remove_passkey(db.session(), person_id=own_person(), passkey_id=passkey_id)
    return start_anew("off", factor=actor().factor)


@learner.get("/second-step/passkey/options")
@learner.get("/second-step/passkey/off")
@web.signed_in
def passkey_forms() -> Response:
    """Lead back: a link to another language on the answer to a form asks for the form's own address."""
    return see("account.factors")


def _new_page(form: NewPasskeyForm) -> Response:
    show = problem if form.summary() else page
    return show("accounts/passkey_new.html", form=form, title=_("Second step"), usable=here().usable)


# ---------------------------------------------------------------- using one
@public.post("/sign-in/passkey/options")
@web.public
def use_options() -> Response:
    """Hand the browser a challenge: for the passkeys of somebody half signed in, or for whichever it has."""
    where, half = here(), half_done(reader(), token_of(request))
    if not (limits.allow_from_here() and limits.allow("passkey options", rate=A_MINUTE, per=60)):
        return Response("{}", status=429, mimetype="application/json")
    session = db.session()
    if half is None:
        challenge_id, value = ask(session, purpose=USE, host=where.host)
        options = passkeys.ask_for_use(where, value)
    else:
        challenge_id, value = ask(session, purpose=STEP, host=where.host, person_id=half.person_id)
        options = passkeys.ask_for_use(where, value, credentials_of(reader(), half.person_id, where.host))
    session.commit()
    return _json(challenge_id, options)


@public.post("/sign-in/passkey")
@web.public
@room.always
def passkey_used() -> Response:
    """Let in who holds the key; whatever is wrong, the answer is one (ACC-10)."""
    form, token = AnswerForm(request.form), token_of(request)
    half = half_done(reader(), token)
    form.validate()
    challenge = _taken(form, STEP if half else USE, half.person_id if half else None)
    known = _verified(form, challenge) if challenge is not None and not form.errors else None
    if known is not None and half is not None and token is not None and known.person_id == half.person_id:
        return finish(db.session(), half, token)
    if known is not None and half is None and (response := _let_in(known)):
        return response
    db.session.rollback()
    return _refused(half)


@public.get("/sign-in/passkey")
@public.get("/sign-in/passkey/options")
@web.public
def use_forms() -> Response:
    """Lead back: a link to another language on the answer to a form asks for the form's own address."""
    return home() if actor().signed_in else see("accounts.sign_in")


def _verified(form: AnswerForm, challenge: bytes) -> Known | None:
    where, answer = here(), form.passkey_answer.data
    credential = passkeys.credential_of(answer)
    known = passkey(reader(), credential, where.host) if credential is not None else None
    if known is None:
        return None
    try:
        after = passkeys.check_use(where, challenge, answer, public_key=known.public_key, counter=known.counter)
    except passkeys.Refused:
        return None
    counted = count_use(db.session(), passkey_id=known.id, before=known.counter, after=after)
    return known if counted else None


def _let_in(known: Known) -> Response | None:
    session = db.session()
    keys = queries.keys_of(session.connection(), person_id=known.person_id)
    if keys is None or keys.closed:
        return None
    if before := actor().signin:
        end_sign_in(session, before)
    token = start_sign_in(session, person_id=known.person_id, private_key=None, factor=True)
    response = inside(session, keys, by_code=False, factor=True)
    session.commit()
    set_cookie(response, token)
    return response


def _refused(half: HalfDone | None) -> Response:
    words = _("The passkey was not accepted. Try again, or go on without it.")
    return sign_in_again(words) if half is None else step_again(half, words)


# ---------------------------------------------------------------- both
def _taken(form: WTForm, purpose: str, person_id: UUID | None) -> bytes | None:
    """Take the challenge of a form for good, whatever its answer is worth."""
    challenge_id = _uuid(form["challenge"].data or "")
    if challenge_id is None:
        return None
    session = db.session()
    value = take(session, challenge_id=challenge_id, purpose=purpose, host=here().host, person_id=person_id)
    session.commit()
    return value


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _json(challenge_id: UUID, options: dict[str, object]) -> Response:
    return Response(
        current_app.json.dumps({"challenge": str(challenge_id), "options": options}), mimetype="application/json"
    )
