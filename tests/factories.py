"""People with roles, made through the same actions as the pages use, without the cost of typing."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete

from lms.core.accounts.actions.grants import grant
from lms.core.accounts.actions.keys import make_keys
from lms.core.accounts.actions.people import create_person
from lms.core.accounts.actions.sign_ins import start_sign_in
from lms.host import clock
from lms.host.statistics.frozen import Figure, count
from lms.host.testing import Browser, Site

PASSPHRASE = "river candle north basket violin harbour olive"


@dataclass(frozen=True)
class Someone:
    """An account of a test."""

    id: UUID
    handle: str
    passphrase: str = PASSPHRASE


def make_person(
    site: Site, handle: str = "", *, lang: str = "en", grants: Iterable[tuple[str, str, str]] = ()
) -> Someone:
    """Open an account; `grants` are (role, scope kind, scope id)."""
    person_id = uuid4()
    handle = handle or f"heron-{person_id.hex[:8]}"
    with site.session() as session:
        keys = make_keys(person_id, PASSPHRASE)
        create_person(session, person_id=person_id, handle=handle, keys=keys, lang=lang)
        for role, kind, scope in grants:
            grant(session, person_id=person_id, role=role, scope_kind=kind, scope_id=scope)
    return Someone(person_id, handle)


def sign_in(site: Site, person: Someone | UUID, *, factor: bool = True) -> Browser:
    """Return a browser in which the person is signed in, with a second factor as staff must (ACC-6)."""
    person_id = person if isinstance(person, UUID) else person.id
    with site.session() as session:
        token = start_sign_in(session, person_id=person_id, private_key=None, factor=factor, confirmed=clock.now())
    return site.client().wear(token)


def count_now(site: Site) -> None:
    """Count people as the weekly job does, whether or not the week is over."""
    with site.session() as session:
        session.execute(delete(Figure))
        count(session, {})
