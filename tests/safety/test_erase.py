"""Erasing is true: nothing of a person is left in any table, file or byte, wherever the work was interrupted."""

import shutil
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from lms.core.accounts.jobs.erase import replay
from lms.core.accounts.models import Erasure, Person
from lms.host import clock, jobs
from lms.host.app import create_app
from lms.host.clock import FrozenClock
from lms.host.contributions import PersonalData
from lms.host.db import Base, db
from lms.host.plugin import current_host
from lms.host.room import BALLAST
from lms.host.security.current import keystore
from lms.host.settings import Settings
from lms.host.testing import Site
from lms.plugins.cohorts.api import member_table
from tests.factories import make_person, sign_in
from tests.safety.leftovers import all_values, on_disk, traces_of
from tests.safety.world import build

pytestmark = pytest.mark.safety
ERASING = Path(__file__).with_name("erasing.py")
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def world(site):
    return build(site)


def learner_of(world):
    """Return the id of the world's own learner."""
    members = member_table.c
    with world.site.reading() as conn:
        own = (members.role == "learner") & (members.cohort_id == world.own["cohort_id"])
        return conn.scalar(select(members.person_id).where(own))


def erase(site, browser):
    """Erase as a person does, and let the worker do its part."""
    answer = browser.submit("/en/account/data/erase", {"sure": "y"})
    assert answer.status_code == 303, answer.text
    site.run_jobs()


def test_ret_4_nothing_is_left_in_any_table_or_byte(world):
    """RET-4, RET-6: every value that stood in any row of the person is gone from database, log, key store and files."""
    site, person_id = world.site, learner_of(world)
    traces = traces_of(site.app, person_id)
    assert sum(count > 0 for count in traces.rows.values()) >= 8, traces.rows
    erase(site, world.browsers["learner"])
    assert {name: n for name, n in traces_of(site.app, person_id).rows.items() if n} == {}
    wanted = traces.without(all_values(site.app))
    assert len(wanted) > 20
    with site.app.app_context():
        assert keystore().held(person_id, "passphrase") == []
        if db.engines[None].dialect.name == "sqlite":
            assert on_disk(site.settings.folder, wanted) == {}


@SQLITE
def test_ret_6_planted_bytes_that_stay_are_found(world):
    """RET-6: without secure_delete the same search finds what was erased."""
    site, person_id = world.site, learner_of(world)
    traces = traces_of(site.app, person_id)
    with site.app.app_context():
        engine = db.engines[None]
        engine.dispose()
        event.listen(engine, "connect", lambda dbapi, _record: dbapi.execute("PRAGMA secure_delete=OFF"))
    erase(site, world.browsers["learner"])
    assert on_disk(site.settings.folder, traces.without(all_values(site.app))) != {}


def test_ret_4_a_package_that_keeps_something_is_named(world, monkeypatch):
    """RET-4: an erasure that left a row is not called finished; the health list says so (planted fault)."""
    site, person_id = world.site, learner_of(world)
    host = current_host(site.app)
    kept = [
        PersonalData(one.key, one.tables, one.export, (lambda *_: None) if one.key == "accounts" else one.erase)
        for one in host.all(PersonalData)
    ]
    monkeypatch.setitem(host._cache, PersonalData, tuple(kept))
    erase(site, world.browsers["learner"])
    with site.reading() as conn:
        assert conn.scalar(select(Erasure.person_id)) == person_id
    assert "1 erasure is not finished." in world.browsers["operator"].get("/en/operator/").text


def test_ret_4_nobody_signs_in_while_the_rest_is_done(world):
    """RET-4: before the worker has run, the account is closed, its name free and its keys gone."""
    site = world.site
    person = make_person(site, "amber-crane")
    browser = sign_in(site, person)
    assert browser.submit("/en/account/data/erase", {"sure": "y"}).status_code == 303
    fields = {"handle": person.handle, "passphrase": person.passphrase}
    assert site.client().submit("/en/sign-in", fields).status_code == 422
    assert browser.get("/en/account/").status_code == 303
    make_person(site, "amber-crane")
    with site.app.app_context():
        assert keystore().held(person.id, "passphrase") == []


def test_ret_4_pages_of_the_group_go_on_without_the_person(world):
    """RET-4: the pages on which others saw the person neither break nor mention them."""
    site = world.site
    group, wall = f"/en/group/{world.own['cohort_id']}", f"/en/cohorts/{world.own['cohort_id']}"
    erase(site, world.browsers["learner"])
    assert world.browsers["facilitator"].get(wall).status_code == 200
    assert world.browsers["facilitator"].get(group).status_code == 200
    assert world.browsers["coordinator"].get(f"/en/organisations/{world.own['organisation_id']}").status_code == 200


@pytest.mark.parametrize("choice", ["", "certificates.withdraw"])
def test_ret_4_certificates_are_withdrawn_first_if_the_person_says_so(world, choice):
    """RET-4: what stays is nothing, or the digest of a code that the check page calls not valid."""
    browser, table = world.browsers["learner"], Base.metadata.tables["certificates_withdrawal"]
    assert 'value="certificates.withdraw"' in browser.get("/en/account/data/erase").text
    assert 'name="also"' not in world.browsers["person"].get("/en/account/data/erase").text
    fields = {"sure": "y"} | ({"also": choice} if choice else {})
    assert browser.submit("/en/account/data/erase", fields).status_code == 303
    world.site.run_jobs()
    with world.site.reading() as conn:
        assert bool(conn.execute(select(table)).all()) == bool(choice)


def test_ret_5_a_restored_backup_erases_them_again(world):
    """RET-5: an older copy of the data brings the rows back; what runs after a restore takes them out again."""
    site = world.site
    person = make_person(site)
    columns = [column.name for column in Person.__table__.columns]
    with site.reading() as conn:
        before = dict(
            zip(columns, conn.execute(select(Person.__table__).where(Person.id == person.id)).one(), strict=True)
        )
    erase(site, sign_in(site, person))
    with site.session() as session:
        session.execute(Person.__table__.insert().values(before))
    with site.session() as session:
        assert replay(session) == "1 person was erased again."
    with site.session() as session:
        assert replay(session) == ""
    with site.reading() as conn:
        assert conn.scalar(select(Person.id).where(Person.id == person.id)) is None


def test_ret_5_planted_without_the_list_they_would_come_back(world):
    """RET-5: it is the list that does it: somebody who was never erased stays."""
    person = make_person(world.site)
    with world.site.session() as session:
        assert replay(session) == ""
    with world.site.reading() as conn:
        assert conn.scalar(select(Person.id).where(Person.id == person.id)) == person.id


# ---------------------------------------------------------------- killed half-way
@contextmanager
def erasing():
    """Start the program that erases; yield what lets it erase, and returns the number of statements or `None` if killed."""
    with subprocess.Popen(
        [sys.executable, str(ERASING)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ERASING.parents[2],
    ) as program:

        def run(folder, person_id, last):
            program.stdin.write(f"{last} {person_id} {folder}\n")
            program.stdin.flush()
            code, count = map(int, program.stdout.readline().split())
            assert code in (0, -9)
            return count if code == 0 else None

        yield run
        program.stdin.close()


def copied(folder, target):
    shutil.copytree(folder, target, symlinks=True, ignore=shutil.ignore_patterns(BALLAST))
    return target


def kill_at(points, world, tmp_path):
    """Kill an erasure at so many points; after each, start anew and look for what is left."""
    site, person_id = world.site, learner_of(world)
    traces = traces_of(site.app, person_id)
    site.close()
    with erasing() as run:
        total = run(copied(site.settings.folder, tmp_path / "counted"), person_id, 0)
        wanted = {1 + total * point // points for point in range(points)}
        return sum(is_completed(run, site, traces, person_id, last, tmp_path / f"at{last}") for last in sorted(wanted))


def is_completed(run, site, traces, person_id, last, place):
    """Kill one erasure and look for what is left; `False` if it was killed before it counted."""
    folder = copied(site.settings.folder, place)
    assert run(folder, person_id, last) is None
    with recovered(folder) as again:
        left = {name: n for name, n in traces_of(again.app, person_id).rows.items() if n}
        with again.app.app_context():
            opens = keystore().held(person_id, "passphrase")
        if left.get("accounts_person") and opens:
            return False  # the account works on, and the person asks again
        assert left == {}, last
        assert on_disk(folder, traces.without(all_values(again.app))) == {}, last
    return True


@contextmanager
def recovered(folder):
    """Open a site on a folder and let its worker run, an hour later: the lease of the killed one has ended."""
    app = create_app(Settings(data=folder))
    site = Site(app, app.config["LMS"])
    clock.use(FrozenClock(clock.now() + timedelta(hours=1)))
    try:
        with site.session() as session:
            jobs.schedule(session, current_host(app))
        site.run_jobs()
        yield site
    finally:
        clock.use(None)
        site.close()


@SQLITE
def test_ret_4_killed_at_10_points_it_completes(world, tmp_path):
    """RET-4: kill -9 at ten points spread over all statements; the next worker finishes."""
    assert kill_at(10, world, tmp_path) >= 7


@SQLITE
@pytest.mark.deep
def test_ret_4_killed_at_50_points_it_completes(world, tmp_path):
    """RET-4: kill -9 at fifty points spread over all statements; the next worker finishes."""
    assert kill_at(50, world, tmp_path) >= 40
