"""A person's second factors: what is set up, an app, and taking it away (ACC-6)."""

from typing import Any

from flask import Response, current_app, request

from lms import gettext as _
from lms.core.accounts import queries
from lms.core.accounts.actions.factors import begin_totp, confirm_totp, remove_totp, restart_sign_in
from lms.core.accounts.actions.own_key import own_key
from lms.core.accounts.api import ACCOUNT
from lms.core.accounts.forms.factors import AppForm
from lms.core.accounts.queries.factors import Seed, asks_second_step, factors_of, totp_of
from lms.core.accounts.views.frame import learner, own_person
from lms.host import clock, web
from lms.host.actor import LEARNER
from lms.host.db import db, reader
from lms.host.fresh import fresh
from lms.host.security import totp
from lms.host.security.current import settings
from lms.host.security.sessions import set_cookie
from lms.host.slots import Panel
from lms.host.web import actor, not_found, page, problem, see


@learner.get("/second-step")
@web.signed_in
def factors() -> Response:
    """Show what a person signs in with besides the passphrase, and offer to set it up."""
    mine = factors_of(reader(), actor().person)
    saved = {
        "on": _("Your second step is set up. All other sign-ins have ended."),
        "off": _("It is taken away. All other sign-ins have ended."),
    }
    told = saved.get(request.args.get("saved", ""), "")
    return page("accounts/factors.html", title=_("Second step"), mine=mine, saved=told, demo=settings().demo)


@learner.get("/second-step/app")
@web.signed_in
def app_setup() -> Response:
    """Show the seed to copy into an app, until a first code has confirmed it."""
    seed = _unconfirmed()
    return see("account.factors") if seed is None else _setup_page(seed, AppForm())


@learner.post("/second-step/app")
@web.signed_in
@fresh
def app_begun() -> Response:
    """Make a seed."""
    begin_totp(db.session(), person_id=own_person())
    db.session.commit()
    return see("account.app_setup")


@learner.get("/second-step/app.png")
@web.signed_in
def app_picture() -> Response:
    """Draw the seed for the camera of a telephone: an address of its own, because pages may not hold pictures."""
    seed = _unconfirmed()
    if seed is None:
        not_found()
    response = Response(totp.picture(totp.address(seed.seed, settings().product)), mimetype="image/png")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@learner.post("/second-step/app/confirm")
@web.signed_in
@fresh
def app_confirmed() -> Response:
    """Put the seed into force once the app shows the right code."""
    seed = _unconfirmed()
    if seed is None:
        return see("account.factors")
    form = AppForm(request.form)
    form.validate()
    step = totp.matching_step(seed.seed, form.step_code.data or "", moment=clock.now(), after=seed.last_step)
    if step is None and not form.errors:
        form.refuse(
            "step_code", _("This is not the code for the key above. Look at your app, and whether its clock is right.")
        )
    if form.errors or step is None:
        return _setup_page(seed, form)
    session = db.session()
    confirm_totp(session, person_id=actor().person, step=step)
    return start_anew("on", factor=True)


@learner.get("/second-step/app/confirm")
@learner.get("/second-step/app/off")
@web.signed_in
def factor_forms() -> Response:
    """Lead back: a link to another language on the answer to a form asks for the form's own address."""
    return see("account.factors")


@learner.post("/second-step/app/off")
@web.signed_in
@fresh
def app_off() -> Response:
    """Take the app's codes away."""
    remove_totp(db.session(), person_id=own_person())
    return start_anew("off", factor=actor().factor)


def start_anew(saved: str, *, factor: bool) -> Response:
    """End every sign-in, go on in this one under a new token, and say what was done; commits."""
    session, person_id = db.session(), actor().person
    own = queries.own_sign_in(reader(), actor().signin)
    still = factor and asks_second_step(session.connection(), person_id)
    token = restart_sign_in(
        session,
        person_id=person_id,
        private_key=own_key(reader(), actor(), request),
        factor=still,
        confirmed=own.confirmed,
    )
    session.commit()
    response = see("account.factors", saved=saved, _anchor="saved")
    set_cookie(response, token)
    return response


def _unconfirmed() -> Seed | None:
    seed = totp_of(reader(), actor().person)
    return seed if seed is not None and seed.since is None else None


def _setup_page(seed: Seed, form: AppForm) -> Response:
    show = problem if form.errors else page
    return show("accounts/factor_app.html", form=form, title=_("Second step"), written=totp.written(seed.seed))


def _on_account_page(mine: queries.AccountPage) -> str:
    parts: Any = current_app.jinja_env.get_template("accounts/parts.html").module
    asked = asks_second_step(reader(), mine.person_id)
    staff = bool(actor().waiting) or any(grant.role != LEARNER for grant in actor().grants)
    shown: str = parts.second_step(on=asked, staff=staff, demo=settings().demo)
    return shown


account_panel = Panel(ACCOUNT, "accounts.factors", _on_account_page, order=5, statements=1)
