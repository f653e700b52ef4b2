"""The long versions: timing of the one answer, memory under a flood, seats under many races (ACC-5, ACC-10, CON-3)."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import psutil
import pytest
from sqlalchemy import func, select

from lms.core.accounts.actions.invitations import Refused, redeem_invitation
from lms.core.accounts.actions.keys import make_keys
from lms.core.accounts.actions.people import create_person
from lms.core.accounts.models import Invitation, Person
from lms.host.db import db
from lms.host.security.current import vault
from lms.host.security.passphrases import Cost, Hasher
from tests.core.accounts.conftest import Person as Visitor

pytestmark = [pytest.mark.deep, pytest.mark.timeout(1800)]
TRIALS = 300
WRONG = "some other words entirely"


@pytest.fixture
def real(site):
    """The cost that people meet, lowered only in memory so that 600 trials end today."""
    with site.app.app_context():
        site.app.extensions["lms_hasher"] = Hasher(vault().pepper, cost=Cost(memory_kib=19_456, passes=2))


def test_acc_10_time_does_not_tell_which_names_exist(site, real, invite, someone, frozen_clock):
    someone().join(invite(), "amber-heron")
    took = {"amber-heron": [], "nobody-here": []}
    visitor = Visitor(site)
    for _ in range(TRIALS):
        frozen_clock.moment += timedelta(minutes=1)  # the bucket of each name is full again
        for name, times in took.items():
            began = time.perf_counter()
            assert visitor.sign_in(name, WRONG).status == 422
            times.append(time.perf_counter() - began)
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) / known < 0.05


def test_acc_5_two_hundred_at_once_stay_within_memory(site, invite, someone):
    with site.app.app_context():
        site.app.extensions["lms_hasher"] = Hasher(vault().pepper)
    member = someone()
    member.join(invite())
    own = psutil.Process()
    before, most = own.memory_info().rss, 0

    def flood(number):
        return Visitor(site).sign_in(f"heron-{number}-x", WRONG).status

    with ThreadPoolExecutor(200) as pool:
        waiting = [pool.submit(flood, number) for number in range(200)]
        while not all(one.done() for one in waiting):
            most = max(most, own.memory_info().rss)
            time.sleep(0.05)
    assert {one.result() for one in waiting} <= {422, 503}
    assert most - before < 200 * 2**20


def test_con_3_a_hundred_races_for_five_seats(site, invite):
    for round_ in range(100):
        batch = uuid4()
        invite(seats=5, batch=batch)
        with site.reading() as conn:
            invitation_id = conn.scalar(select(Invitation.id).where(Invitation.batch == batch))

        def redeem(number, invitation_id=invitation_id, round_=round_):
            with site.app.app_context():
                person_id = uuid4()
                session = db.session()
                try:
                    keys = make_keys(person_id, "river")
                    name = f"heron-{50 * round_ + number}-x"
                    create_person(session, person_id=person_id, handle=name, keys=keys, lang="en")
                    redeem_invitation(session, invitation_id=invitation_id, person_id=person_id, handle=name, lang="en")
                    session.commit()
                except Refused:
                    session.rollback()
                    return 0
                return 1

        with ThreadPoolExecutor(16) as pool:
            assert sum(pool.map(redeem, range(50))) == 5
    with site.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(Person)) == 500
