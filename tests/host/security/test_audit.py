"""The audit: every change leaves a trace that cannot be changed, cut off, or written anew unnoticed (AUD-1, AUD-2)."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from lms.host.audit_commands import audit_group
from lms.host.db import db
from lms.host.plugin import CORE
from lms.host.security import audit, audit_chain
from lms.host.security.audit_chain import SignedHead

pytestmark = pytest.mark.safety


@pytest.fixture(scope="module")
def site_plugins():
    return CORE


@pytest.fixture(scope="module")
def prepare_site():
    return lambda _app: None


def write(site, *objects):
    for one in objects:
        with site.session() as session:
            audit.record(session, actor="someone", action="tested", object=one)


def verify(site):
    with site.reading() as conn:
        return audit_chain.verify(conn)


def seqs(site):
    with site.reading() as conn:
        return list(conn.scalars(select(audit.Entry.seq).order_by(audit.Entry.seq)))


def unlock(session):
    """Take the triggers away, as somebody who owns the database can."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE host_audit DISABLE TRIGGER ALL"))
    else:
        session.execute(text("DROP TRIGGER host_audit_kept"))
        session.execute(text("DROP TRIGGER host_audit_unchanged"))


PLANTED = {
    "delete": (["DELETE FROM host_audit WHERE seq = 3"], 3),
    "edit": (["UPDATE host_audit SET actor = 'me' WHERE seq = 3"], 3),
    "reorder": (
        [f"UPDATE host_audit SET seq = {new} WHERE seq = {old}" for old, new in ((3, 99), (4, 3), (99, 4))],
        3,
    ),
    "truncate": (["DELETE FROM host_audit WHERE seq > 4"], 5),
    "empty": (["DELETE FROM host_audit"], 1),
    "truncate with its tip": (
        [
            "DELETE FROM host_audit WHERE seq > 4",
            "UPDATE host_audit_tip SET seq = 4, digest = (SELECT digest FROM host_audit WHERE seq = 4)",
        ],
        4,
    ),
    "no tip": (["DELETE FROM host_audit_tip"], 7),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_aud_1_the_first_broken_link_is_named(site, fault):
    """AUD-1: delete, edit, reorder, truncate: each planted fault is found and named; an untouched chain is whole."""
    write(site, *"abcdef")
    assert verify(site) is None
    statements, entry = PLANTED[fault]
    with site.session() as session:
        unlock(session)
        for statement in statements:
            session.execute(text(statement))
    assert verify(site).entry == entry


@pytest.mark.parametrize(
    "statement", ["UPDATE host_audit SET actor = 'me'", "DELETE FROM host_audit", "TRUNCATE host_audit"]
)
def test_aud_1_the_database_refuses_to_change_an_entry(site, statement):
    """AUD-1: append-only by trigger, whoever asks; the planted fault is each statement itself."""
    write(site, "a", "b")
    with site.app.app_context():
        session = db.session()
        if session.get_bind().dialect.name == "sqlite" and statement.startswith("TRUNCATE"):
            statement = "DELETE FROM host_audit WHERE seq = 1"
        with pytest.raises(DBAPIError, match="audit"):
            session.execute(text(statement))
        session.rollback()
    assert seqs(site) == [1, 2]


def test_aud_1_an_entry_stands_or_falls_with_its_change(site):
    """AUD-1: same transaction, savepoints included."""
    with site.app.app_context():
        session = db.session()
        audit.record(session, actor="a", action="kept", object="x")
        savepoint = session.begin_nested()
        audit.record(session, actor="a", action="undone", object="x")
        savepoint.rollback()
        with session.begin_nested():
            audit.record(session, actor="a", action="kept too", object="x")
        session.commit()
        audit.record(session, actor="a", action="rolled back", object="x")
        session.rollback()
        session.commit()
        audit.record(session, actor="a", action="closed", object="x")
        session.close()
        session.commit()
    with site.reading() as conn:
        assert list(conn.scalars(select(audit.Entry.action).order_by(audit.Entry.seq))) == ["kept", "kept too"]
    assert verify(site) is None


def test_aud_1_sixteen_writers_do_not_fork_the_chain(site):
    """AUD-1: 16 writers at once, who also lock rows of each other in both orders; none is lost and none deadlocks."""
    write(site, "first")
    with site.session() as session:
        session.execute(
            text(
                "INSERT INTO host_limit (key, tokens, filled_at) VALUES ('a', 0, 0), ('b', 0, 0)"
                if session.get_bind().dialect.name == "sqlite"
                else r"INSERT INTO host_limit (key, tokens, filled_at) VALUES ('\x61', 0, 0), ('\x62', 0, 0)"
            )
        )
    faults = []

    def work(number):
        try:
            for turn in range(5):
                with site.session() as session:
                    if (number + turn) % 2:
                        audit.record(session, actor=f"w{number}", action="wrote", object=str(turn))
                        session.execute(text("UPDATE host_limit SET tokens = tokens + 1"))
                    else:
                        session.execute(text("UPDATE host_limit SET tokens = tokens + 1"))
                        audit.record(session, actor=f"w{number}", action="wrote", object=str(turn))
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert seqs(site) == list(range(1, 82))
    assert verify(site) is None


def test_aud_1_control_a_forked_chain_is_found(site):
    """AUD-1: planted fault: two writers that both took entry 2 for the last one."""
    write(site, "a", "b")
    with site.session() as session:
        row = session.execute(select(audit.Entry.digest, audit.Entry.day).where(audit.Entry.seq == 2)).one()
        facts = (row.day, "x", "y", "z", "")
        session.execute(
            audit.Entry.__table__.insert(),
            [
                dict(zip(("day", "actor", "action", "object", "reason"), facts, strict=True))
                | {"seq": seq, "digest": audit.chained(row.digest, 3, facts)}
                for seq in (3, 4)
            ],
        )
    assert verify(site).entry == 4


def test_aud_2_heads_are_signed_when_the_chain_has_grown_and_only_while_it_holds(site):
    """AUD-2: hourly heads; a broken chain (planted) is never signed."""
    write(site, "a", "b")
    for _ in range(2):
        with site.session() as session:
            audit_chain.sign_head(session)
    with site.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(audit.Head)) == 1
        assert audit_chain.newest_head(conn).seq == 2
    write(site, "c")
    with site.session() as session:
        unlock(session)
        session.execute(text("UPDATE host_audit SET actor = 'me' WHERE seq = 3"))
    with site.session() as session:
        audit_chain.sign_head(session)
    with site.reading() as conn:
        assert audit_chain.newest_head(conn).seq == 2


def test_aud_2_an_old_head_contradicts_a_chain_that_was_written_anew(site):
    """AUD-2: somebody with the database and the secret rebuilds everything; a head kept elsewhere tells."""
    write(site, *"abcd")
    kept = head_line(site)
    with site.session() as session:
        unlock(session)
        entries = session.execute(select(audit.Entry.__table__).order_by(audit.Entry.seq)).all()
        session.execute(text("DELETE FROM host_audit"))
        session.execute(text("DELETE FROM host_audit_head"))
        session.execute(
            audit.Tip.__table__.update().values(seq=0, digest=audit.START, mac=audit.tip_mac(0, audit.START))
        )
        audit.append(session.connection(), [(row.day, "nobody", row.action, row.object, row.reason) for row in entries])
    assert verify(site) is None  # planted: the rebuilt chain is whole in itself
    done = site.app.test_cli_runner().invoke(audit_group, ["verify", "--head", kept])
    assert done.exit_code == 1
    assert "written anew" in done.output


def test_aud_2_a_head_in_the_database_contradicts_too(site):
    """AUD-2: a rebuilt chain beside the heads that were signed before; and a forged head is not believed."""
    write(site, *"abcd")
    head_line(site)
    with site.session() as session:
        session.execute(text("UPDATE host_audit_head SET seq = 3"))
    assert "signature" in verify(site).why
    with site.session() as session:
        session.execute(text("UPDATE host_audit_head SET seq = 4"))
    assert verify(site) is None
    with site.session() as session:
        unlock(session)
        session.execute(text("DELETE FROM host_audit WHERE seq = 4"))
        row = session.execute(select(audit.Entry.digest).where(audit.Entry.seq == 3)).one()
        session.execute(audit.Tip.__table__.update().values(seq=3, digest=row.digest, mac=audit.tip_mac(3, row.digest)))
    assert verify(site).entry == 4


def head_line(site):
    done = site.app.test_cli_runner().invoke(audit_group, ["head"])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()[0]


def test_aud_2_the_command_prints_a_head_that_anyone_can_check(site):
    """AUD-2: `lms audit head` signs and prints; the line reads back, and a cut line is refused."""
    write(site, "a")
    line = head_line(site)
    head = SignedHead.read(line)
    assert str(head) == line
    assert head.seq == 1
    assert re.fullmatch(r"1\.\d{8}T\d{2}Z\.[0-9a-f]{64}\.[\w-]{86}", line)
    run = site.app.test_cli_runner()
    assert run.invoke(audit_group, ["verify", "--head", line]).output == "The audit is whole.\n"
    assert run.invoke(audit_group, ["verify", "--head", line[:40]]).exit_code == 2


def test_aud_1_pruning_goes_up_to_a_signed_head_of_24_months(site, frozen_clock):
    """AUD-1, RET-2: entries go at 24 months, up to a head and through one function; what is left still verifies."""
    write(site, *"abc")
    first = head_line(site)
    frozen_clock.moment += timedelta(days=200)
    write(site, *"de")
    second = head_line(site)
    frozen_clock.moment += audit_chain.KEPT - timedelta(days=201)
    prune(site)
    assert seqs(site) == [1, 2, 3, 4, 5]
    frozen_clock.moment += timedelta(days=2)
    prune(site)
    assert seqs(site) == [4, 5, 6]
    assert verify(site) is None
    run = site.app.test_cli_runner()
    assert run.invoke(audit_group, ["verify", "--head", first, "--head", second]).exit_code == 0
    with site.session() as session, pytest.raises(LookupError):
        audit_chain.prune(session, 4)


def prune(site):
    with site.session() as session:
        audit_chain.prune_old(session)


def test_aud_1_a_false_beginning_and_a_broken_chain_are_not_pruned(site):
    """AUD-1: planted: a row that opens the trigger's door without a signature; entries gone through it are missed."""
    write(site, *"abcd")
    head_line(site)
    with site.session() as session:
        session.execute(
            text("INSERT INTO host_audit_head SELECT 'base', 2, made, digest, signature FROM host_audit_head")
        )
        session.execute(text("DELETE FROM host_audit WHERE seq <= 2"))
    assert verify(site).entry == 2
    with site.session() as session, pytest.raises(audit_chain.NotWhole):
        audit_chain.prune(session, 4)
