"""Everything has its end, at its very edge, and the person sees the day (RET-2, LOG-4)."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from lms.core.accounts.jobs.erase import forget_dormant
from lms.core.accounts.models import Person
from lms.host import clock, jobs, retention
from lms.host.contributions import Retention
from lms.host.db import Base, Utc
from lms.host.i18n import format_date
from lms.host.inventory import personal_tables
from lms.host.jobs import MOST_ATTEMPTS
from lms.host.plugin import current_host
from lms.host.retention import forget, overdue
from tests.factories import make_person, sign_in
from tests.safety.rows import fill, row
from tests.safety.world import build

pytestmark = pytest.mark.safety
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Moments in tables about people whose rows outlive a day: what makes them harmless.
ROUNDED = {
    "quizzes_attempt.changed": "the day only, once graded (quizzes.tidy)",
    "certificates_document.forget_at": "emptied when it comes, at most 24 hours ahead (certificates.forget)",
    "accounts_support.asked": "of two operators, not of the person",
    "accounts_support.began": "of two operators, not of the person",
    "accounts_support.ends": "of two operators, not of the person",
    "accounts_support.told_until": "of the notice, not of the person",
    "quizzes_attempt.ends": "when the time of an open attempt is up; the attempt is rounded or gone after a day",
    "accounts_challenge.made": "deleted within the hour (accounts.forget)",
    "accounts_second_step.began": "deleted within the hour (accounts.forget)",
    "accounts_reset.expires": "deleted at that moment, at most 24 hours ahead (accounts.forget)",
}


@pytest.fixture
def world(site):
    return build(site)


def moved(session, rule, person_id, moment):
    """Put a row of the rule's table where its end falls on `moment`; return the condition that finds it."""
    table = Base.metadata.tables[rule.table]
    column = table.c[rule.column]
    values = row(session, table, person_id, {})
    for one in table.c:
        if one.name in values and rule.only is not None and f"{one.name} IS NULL" in str(rule.only):
            values[one.name] = None
    if rule.key == "host.failed-jobs":
        values["attempts"] = MOST_ATTEMPTS
    start = moment - rule.after
    values[column.name] = start if isinstance(column.type, Utc) else start.date()
    keys = [table.c[key.name] == values[key.name] for key in table.primary_key.columns]
    session.execute(table.delete().where(*keys))
    if rule.table == "accounts_copy":
        session.execute(table.delete())
    session.execute(table.insert().values(values))
    session.commit()
    return select(table.c[keys[0].left.name]).where(*keys)


def rules(site):
    return current_host(site.app).all(Retention)


def test_ret_2_each_rule_at_its_edge(world, frozen_clock):
    """RET-2: an hour (or, for days, a day) before its end a row is there; at its end the daily job deletes it."""
    site = world.site
    person = make_person(site)
    with site.session() as session:
        fill(session, current_host(site.app), person.id)
    assert len(rules(site)) >= 5
    for rule in rules(site):
        whole_days = not isinstance(Base.metadata.tables[rule.table].c[rule.column].type, Utc)
        with site.session() as session:
            found = moved(session, rule, person.id, clock.now() + (DAY if whole_days else HOUR))
            forget(session, {})
            assert session.execute(found).first() is not None, rule.key
            found = moved(session, rule, person.id, clock.now() - (DAY if whole_days else HOUR))
            forget(session, {})
            assert session.execute(found).first() is None, rule.key


def test_ret_2_planted_what_is_kept_too_long_is_named(world):
    """RET-2: a row that outlived its rule by days stands in the health list."""
    site = world.site
    person = make_person(site)
    rule = next(rule for rule in rules(site) if rule.key == "accounts.invitation")
    with site.session() as session:
        assert overdue(session.connection()).ok
        moved(session, rule, person.id, clock.now() - 3 * DAY)
        found = overdue(session.connection())
    assert not found.ok
    assert "accounts_invitation" in found.text


def away(site, person, days):
    with site.session() as session:
        gone = clock.today() - timedelta(days=days)
        session.execute(update(Person).where(Person.id == person.id).values(seen_on=gone, created=gone))


def run_dormant(site):
    with site.session() as session:
        forget_dormant(session, {})
    site.run_jobs()


def stands(site, person):
    with site.reading() as conn:
        return conn.scalar(select(Person.id).where(Person.id == person.id)) is not None


def test_ret_2_a_dormant_account_is_erased_at_24_months(site, frozen_clock):
    """RET-2: a day before, it stands; on the day it is erased, keys and all."""
    person = make_person(site)
    away(site, person, 729)
    run_dormant(site)
    assert stands(site, person)
    frozen_clock.moment += DAY
    run_dormant(site)
    assert not stands(site, person)


def test_acc_15_the_time_for_which_an_account_is_closed_does_not_count(site, frozen_clock):
    """ACC-15, RET-2: who closes it for longer than their own limit finds everything as it was, and then has that limit."""
    person = make_person(site)
    browser = sign_in(site, person)
    browser.submit("/en/account/data", {"keep_days": "30"})
    until = clock.today() + 90 * DAY
    browser.submit("/en/account/close", {"until": until.isoformat(), "opener": "", "sure": "y"})
    frozen_clock.moment += 119 * DAY
    run_dormant(site)
    assert stands(site, person)
    frozen_clock.moment += DAY
    run_dormant(site)
    assert not stands(site, person)


@pytest.mark.parametrize("days", [30, 90, 365])
def test_ret_2_the_own_limit_holds(site, frozen_clock, days):
    """RET-2: who chose fewer days is erased after those."""
    person = make_person(site)
    sign_in(site, person).submit("/en/account/data", {"keep_days": str(days)})
    away(site, person, days - 1)
    run_dormant(site)
    assert stands(site, person)
    frozen_clock.moment += DAY
    run_dormant(site)
    assert not stands(site, person)


def test_ret_2_a_neutral_notice_stands_in_the_account_from_month_22_on(site, frozen_clock):
    """RET-2: at 22 months it is noted, who comes back reads it for a month, and signing in moves the end."""
    person = make_person(site)
    notice = "this account came near its end"
    away(site, person, 668)
    run_dormant(site)
    assert notice not in sign_in(site, person).get("/en/account/data").text
    away(site, person, 670)
    run_dormant(site)
    page = sign_in(site, person).get("/en/account/data").text
    assert notice in page
    assert format_date(clock.today() + timedelta(days=730)) in page
    frozen_clock.moment += 32 * DAY
    run_dormant(site)
    assert notice not in sign_in(site, person).get("/en/account/data").text


def test_ret_2_the_page_says_until_when(world):
    """RET-2: where a rule or a group decides the day, the person reads it."""
    page = world.browsers["learner"].get("/en/account/data").text
    assert f"With you until {format_date(clock.today() + timedelta(days=40))}." in page


def loose_moments(tables, held):
    """Return the moments that are neither deleted within a day nor explained."""
    return {
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.c
        if isinstance(column.type, Utc) and table.name not in held and f"{table.name}.{column.name}" not in ROUNDED
    }


def test_log_4_no_moment_of_a_person_stays_longer_than_a_day(site):
    """LOG-4: a table about people holds days; where it holds moments, its rows end within a day or they are rounded."""
    with site.app.app_context():
        held = {rule.table for rule in rules(site) if rule.after <= DAY}
        assert loose_moments(personal_tables(current_host()), held) == set()


def test_log_4_planted_a_moment_that_stays_is_found(site, monkeypatch):
    """LOG-4: the walk above names a moment that nobody explained."""
    monkeypatch.delitem(ROUNDED, "quizzes_attempt.changed")
    with site.app.app_context():
        assert loose_moments(personal_tables(current_host()), set()) >= {"quizzes_attempt.changed"}


def test_log_4_rows_older_than_a_day_say_midnight(world, frozen_clock):
    """LOG-4: a day after the learner worked, no moment in any of their attempts is finer than the day."""
    frozen_clock.moment += 25 * HOUR
    with world.site.session() as session:
        jobs.schedule(session, current_host(world.site.app))
    world.site.run_jobs()
    table = Base.metadata.tables["quizzes_attempt"]
    with world.site.reading() as conn:
        moments = list(conn.scalars(select(table.c.changed)))
    assert moments
    assert {moment.time() for moment in moments if isinstance(moment, datetime)} == {time(0)}


def test_ret_2_a_restart_in_between_loses_no_portion(site, frozen_clock, monkeypatch):
    """RET-2: the job counts portion by portion; what a crash left is taken by the next run."""
    rule = next(rule for rule in rules(site) if rule.key == "accounts.invitation")
    person = make_person(site)
    monkeypatch.setattr(retention, "PORTION", 2)
    with site.session() as session:
        for _ in range(5):
            moved(session, rule, person.id, clock.now() - DAY)
    table = Base.metadata.tables[rule.table]
    with site.session() as session:
        assert retention._portion(session, rule)
        session.commit()
        assert len(session.execute(select(table.c.id)).all()) == 3
    with site.session() as session:
        forget(session, {})
    with site.reading() as conn:
        assert conn.execute(select(table.c.id)).first() is None
