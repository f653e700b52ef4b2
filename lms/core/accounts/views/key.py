"""A new passphrase: with the old one, or after a recovery code with or without the sheet (ENC-6)."""

from uuid import UUID

from flask import Response, request

from lms import gettext as _
from lms.core.accounts import queries
from lms.core.accounts.actions.keys import Changed, make_keys, open_keys, open_with_sheet, set_passphrase
from lms.core.accounts.actions.own_key import own_key
from lms.core.accounts.actions.sign_ins import confirm_sign_in, keep_private_key, start_sign_in
from lms.core.accounts.domain.handles import skeleton
from lms.core.accounts.forms import ConfirmForm, KeyForm
from lms.core.accounts.views.frame import check_words, learner, new_words, own_person, read_state, words_page
from lms.core.accounts.views.sign_in import TRIES
from lms.host import clock, limits, web
from lms.host.db import db, reader
from lms.host.fresh import ask, asks_itself
from lms.host.security.current import keystore
from lms.host.security.passphrases import weakness
from lms.host.security.sessions import set_cookie, token_of
from lms.host.web import actor, page, problem, see


@learner.get("/key")
@web.signed_in
def key() -> Response:
    """Ask how the new key should be made."""
    own_person()
    own = queries.own_sign_in(reader(), actor().signin)
    return page("accounts/key.html", title=_("Your key"), form=_fitting(KeyForm(), own), own=own)


@learner.post("/key")
@web.signed_in
@asks_itself
def key_checked() -> Response:
    """Check what was written, then show new words or take the person's own."""
    person_id = own_person()
    own = queries.own_sign_in(reader(), actor().signin)
    keys = queries.keys_of(reader(), person_id=person_id)
    handle = queries.handle_of(reader(), person_id)
    form = _fitting(KeyForm(request.form), own)
    form.validate()
    if keys is None:  # erased in this moment
        return see("accounts.sign_in")
    own_words = form.how.data == "own"
    if own_words:
        _check_own(form, handle)
    private_key = None
    if not form.errors:
        private_key = _check_right(form, own, keys, handle)
    if form.errors:
        return problem("accounts/key.html", form, title=_("Your key"), own=own)
    if own_words:
        return _set(keys, form.own.data, private_key)
    shown = new_words("key", str(keys.key_wrap), handle=handle)
    return words_page(shown, "account.key_confirmed")


@learner.get("/key/confirm")
@web.signed_in
def key_again() -> Response:
    """Lead back: a link to another language on the page of words asks for this address."""
    return see("account.key")


@learner.post("/key/confirm")
@web.signed_in
@asks_itself
def key_confirmed() -> Response:
    """Take the new words into use once two of them were copied right; whoever took long gives the old ones again."""
    person_id = own_person()
    own = queries.own_sign_in(reader(), actor().signin)
    if not own.by_code and (asked := ask()):
        return asked
    form = ConfirmForm(request.form)
    shown = read_state(form, "key")
    keys = queries.keys_of(reader(), person_id=person_id)
    # The subject is the key that was right a moment ago: words shown to someone else, or before another change, end here.
    if shown is None or keys is None or UUID(shown.subject) != keys.key_wrap:
        return see("account.key")
    if "again" in request.form:
        return words_page(new_words("key", shown.subject, handle=shown.handle), "account.key_confirmed")
    if not check_words(form, shown):
        return words_page(shown, "account.key_confirmed", form)
    return _set(keys, shown.passphrase, own_key(reader(), actor(), request))


def _fitting(form: KeyForm, own: queries.OwnSignIn) -> KeyForm:
    """After a recovery code nobody can be asked for the old words; otherwise the sheet is not needed."""
    if own.by_code:
        del form.current
    else:
        del form.sheet
    return form


def _check_own(form: KeyForm, handle: str) -> None:
    if not form.own.data:
        form.refuse("own", _("Write your own words, or let us make some."))
        return
    verdict = weakness(form.own.data, handle)
    if verdict == "short":
        form.refuse("own", _("Use at least 15 characters. Four or five words are easy to remember."))
    elif verdict == "long":
        form.refuse("own", _("Use at most 1,000 characters."))
    elif verdict == "common":
        form.refuse("own", _("Others would think of this too. Take words that have nothing to do with each other."))
    elif form.own.data != form.own_again.data:
        form.refuse("own_again", _("The two entries are not the same."))


def _check_right(form: KeyForm, own: queries.OwnSignIn, keys: queries.Keys, handle: str) -> bytes | None:
    """Check the old words or the sheet; return the private key that is open now."""
    if not own.by_code:
        if not limits.allow(f"sign-in {skeleton(handle)}", rate=TRIES, per=60):
            form.refuse("current", _("Too many tries with this name. Wait a minute."))
        elif (opened := open_keys(keys, form.current.data)) is None:
            form.refuse("current", _("These are not your words. Check them and try again."))
        else:
            _note(own, opened.private_key)
            return opened.private_key
        return None
    if not form.sheet.data:
        return None
    private_key = open_with_sheet(keys, form.sheet.data)
    if private_key is None:
        form.refuse("sheet", _("This does not open your notes. Compare each group with your sheet."))
        return None
    session = db.session()
    keep_private_key(session, signin_id=own.id, token=token_of(request) or "", private_key=private_key)
    session.commit()
    return private_key


def _note(own: queries.OwnSignIn, private_key: bytes | None) -> None:
    session = db.session()
    confirm_sign_in(session, signin=str(own.id), token=token_of(request) or "", private_key=private_key)
    session.commit()


def _set(keys: queries.Keys, passphrase: str, private_key: bytes | None) -> Response:
    made = make_keys(keys.person_id, passphrase, pair=(private_key, keys.public_key) if private_key else None)
    session = db.session()
    try:
        replaced = set_passphrase(session, keys=keys, made=made)
    except Changed:
        session.rollback()
        keystore().drop([made.key_wrap])
        return see("account.key")
    token = start_sign_in(
        session,
        person_id=keys.person_id,
        private_key=made.private_key,
        factor=actor().factor,
        confirmed=clock.now(),
    )
    session.commit()
    keystore().drop(replaced)
    response = see("account.show", saved="key", _anchor="saved")
    set_cookie(response, token)
    return response
