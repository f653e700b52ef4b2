"""Who is asking: one prebuilt statement gives sign-in, account and grants (AUTHZ-4: read afresh on each request)."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, func, literal_column, select, update
from sqlalchemy.orm import Session

from lms.core.accounts.actions.sign_ins import end_sign_in
from lms.core.accounts.models import Grant, Person, SignIn
from lms.core.accounts.queries import outside_index
from lms.host import clock
from lms.host.actor import Actor
from lms.host.actor import Grant as ActorGrant
from lms.host.contributions import Identity
from lms.host.db import side_writer
from lms.host.security.csrf import secret_for
from lms.host.security.current import vault
from lms.host.security.sessions import HasCookies, is_over, token_of, touch_due
from lms.host.security.tokens import digest

_FIELD, _ROW = "\x1f", "\x1e"
_GRANTS = (
    select(
        func.aggregate_strings(
            Grant.role
            + literal_column(f"'{_FIELD}'")
            + Grant.scope_kind
            + literal_column(f"'{_FIELD}'")
            + Grant.scope_id,
            _ROW,
        )
    )
    .where(Grant.person_id == Person.id)
    .scalar_subquery()
)
_PERSON = (
    Person.id.label("person_id"),
    Person.alias,
    Person.lang,
    Person.theme,
    Person.low_data,
    Person.idle_minutes,
    _GRANTS.label("grants"),
)
_ACTOR = (
    select(SignIn.id, SignIn.began, SignIn.seen, *_PERSON)
    .join(Person, Person.id == SignIn.person_id)
    .where(SignIn.token == bindparam("token"))
)
_OUTSIDE = select(*_PERSON).where(Person.outside_index == bindparam("subject"))
_TOUCH = update(SignIn).where(SignIn.id == bindparam("signin")).values(seen=bindparam("now"))


class CookieIdentity(Identity):
    """Our own sign-in: a token in a cookie, everything else in rows (SES-1)."""

    key = "accounts"
    secret_fields = frozenset({"passphrase", "current", "own", "own_again", "sheet", "first", "second", "state"})

    def actor(self, conn: Connection, request: HasCookies) -> Actor | None:
        """Return who holds this token, unless their sign-in has ended (SES-4)."""
        token = token_of(request)
        if token is None:
            return None
        row = conn.execute(_ACTOR, {"token": digest(token)}).one_or_none()
        now = clock.now()
        if row is None or is_over(began=row.began, seen=row.seen, idle_minutes=row.idle_minutes, now=now):
            return None
        if touch_due(seen=row.seen, idle_minutes=row.idle_minutes, now=now):
            with side_writer(skip_if_busy=True) as writer:
                if writer is not None:
                    writer.execute(_TOUCH, {"signin": row.id, "now": now})
        return _actor(row, signin=str(row.id), csrf=secret_for(token.encode()))

    def end(self, session: Session, actor: Actor) -> None:
        """Delete the sign-in: the token is worth nothing from now on (SES-5)."""
        if actor.signin:
            end_sign_in(session, actor.signin)


class HasEnviron(Protocol):
    """A request, as far as an outer site's user is read from it."""

    @property
    def environ(self) -> Mapping[str, Any]: ...


class OutsideIdentity(Identity):
    """The user of the site that the suite is mounted in; the only thing that is read from it.

    Args:
        current_user: given the WSGI environment of the outer request, returns a stable id of who is signed in there,
            or nothing.

    """

    key = "outside"
    order = 10
    sign_in = "accounts.arrive"

    def __init__(self, current_user: Callable[[Mapping[str, Any]], str | None]) -> None:
        self._current_user = current_user

    def subject(self, request: HasEnviron) -> bytes | None:
        """Return the keyed digest of the outer user's id: the id itself is not kept (ENC-2)."""
        found = self._current_user(request.environ.get("lms.host_environ", request.environ))
        return outside_index(found) if found else None

    def actor(self, conn: Connection, request: HasEnviron) -> Actor | None:
        """Return the person who belongs to the outer user, once they have come in."""
        subject = self.subject(request)
        row = conn.execute(_OUTSIDE, {"subject": subject}).one_or_none() if subject else None
        return _actor(row, signin="", csrf=vault().mac(row.person_id.bytes, purpose="csrf outside")) if row else None

    def end(self, session: Session, actor: Actor) -> None:
        """Leave the outer site's sign-in to the outer site."""


def _actor(row: Any, *, signin: str, csrf: bytes) -> Actor:
    return Actor(
        person_id=row.person_id,
        signin=signin,
        grants=tuple(ActorGrant(*one.split(_FIELD)) for one in (row.grants or "").split(_ROW) if one),
        csrf=csrf,
        alias=str(row.alias),
        lang=row.lang,
        theme=row.theme,
        low_data=row.low_data,
    )
