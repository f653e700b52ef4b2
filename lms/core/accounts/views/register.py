"""Joining without a code, on sites that allow it: a trap of time, a field nobody sees, a rate for all (ACC-13).

No puzzle, no script, no third party, and nothing about who asks: programs that fill in forms betray themselves by
being too fast or too thorough, and those that are neither share one small allowance with everybody.
"""

import json
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from flask import Response, request

from lms import gettext as _
from lms.core.accounts import queries
from lms.core.accounts.actions.keys import make_keys
from lms.core.accounts.actions.people import HandleTaken, create_person
from lms.core.accounts.actions.sign_ins import start_sign_in
from lms.core.accounts.forms import ConfirmForm
from lms.core.accounts.forms.register import RegisterForm
from lms.core.accounts.views.frame import Shown, check_words, home, new_words, public, read_state, words_page
from lms.core.accounts.views.join import check_name, enter_again, suggest_names, twin_of, welcome_in
from lms.host import clock, limits, web
from lms.host.db import db, reader
from lms.host.i18n import language
from lms.host.security.current import settings, vault
from lms.host.security.sealed import CannotOpen
from lms.host.web import actor, not_found, page, problem, see

PURPOSE = "register"
STAMP = "register stamp"
FASTEST = timedelta(seconds=4)
SLOWEST = timedelta(hours=12)
ACCOUNTS, PERIOD = 8, 600


@public.get("/register")
@web.public
def register() -> Response:
    """Ask for a name."""
    _only_if_open()
    if actor().signed_in:
        return home()
    form = RegisterForm()
    form.handle.data = suggest_names(form, 1)[0]
    return _asked(form)


@public.post("/register")
@web.public
def register_checked() -> Response:
    """Check the name and who seems to ask, then show the passphrase; nothing is kept yet (settled 21)."""
    _only_if_open()
    form = RegisterForm(request.form)
    form.validate()
    age = _age(form.stamp.data or "")
    if form.website.data or age is None or age < FASTEST:
        form.refuse(
            "", _("That was very quick, or your browser filled in too much. Look at the form and send it again.")
        )
    handle = check_name(form, usable=not form.form_errors)
    if form.errors or form.form_errors:
        form.website.data = ""
        return _asked(form)
    return words_page(new_words(PURPOSE, str(uuid4()), handle=handle), "accounts.register_confirmed")


@public.get("/register/confirm")
@web.public
def register_again() -> Response:
    """Lead back: a link to another language on the page of words asks for this address."""
    _only_if_open()
    return see("accounts.register")


@public.post("/register/confirm")
@web.public
def register_confirmed() -> Response:
    """Open the account once two parts of the passphrase were copied right, if the allowance holds."""
    _only_if_open()
    form = ConfirmForm(request.form)
    shown = read_state(form, PURPOSE)
    if shown is None:
        return see("accounts.register")
    if "again" in request.form:
        return words_page(new_words(PURPOSE, shown.subject, handle=shown.handle), "accounts.register_confirmed")
    if not check_words(form, shown):
        return words_page(shown, "accounts.register_confirmed", form)
    return _open_account(shown, form)


def _open_account(shown: Shown, form: ConfirmForm) -> Response:
    person_id = UUID(shown.subject)
    twin = queries.keys_of(reader(), person_id=person_id)
    if twin is not None:  # the same form, sent twice (DUR-5)
        return enter_again(twin, shown)
    if not limits.allow("open registration", rate=ACCOUNTS, per=PERIOD):
        form.refuse(
            "", _("Many people are joining at this moment. Wait ten minutes and send this again; your words stay.")
        )
        return words_page(shown, "accounts.register_confirmed", form)
    keys = make_keys(person_id, shown.passphrase)
    session = db.session()
    try:
        create_person(session, person_id=person_id, handle=shown.handle, keys=keys, lang=language().code)
        token = start_sign_in(session, person_id=person_id, private_key=keys.private_key, confirmed=clock.now())
        session.commit()
    except HandleTaken:
        if twin := twin_of(keys, person_id):
            return enter_again(twin, shown)
        return see("accounts.register")
    return welcome_in(token, staff=False)


def _only_if_open() -> None:
    if not settings().open_registration:
        not_found()


def _asked(form: RegisterForm) -> Response:
    stamp = json.dumps([clock.now().isoformat(), language().code]).encode()
    form.stamp.data = vault().seal_form(stamp, context=STAMP)
    if not form.suggested.data:
        suggest_names(form, 1)
    title = _("Join without a code")
    if form.errors or form.form_errors:
        return problem("accounts/register.html", form, title=title)
    return page("accounts/register.html", title=title, form=form)


def _age(stamp: str) -> timedelta | None:
    """Return how long ago the form was shown; `None` for a stamp that is not ours or too old."""
    try:
        made, _lang = json.loads(vault().open_form(stamp, context=STAMP))
    except CannotOpen:
        return None
    age = clock.now() - datetime.fromisoformat(made)
    return age if age < SLOWEST else None
