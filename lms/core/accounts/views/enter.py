"""The way in, whatever somebody showed at the door: a whole sign-in, or the page of the second step."""

from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from lms.core.accounts.actions.factors import start_second_step
from lms.core.accounts.actions.sign_ins import end_sign_in, start_sign_in
from lms.core.accounts.queries import Keys
from lms.core.accounts.queries.factors import asks_second_step, is_staff
from lms.core.accounts.queries.late import count_late_texts
from lms.core.accounts.views.frame import HOME
from lms.host import clock
from lms.host.security.current import settings
from lms.host.security.passkeys import Place, place
from lms.host.security.sessions import set_cookie
from lms.host.web import actor, see


def here() -> Place:
    """Return the host that this request came to, which passkeys are bound to."""
    return place(request.scheme, request.host)


def enter(
    session: Session, keys: Keys, *, private_key: bytes | None, by_code: bool = False, then: str = HOME
) -> Response:
    """Let somebody in whose passphrase or code was right, or ask them for the second step (ACC-6).

    Args:
        session: the writing session; the caller commits.
        keys: of the person.
        private_key: opened with the passphrase.
        by_code: they came with a code in place of the passphrase, so they make a new one first.
        then: the first page, if nothing else is needed.

    """
    if before := actor().signin:
        end_sign_in(session, before)
    person_id = keys.person_id
    if asks_second_step(session.connection(), person_id):
        token = start_second_step(session, person_id=person_id, private_key=private_key, by_code=by_code)
        response = see("accounts.second_step", lang=keys.lang)
    else:
        confirmed = None if by_code else clock.now()
        token = start_sign_in(
            session, person_id=person_id, private_key=private_key, by_code=by_code, confirmed=confirmed
        )
        response = inside(session, keys, by_code=by_code, factor=False, then=then)
    set_cookie(response, token)
    return response


def inside(session: Session, keys: Keys, *, by_code: bool, factor: bool, then: str = HOME) -> Response:
    """Go to the first page: a new key after a code, the set-up of a factor for staff without one, texts that
    were sent too late, else `then`.
    """
    if by_code:
        return see("account.key", lang=keys.lang)
    if not factor and needs_factor(session, keys.person_id):
        return see("account.factors", lang=keys.lang)
    if then == HOME and count_late_texts(session.connection(), keys.person_id):
        return see("account.late", lang=keys.lang)
    return see(then, lang=keys.lang)


def needs_factor(session: Session, person_id: UUID) -> bool:
    """Whether somebody's roles wait until they have set up a second factor; never on a demonstration site."""
    return not settings().demo and is_staff(session.connection(), person_id)
