"""The keys of a site change while it runs; a rotation that is cut off is finished by the next (ENC-11)."""

import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

import lms
from lms.core.accounts.actions.keys import open_keys
from lms.core.accounts.models import Person
from lms.core.accounts.queries import handle_of, is_taken, keys_of
from lms.host import rotation
from lms.host.contributions import Encrypted, Indexed
from lms.host.db import db
from lms.host.doctor import refusals
from lms.host.plugin import current_host
from lms.host.rotation import keys_group
from lms.host.security import audit_chain
from lms.host.security.current import vault
from lms.host.security.passphrases import Hasher
from lms.host.security.ring import Ring, UnsafeSecret, replace_secret
from lms.host.security.sealed import CannotOpen, Vault
from tests.factories import make_person, sign_in
from tests.host.security.rotating import KILLED, NEVER

pytestmark = pytest.mark.safety
PEOPLE = 6


@pytest.fixture
def filled(site):
    with site.app.app_context():
        site.app.extensions["lms_hasher"] = Hasher.cheap(vault().pepper)
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


def known(site, people):
    """Return who is found by name, and whose passphrase opens their private key."""
    found = []
    with site.app.app_context(), site.reading() as conn:
        for person in people:
            one = open_keys(keys_of(conn, handle=person.handle.upper()), person.passphrase)
            found += [person.id] if one and one.private_key else []
    return found


def secret(site):
    return (site.settings.folder / "secret.key").read_bytes()


@contextmanager
def rotating(site):
    """Start the program that is killed; yield what makes it rotate once and returns how that ended, and its steps."""
    command = [
        sys.executable, "-W", "ignore", "-m", "tests.host.security.rotating",
        str(site.settings.folder), site.settings.database, ",".join(site.settings.plugins),
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    ) as program:

        def rotate(place):
            program.stdin.write(f"{place}\n")
            program.stdin.flush()
            return tuple(map(int, program.stdout.readline().split()))

        yield rotate
        program.stdin.close()


def check_cut_off(filled, points):
    """Kill a rotation at so many places, one after the other on one site; everything opens in between and at the end."""
    site, people = filled
    ids, (before, closed) = [person.id for person in people], opened(site)
    assert (closed, len(before) >= PEOPLE) == (0, True)
    with rotating(site) as rotate:
        _ended, total = rotate(NEVER)
        assert total >= 20
        killed = 0
        for place in range(points):
            ended, _steps = rotate(1 + place * total // points)
            assert ended in (0, KILLED)
            killed += ended == KILLED
            assert opened(site) == (before, 0), place
            assert known(site, people) == ids, place
        assert killed >= points // 2
        old = secret(site)
        assert rotate(NEVER)[0] == 0
    assert opened(site) == (before, 0)
    assert known(site, people) == ids
    ring = Ring.read(secret(site))
    assert not ring.turning
    with site.app.app_context():
        assert set(rotation.left(db.session(), ring).values()) == {0}
    for one in Ring.read(old).keys:
        if one not in ring.keys:
            assert opened(site, Vault(Ring(ring.lasting, (one,)).write())) == ([], len(before))


def test_enc_11_a_rotation_cut_off_at_ten_points_is_finished(filled):
    """ENC-11: killed (SIGKILL's like) at 10 points of its statements, commits and writes of the file, then finished."""
    check_cut_off(filled, 10)


@pytest.mark.deep
def test_enc_11_a_rotation_cut_off_at_fifty_points_is_finished(filled):
    """ENC-11: the same at 50 points."""
    check_cut_off(filled, 50)


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


def test_enc_11_people_are_found_and_join_while_keys_change(filled):
    """ENC-11: begun and not moved: old and new names are found and taken, old and new passphrases open."""
    site, people = filled
    path = site.settings.folder / "secret.key"
    replace_secret(path, Ring.read(secret(site)).begun())
    people = [*people, make_person(site, "heron-new")]
    assert known(site, people) == [person.id for person in people]
    with site.app.app_context(), site.reading() as conn:
        assert all(is_taken(conn, person.handle) for person in people)
        assert not is_taken(conn, "nobody-here")
    for _ in range(2):
        with site.app.app_context():
            rotation.rotate(0)
        assert known(site, people) == [person.id for person in people]
    assert len(Ring.read(secret(site)).layers) == 2


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


def test_enc_11_every_digest_of_what_can_be_guessed_is_declared(site):
    """ENC-11: each place that makes an index is known; codes, which nobody guesses, are not among them."""
    calls = re.compile(r"blind_index(?:es)?\([^\n]*?context=f?\"([^\"{]*)")
    root = Path(lms.__file__).parent
    found = {name for path in root.rglob("*.py") for name in calls.findall(path.read_text())}
    assert found == {"accounts_person.handle", "accounts_person.outside", "certificate name "}
    assert {indexed.key for indexed in current_host(site.app).all(Indexed)} == {
        "accounts_person.handle_index", "accounts_person.outside_index", "accounts_person.verifier",
        "accounts_reset.asked", "certificates_document.name_digest",
    }  # fmt: skip


def test_enc_11_the_file_is_read_strictly():
    """ENC-11: bytes of any other length are refused; versions go round without meeting."""
    ring = Ring.read(bytes(32))
    for _ in range(300):
        ring = ring.begun().ended()
        assert Ring.read(ring.write()) == ring
    data = ring.write()
    for wrong in (b"", bytes(31), bytes(33), bytes(65), data[:-1], data + b"x", data[: -33 - 32], b"X" + data[1:]):
        with pytest.raises(UnsafeSecret):
            Ring.read(wrong)
