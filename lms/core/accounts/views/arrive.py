"""Coming in from the site that the suite is mounted in, as its user."""

from uuid import uuid4

from flask import Response, request

from lms import gettext as _
from lms.core.accounts import queries
from lms.core.accounts.access import OutsideIdentity
from lms.core.accounts.actions.keys import make_keys
from lms.core.accounts.actions.people import HandleTaken, create_person
from lms.core.accounts.domain import handles
from lms.core.accounts.views.frame import home, public
from lms.host import web
from lms.host.contributions import Identity
from lms.host.db import db, reader
from lms.host.i18n import language
from lms.host.plugin import current_host
from lms.host.security.current import keystore
from lms.host.security.passphrases import generate
from lms.host.web import actor, not_found, page


@public.get("/arrive")
@web.public
def arrive() -> Response:
    """Ask whether to come in as the outer site's user, or say that nobody is signed in there."""
    known = _outside().subject(request) is not None
    if actor().signed_in:
        return home()
    return page("accounts/arrive.html", title=_("Come in"), known=known)


@public.post("/arrive")
@web.public
def arrived() -> Response:
    """Open an account for the outer user. Its passphrase is known to nobody: nothing sealed yet (settled 28)."""
    subject = _outside().subject(request)
    if subject is None:
        not_found()
    if actor().signed_in:
        return home()
    lang = language().code
    handle = handles.suggest(lang)
    while queries.is_taken(reader(), handle):
        handle = handles.suggest(lang)
    person_id = uuid4()
    keys = make_keys(person_id, generate(lang).text)
    session = db.session()
    try:
        create_person(session, person_id=person_id, handle=handle, keys=keys, lang=lang, outside=subject)
        session.commit()
    except HandleTaken:  # the same form, sent twice
        session.rollback()
        keystore().drop([keys.key_wrap])
    return home()


def _outside() -> OutsideIdentity:
    found = next((one for one in current_host().all(Identity) if isinstance(one, OutsideIdentity)), None)
    return found or not_found()
