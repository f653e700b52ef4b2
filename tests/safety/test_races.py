"""Sixteen at once, again and again: what may happen once happens once, on SQLite and on PostgreSQL (CON-1, CON-3, CON-4).

Attempts of quizzes (CON-2, DUR-5) and certificates (CERT-7) have races of their own beside them.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, update

from lms.core.accounts.actions.invitations import Refused, redeem_invitation
from lms.core.accounts.actions.recovery import replace_codes, spend_code
from lms.core.accounts.api import create_invitations
from lms.core.accounts.models import Grant, Invitation, RecoveryCode
from lms.core.learning.api import enrol, enrolment_table
from lms.host import clock
from lms.host.db import db
from lms.host.plugin import CORE
from tests import factories

pytestmark = pytest.mark.safety
WORKERS = 16
SEATS = 5
ROUNDS = pytest.mark.parametrize("rounds", [20, pytest.param(200, marks=pytest.mark.deep)])


@pytest.fixture(scope="session")
def site_plugins():
    return CORE


@pytest.fixture
def race(site):
    """Return a function that lets sixteen threads begin the same work at once, each in a transaction of its own."""
    ready = Barrier(WORKERS, timeout=60)

    def run(work):
        def one(number):
            with site.app.app_context():
                session = db.session()
                ready.wait()
                try:
                    result = work(session, number)
                    session.commit()
                except Refused:
                    session.rollback()
                    return None
                return result

        return list(pool.map(one, range(WORKERS)))

    with ThreadPoolExecutor(WORKERS) as pool:
        yield run


def count(site, model, *conditions):
    with site.reading() as conn:
        return conn.scalar(select(func.count()).select_from(model).where(*conditions))


def invitation(site, seats):
    """Make a code and return the id of its invitation."""
    batch = uuid4()
    with site.session() as session:
        create_invitations(
            session,
            kind="role",
            payload={"role": "author"},
            seats=seats,
            batch=batch,
            expires=clock.now() + timedelta(days=1),
            language="en",
        )
    with site.reading() as conn:
        return conn.scalar(select(Invitation.id).where(Invitation.batch == batch))


@pytest.fixture
def people(site):
    return [factories.make_person(site) for _ in range(WORKERS)]


def redeemed(site, race, people, seats):
    """Let sixteen people try one code; return how many got in, how many seats are used, how many roles were given."""
    code = invitation(site, seats)
    with site.session() as session:
        session.execute(delete(Grant))

    def redeem(session, number):
        redeem_invitation(
            session, invitation_id=code, person_id=people[number].id, handle=people[number].handle, lang="en"
        )
        return True

    came_in = race(redeem).count(True)
    with site.reading() as conn:
        used = conn.scalar(select(Invitation.used).where(Invitation.id == code))
    return came_in, used, count(site, Grant)


@ROUNDS
def test_con_1_enrolled_by_many_is_enrolled_once(site, race, rounds):
    """CON-1: one row, and everybody is given the same one."""
    for _ in range(rounds):
        person = factories.make_person(site)
        made = race(lambda session, _, person=person: enrol(session, person_id=person.id, course_id="garden"))
        assert len(made) == WORKERS
        assert len(set(made)) == 1
        assert count(site, enrolment_table, enrolment_table.c.person_id == person.id) == 1


@ROUNDS
def test_con_3_seats_never_overshoot(site, race, people, rounds):
    """CON-3: sixteen people, five seats: five get in, with five roles."""
    for _ in range(rounds):
        assert redeemed(site, race, people, SEATS) == (SEATS, SEATS, SEATS)


@ROUNDS
def test_con_4_a_code_for_one_lets_one_in(site, race, people, rounds):
    """CON-4: an invitation is spent once."""
    for _ in range(rounds):
        assert redeemed(site, race, people, 1) == (1, 1, 1)


@ROUNDS
def test_con_4_a_recovery_code_is_spent_once(site, race, rounds):
    """CON-4: sixteen browsers with the same code: it opens one of them; the other nine codes stay."""
    for _ in range(rounds):
        person = factories.make_person(site)
        with site.session() as session:
            first = replace_codes(session, person_id=person.id)[0].replace("-", "")
        spent = race(lambda session, _, person=person, code=first: spend_code(session, person_id=person.id, code=code))
        assert spent.count(True) == 1
        assert count(site, RecoveryCode, RecoveryCode.person_id == person.id) == 9


def test_con_3_planted_looking_first_and_writing_later_overshoots(site, race):
    """CON-3, CON-4: the control: code that looks outside the writing transaction is caught by the same race."""
    code = invitation(site, 1)
    looked = Barrier(WORKERS, timeout=60)

    def careless(session, _number):
        with db.engines["read"].connect() as conn:
            free = conn.scalar(select(Invitation.seats - Invitation.used).where(Invitation.id == code)) > 0
        looked.wait()
        if free:
            session.execute(update(Invitation).where(Invitation.id == code).values(used=1))
        return free

    assert race(careless).count(True) > 1
