"""The column key changes while the site runs; a rotation that is cut off is finished by the next (ENC-11)."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

import lms
from lms.core.accounts.models import Person
from lms.core.accounts.queries import handle_of
from lms.host import rotation
from lms.host.contributions import Encrypted
from lms.host.db import db
from lms.host.doctor import refusals
from lms.host.plugin import current_host
from lms.host.rotation import keys_group
from lms.host.security import audit_chain
from lms.host.security.current import vault
from lms.host.security.ring import Ring, UnsafeSecret
from lms.host.security.sealed import CannotOpen, Vault
from tests.factories import make_person, sign_in
from tests.host.security.rotating import NEVER

pytestmark = pytest.mark.safety
PEOPLE = 6


@pytest.fixture
def filled(site):
    people = [make_person(site, f"river-{number}") for number in range(PEOPLE)]
    return site, people


def opened(site, keys=None):
    """Open every encrypted value with the keys of the site, or with others; return them, and how many stayed closed."""
    values, closed = [], 0
    with site.app.app_context():
        with_keys = keys or vault()
        for sealed in current_host().all(Encrypted):
            table = sealed.column.table
            wanted = select(table).where(sealed.column.is_not(None))
            if sealed.owner is not None:
                wanted = (
                    select(table, sealed.owner)
                    .join(sealed.owner.table, sealed.joined)
                    .where(sealed.column.is_not(None))
                )
            for row in db.session().execute(wanted):
                try:
                    values.append(with_keys.column_decrypt(getattr(row, sealed.column.key), context=sealed.cell(row)))
                except CannotOpen:
                    closed += 1
    return sorted(values), closed


def secret(site):
    return (site.settings.folder / "secret.key").read_bytes()


def run(site, place):
    return subprocess.run(
        [
            sys.executable, "-W", "ignore", "-m", "tests.host.security.rotating",
            str(site.settings.folder), site.settings.database, ",".join(site.settings.plugins), str(place),
        ],
        capture_output=True, text=True, check=False,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip


def check_cut_off(site, before, places):
    """Kill a rotation at each place, one after the other on one site; everything opens in between and at the end."""
    for place in places:
        done = run(site, place)
        assert done.returncode in (0, 9), done.stderr
        assert opened(site) == (before, 0), place
    old = secret(site)
    assert run(site, NEVER).returncode == 0
    assert opened(site) == (before, 0)
    assert not Ring.read(secret(site)).turning
    for one in Ring.read(old).keys:
        if one not in Ring.read(secret(site)).keys:
            assert opened(site, Vault(Ring(Ring.read(old).lasting, (one,)).write())) == ([], len(before))


def steps_of(site):
    return int(run(site, NEVER).stdout)


def test_enc_11_a_rotation_cut_off_at_ten_points_is_finished(filled):
    """ENC-11: killed (SIGKILL's like) at 10 points of its statements, commits and writes of the file, then finished."""
    site, _people = filled
    before, closed = opened(site)
    assert closed == 0
    assert len(before) >= PEOPLE
    total = steps_of(site)
    assert total >= 20
    check_cut_off(site, before, [1 + number * total // 10 for number in range(10)])


@pytest.mark.deep
def test_enc_11_a_rotation_cut_off_at_fifty_points_is_finished(filled):
    """ENC-11: the same at 50 points."""
    site, _people = filled
    before, _closed = opened(site)
    total = steps_of(site)
    check_cut_off(site, before, [1 + number * total // 50 for number in range(50)])


def test_enc_11_old_key_opens_nothing_and_people_notice_nothing(filled):
    """ENC-11: sign-ins, names, audit heads and running processes go on; the old file opens no value."""
    site, people = filled
    browser = sign_in(site, people[0])
    with site.session() as session:
        audit_chain.sign_head(session)
    before, old = opened(site)[0], secret(site)
    done = site.app.test_cli_runner().invoke(keys_group, ["rotate", "--wait", "0"])
    assert done.exit_code == 0, done.output
    assert opened(site) == (before, 0)
    assert opened(site, Vault(old)) == ([], len(before))
    assert browser.get("/en/home").status_code == 200
    answer = site.client().submit("/en/sign-in", {"handle": people[1].handle, "passphrase": people[1].passphrase})
    assert answer.status_code == 303
    with site.app.app_context(), site.reading() as conn:
        assert handle_of(conn, people[2].id) == people[2].handle
        assert audit_chain.verify(conn) is None
    assert refusals(site.settings) == []


def test_enc_11_control_a_value_that_nobody_moved_is_noticed(filled):
    """ENC-11: planted: a value that no key opens stops the rotation before anything is forgotten."""
    site, people = filled
    with site.session() as session:
        session.execute(Person.__table__.update().where(Person.id == people[0].id).values(handle=b"\x07" + bytes(40)))
    with site.app.app_context(), pytest.raises(CannotOpen):
        rotation.rotate(0)
    ring = Ring.read(secret(site))
    assert ring.turning
    assert opened(site)[1] == 1
    with site.app.app_context():
        assert rotation.left(db.session(), ring)["accounts_person.handle"] >= 1


def test_enc_11_every_encrypted_column_is_declared(site):
    """ENC-11: each place that encrypts a column has its declaration; one more (planted) is found."""
    calls = re.compile(r"column_encrypt\(.*?context=(\w+)", re.DOTALL)
    root = Path(lms.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        if path.parts[-3:-1] != ("host", "security") and path.name != "rotation.py":
            found |= {(path.relative_to(root).parts[1], name) for name in calls.findall(path.read_text())}
    declared = {
        ("accounts", "handle_cell"), ("accounts", "label_cell"), ("accounts", "seed_cell"), ("accounts", "part_cell"),
        ("certificates", "place"),
    }  # fmt: skip
    assert found == declared
    assert len(current_host(site.app).all(Encrypted)) == 8
    assert calls.findall("vault().column_encrypt(x, context=other_cell(1))") == ["other_cell"]


def test_enc_11_the_file_is_read_strictly():
    """ENC-11: bytes of any other length are refused; versions go round without meeting."""
    ring = Ring.read(bytes(32))
    for _ in range(300):
        ring = ring.begun().ended()
        assert Ring.read(ring.write()) == ring
    for size in (0, 31, 33, 64, 66):
        with pytest.raises(UnsafeSecret):
            Ring.read(bytes(size))
