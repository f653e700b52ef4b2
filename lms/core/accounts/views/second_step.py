"""The second page of signing in, for people who have a second factor (ACC-6)."""

from flask import Response, request
from sqlalchemy.orm import Session

from lms import gettext as _
from lms.core.accounts import queries
from lms.core.accounts.actions.factors import finish_second_step, use_totp
from lms.core.accounts.actions.recovery import CHARACTERS, spend_code
from lms.core.accounts.forms.factors import StepForm
from lms.core.accounts.queries.factors import HalfDone, half_done, totp_of
from lms.core.accounts.queries.passkeys import credentials_of
from lms.core.accounts.views.enter import here, inside
from lms.core.accounts.views.frame import home, public
from lms.host import clock, limits, room, web
from lms.host.db import db, reader
from lms.host.security import totp
from lms.host.security.sessions import set_cookie, token_of
from lms.host.security.tokens import parse_code
from lms.host.web import actor, page, see

# Whoever guesses here knows the passphrase already; three codes of a million fit at a time.
TRIES, SECONDS = 10, 600


@public.get("/sign-in/step")
@web.public
def second_step() -> Response:
    """Ask for the second step."""
    half = half_done(reader(), token_of(request))
    return _back() if half is None else _show(half, StepForm())


@public.post("/sign-in/step")
@web.public
@room.always
def second_step_checked() -> Response:
    """Let somebody in whose code fits."""
    token = token_of(request)
    half = half_done(reader(), token)
    if half is None or token is None:
        return _back()
    form = StepForm(request.form)
    if not form.validate():
        return _show(half, form, 422)
    session = db.session()
    if _recovery_code_fits(session, half, form.step_code.data):
        return finish(session, half, token)
    if not limits.allow(f"second step {half.person_id}", rate=TRIES, per=SECONDS):
        form.refuse("", _("Too many tries. Wait a minute, or use one of your recovery codes."))
        return _show(half, form, 429)
    if not _app_code_fits(session, half, form.step_code.data):
        form.refuse(
            "step_code", _("This code does not fit, or it was used already. Wait for the next one in your app.")
        )
        return _show(half, form, 422)
    return finish(session, half, token)


def step_again(half: HalfDone, words: str) -> Response:
    """Show the page with what went wrong on another way through it."""
    form = StepForm()
    form.refuse("", words)
    return _show(half, form, 422)


def _show(half: HalfDone, form: StepForm, status: int = 200) -> Response:
    title = _("Second step") if status == 200 else _("Problem: %(title)s", title=_("Second step"))
    known = bool(credentials_of(reader(), half.person_id, here().host))
    return page("accounts/second_step.html", title=title, status=status, form=form, passkeys=known)


def _back() -> Response:
    return home() if actor().signed_in else see("accounts.sign_in")


def finish(session: Session, half: HalfDone, token: str) -> Response:
    """Make the sign-in whole and go on."""
    fresh = finish_second_step(session, half=half, token=token)
    keys = queries.keys_of(session.connection(), person_id=half.person_id)
    if fresh is None or keys is None or keys.closed:  # the same form, sent twice; erased or closed in this moment
        session.rollback()
        return see("accounts.sign_in")
    response = inside(session, keys, by_code=half.by_code, factor=True)
    session.commit()
    set_cookie(response, fresh)
    return response


def _recovery_code_fits(session: Session, half: HalfDone, typed: str) -> bool:
    code = parse_code(typed, CHARACTERS)
    if code is not None and spend_code(session, person_id=half.person_id, code=code):
        return True
    session.rollback()
    return False


def _app_code_fits(session: Session, half: HalfDone, typed: str) -> bool:
    seed = totp_of(reader(), half.person_id)
    if seed is None or seed.since is None:
        return False
    step = totp.matching_step(seed.seed, typed, moment=clock.now(), after=seed.last_step)
    if step is not None and use_totp(session, person_id=half.person_id, step=step):
        return True
    session.rollback()
    return False
