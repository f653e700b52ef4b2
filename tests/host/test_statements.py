"""Statements asked straight from the driver give what SQLAlchemy gives, on both databases."""

import sys
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, String, Uuid, bindparam, event, exc, select, text, update

from lms.core.accounts.models import Person
from lms.host import clock
from lms.host.jobs import QueuedJob
from lms.host.statements import Prepared
from tests.factories import make_person


def prepared() -> list[Prepared]:
    """Return every prepared statement of the packages that are loaded."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("lms.")]
    found = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, Prepared)}
    return list(found.values())


def sample(statement: Prepared, conn: Connection) -> dict[str, object]:
    """Return a value of the right type for each parameter that has none."""
    binds = statement.statement(conn).compile().binds.values()
    now = clock.now()
    values = {bytes: b"x" * 32, UUID: uuid4(), datetime: now, date: now.date(), int: 1, str: "x"}
    kinds = {bind.key: getattr(bind.type, "impl_instance", bind.type) for bind in binds if bind.required}
    return {key: values[kind.python_type] for key, kind in kinds.items()}


def test_every_prepared_select_runs_without_sqlalchemys_help(site, monkeypatch):
    """What the driver refuses is an error of a page; what SQLAlchemy would give otherwise, it gives too."""
    with site.reading() as conn:
        found = [(it, sample(it, conn)) for it in prepared() if not it.statement(conn).is_dml]
        slow = [[tuple(row) for row in conn.execute(it.statement(conn), given)] for it, given in found]
    assert len(found) >= 5
    with site.reading() as conn, monkeypatch.context() as patch:
        conn.begin()
        patch.setattr(Connection, "execute", lambda *_: pytest.fail("not asked straight from the driver"))
        fast = [[tuple(row) for row in it.rows(conn, **given)] for it, given in found]
    assert fast == slow


def test_rows_carry_the_same_values_and_types(site):
    person = make_person(site)
    statement = select(Person.id, Person.created, Person.low_data, Person.public_key, Person.lang).where(
        Person.id == bindparam("person", type_=Uuid)
    )
    asked = Prepared(statement)
    with site.reading() as conn:
        (fast,) = asked.rows(conn, person=person.id)
        slow = conn.execute(statement, {"person": person.id}).one()
        assert asked.first(conn, person=uuid4()) is None
    assert tuple(fast) == tuple(slow)
    assert [type(value) for value in fast] == [type(value) for value in slow]
    assert fast.lang == slow.lang == "en"


def test_json_comes_back_as_it_was_given(site):
    given = [[], [1], {}, {"x": []}, "[]"]
    with site.session() as session:
        session.add_all(
            QueuedJob(job=f"odd {number}", payload=one, run_after=clock.now()) for number, one in enumerate(given)
        )
    asked = Prepared(select(QueuedJob.payload).where(QueuedJob.job.like("odd %")).order_by(QueuedJob.job))
    with site.reading() as conn:
        found = [row.payload for row in asked.rows(conn)]
        again = asked.rows(conn)
    assert found == given
    assert again[0].payload is not found[0]  # who changes a list changes nobody else's


def test_whoever_counts_statements_sees_these_too(site):
    person = make_person(site)
    asked = Prepared(select(Person.id).where(Person.id == bindparam("person", type_=Uuid)))
    with site.statements() as seen, site.reading() as conn:
        asked.rows(conn, person=person.id)
    assert len([statement for statement in seen if "accounts_person" in statement]) == 1


def test_a_failure_is_the_one_callers_know(site):
    asked = Prepared(select(text("nothing_like_it")).select_from(text("nowhere_at_all")))
    with site.reading() as conn, pytest.raises((exc.OperationalError, exc.ProgrammingError, exc.InternalError)):
        asked.rows(conn)


def test_many_rows_at_once_are_the_same_with_and_without_sqlalchemys_help(site):
    person = make_person(site)
    change = Prepared(
        update(Person).where(Person.id == bindparam("person", type_=Uuid)).values(lang=bindparam("to", type_=String))
    )
    seen = []
    for language, watched in (("fr", False), ("es", True)):
        with site.session() as session:
            conn = session.connection()
            if watched:
                event.listen(conn.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
            change.each(conn, [{"person": uuid4(), "to": "ar"}, {"person": person.id, "to": language}])
        with site.reading() as conn:
            assert conn.scalar(select(Person.lang).where(Person.id == person.id)) == language
    assert len(seen) == 1
