"""Who is asking: one prebuilt statement gives sign-in, account and grants (AUTHZ-4: read afresh on each request)."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, literal_column, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lms.core.accounts.actions.keys import open_keys
from lms.core.accounts.actions.late import forget_browser, keep_late_text
from lms.core.accounts.actions.own_key import TRIES
from lms.core.accounts.actions.sign_ins import confirm_sign_in, end_sign_in
from lms.core.accounts.domain.handles import skeleton
from lms.core.accounts.models import Grant, Lock, Person, SignIn
from lms.core.accounts.queries import handle_of, keys_of, outside_indexes
from lms.core.accounts.queries.late import ended_owner
from lms.core.accounts.queries.support import told_until
from lms.host import clock, limits
from lms.host.actor import LEARNER, Actor
from lms.host.actor import Grant as ActorGrant
from lms.host.contributions import Identity
from lms.host.db import reader, side_writer
from lms.host.security import csrf
from lms.host.security.csrf import secret_for
from lms.host.security.current import settings, vault
from lms.host.security.sessions import HasCookies, is_fresh, is_over, token_of, touch_due
from lms.host.security.tokens import digest
from lms.host.statements import Prepared

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
    told_until.label("told_until"),
)
_ACTOR = Prepared(
    select(SignIn.id, SignIn.began, SignIn.seen, SignIn.confirmed, SignIn.factor, *_PERSON)
    .join(Person, Person.id == SignIn.person_id)
    .where(SignIn.token == bindparam("token"))
)
_CLOSED = select(Lock.person_id).where(Lock.person_id == Person.id, Lock.until > bindparam("today")).exists()
_SUBJECT = or_(Person.outside_index == bindparam("subject"), Person.outside_index == bindparam("before"))
_OUTSIDE = Prepared(select(*_PERSON, Person.seen_on).where(_SUBJECT, ~_CLOSED))
_HERE_TODAY = update(Person).where(Person.id == bindparam("person")).values(seen_on=bindparam("today"))
_TOUCH = update(SignIn).where(SignIn.id == bindparam("signin")).values(seen=bindparam("now"))


def _touch(signin: UUID, now: datetime) -> None:
    """Note that the person is still there; on a full or broken disk reading goes on without (DUR-7)."""
    with contextlib.suppress(OperationalError), side_writer(skip_if_busy=True) as writer:
        if writer is not None:
            writer.execute(_TOUCH, {"signin": signin, "now": now})


class HasForm(HasCookies, Protocol):
    """A request, as far as a late text is read from it."""

    @property
    def form(self) -> Mapping[str, str]: ...


class CookieIdentity(Identity):
    """Our own sign-in: a token in a cookie, everything else in rows (SES-1)."""

    key = "accounts"
    secret_fields = frozenset(
        {
            "passphrase",
            "again_passphrase",
            "current",
            "own",
            "own_again",
            "sheet",
            "first",
            "second",
            "step_code",
            "lock",
        }
    )

    def actor(self, conn: Connection, request: HasCookies) -> Actor | None:
        """Return who holds this token, unless their sign-in has ended (SES-4)."""
        token = token_of(request)
        if token is None:
            return None
        row = _ACTOR.first(conn, token=digest(token))
        now = clock.now()
        if row is None or is_over(began=row.began, seen=row.seen, idle_minutes=row.idle_minutes, now=now):
            return None
        if touch_due(seen=row.seen, idle_minutes=row.idle_minutes, now=now):
            _touch(row.id, now)
        fresh = is_fresh(row.confirmed, now)
        return _actor(row, signin=str(row.id), csrf=secret_for(token.encode()), factor=row.factor, fresh=fresh)

    def end(self, session: Session, actor: Actor) -> None:
        """Delete the sign-in: the token is worth nothing from now on (SES-5)."""
        if actor.signin:
            end_sign_in(session, actor.signin)

    def keep(self, session: Session, request: HasForm, path: str, fields: Sequence[tuple[str, str]]) -> bool:
        """Seal a late text to its owner, if the form came from a page of their ended sign-in (SES-7)."""
        token = token_of(request)
        if token is None or not csrf.matches(secret_for(token.encode()), request.form.get(csrf.FIELD, "")):
            return False
        owner = ended_owner(session.connection(), token)
        if owner is None:
            return False
        return keep_late_text(session, owner, path=path, fields=fields, form_key=request.form.get("key", ""))

    def forget(self, session: Session, request: HasCookies) -> None:
        """Delete the husk of this browser's ended sign-in."""
        if token := token_of(request):
            forget_browser(session, token)

    def confirms(
        self, session: Session, actor: Actor, request: HasCookies, passphrase: str
    ) -> Literal["yes", "no", "wait"]:
        """Check the passphrase out of the same bucket as sign-ins (ACC-11); it also opens sealed data again."""
        token, conn = token_of(request), reader()
        if not actor.signin or token is None:
            return "no"
        if not limits.allow(f"sign-in {skeleton(handle_of(conn, actor.person))}", rate=TRIES, per=60):
            return "wait"
        opened = open_keys(keys_of(conn, person_id=actor.person), passphrase)
        if opened is None:
            return "no"
        confirm_sign_in(session, signin=actor.signin, token=token, private_key=opened.private_key)
        return "yes"


class HasEnviron(Protocol):
    """A request, as far as an outer site's user is read from it."""

    @property
    def environ(self) -> Mapping[str, Any]: ...


class OutsideIdentity(Identity):
    """The user of the site that the suite is mounted in; the only thing that is read from it.

    Args:
        current_user: given the WSGI environment of the outer request, returns a stable id of who is signed in there,
            or nothing.
        second_factor: given the same, returns whether they showed the outer site a second factor; roles of staff wait
            for that (ACC-6).

    """

    key = "outside"
    order = 10
    sign_in = "accounts.arrive"

    def __init__(
        self,
        current_user: Callable[[Mapping[str, Any]], str | None],
        second_factor: Callable[[Mapping[str, Any]], bool] = lambda _environ: False,
    ) -> None:
        self._current_user = current_user
        self._second_factor = second_factor

    def subject(self, request: HasEnviron) -> bytes | None:
        """Return the keyed digest of the outer user's id: the id itself is not kept (ENC-2)."""
        subjects = self._subjects(request)
        return subjects[0] if subjects else None

    def _subjects(self, request: HasEnviron) -> tuple[bytes, bytes] | None:
        found = self._current_user(_outer(request))
        return outside_indexes(found) if found else None

    def actor(self, conn: Connection, request: HasEnviron) -> Actor | None:
        """Return the person who belongs to the outer user, once they have come in."""
        found = self._subjects(request)
        row = _OUTSIDE.first(conn, subject=found[0], before=found[1], today=clock.today()) if found else None
        if row is None:
            return None
        if row.seen_on != clock.today():  # no sign-in of ours says that they still come (RET-2)
            with side_writer(skip_if_busy=True) as writer:
                if writer is not None:
                    writer.execute(_HERE_TODAY, {"person": row.person_id, "today": clock.today()})
        # The outer site signed them in and asks again where it sees fit; here they have no passphrase to give.
        factor, csrf = self._second_factor(_outer(request)), vault().mac(row.person_id.bytes, purpose="csrf outside")
        return _actor(row, signin="", csrf=csrf, factor=factor, fresh=True)

    def end(self, session: Session, actor: Actor) -> None:
        """Leave the outer site's sign-in to the outer site."""


def _outer(request: HasEnviron) -> Mapping[str, Any]:
    found: Mapping[str, Any] = request.environ.get("lms.host_environ", request.environ)
    return found


def _actor(row: Any, *, signin: str, csrf: bytes, factor: bool, fresh: bool) -> Actor:
    held = tuple(ActorGrant(*one.split(_FIELD)) for one in (row.grants or "").split(_ROW) if one)
    # Here and nowhere else: what a page or an access function does not get, it cannot use (ACC-6).
    waiting = () if factor or settings().demo else tuple(grant for grant in held if grant.role != LEARNER)
    return Actor(
        person_id=row.person_id,
        signin=signin,
        grants=tuple(grant for grant in held if grant not in waiting),
        waiting=waiting,
        factor=factor,
        csrf=csrf,
        alias=str(row.alias),
        notice="account.support_told" if row.told_until is not None and row.told_until > clock.now() else "",
        lang=row.lang,
        theme=row.theme,
        low_data=row.low_data,
        fresh=fresh,
    )
