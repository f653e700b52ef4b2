"""Guessing is slow, and no stranger can lock a person out (ACC-11)."""

from datetime import timedelta

import pytest

from lms.core.accounts.actions.recovery import replace_codes
from lms.core.accounts.views.sign_in import TRIES
from lms.host import limits
from lms.host.db import db
from lms.host.security.network import FROM_A_NETWORK
from lms.host.security.passphrases import Hasher
from tests.factories import PASSPHRASE, make_person

pytestmark = pytest.mark.safety
WRONG = "some other words entirely"
CANARY = "203.0.113.77"
ELSEWHERE = "198.51.100.9"


@pytest.fixture
def owner(site):
    return make_person(site, "amber-heron")


@pytest.fixture
def code(site, owner):
    with site.session() as session:
        return replace_codes(session, person_id=owner.id)[0]


@pytest.fixture
def hashed(monkeypatch):
    """Count what reaches the hash."""
    made, derive = [], Hasher._derive
    monkeypatch.setattr(Hasher, "_derive", lambda self, *args: made.append(1) or derive(self, *args))
    return made


def attempt(site, words, address=CANARY, handle="amber-heron"):
    browser = site.client()
    answer = browser.submit(
        "/en/sign-in", {"handle": handle, "passphrase": words}, environ_base={"REMOTE_ADDR": address}
    )
    return answer.status_code


def guess(site, clock, number, *, seconds):
    """Guess at an even pace, each time from another network, so that only the name is a limit."""
    for turn in range(number):
        address = f"10.{turn >> 8 & 255}.{turn & 255}.1"
        assert attempt(site, WRONG, address) in (422, 429)
        clock.moment += timedelta(seconds=seconds / number)


@pytest.mark.parametrize(
    ("guesses", "seconds", "most"),
    [
        pytest.param(400, 144, 19 + 19 * 144 // 60 + 1, id="the pace of an hour, two minutes of it"),
        pytest.param(
            10_000,
            3_600,
            1_200,
            id="an hour",
            marks=[pytest.mark.deep, pytest.mark.timeout(1800), pytest.mark.database("sqlite")],
        ),
    ],
)
def test_acc_11_few_guesses_reach_the_hash_and_the_owner_gets_in_meanwhile(
    site, owner, code, hashed, frozen_clock, guesses, seconds, most
):
    """ACC-11: 10,000 guesses an hour; the owner comes in with a recovery code at any moment, with the words soon."""
    guess(site, frozen_clock, guesses, seconds=seconds)
    assert most * 0.8 < len(hashed) <= most
    hashed.clear()
    assert attempt(site, code, ELSEWHERE) == 303
    frozen_clock.moment += timedelta(seconds=4)
    assert attempt(site, PASSPHRASE, ELSEWHERE) == 303
    assert len(hashed) == 1


def test_acc_11_control_without_the_bucket_every_guess_reaches_the_hash(site, owner, hashed, frozen_clock, monkeypatch):
    """ACC-11, planted fault: nothing is counted under the name."""
    monkeypatch.setattr(limits, "allow", lambda *_args, **_kwargs: True)
    guess(site, frozen_clock, 100, seconds=36)
    assert len(hashed) == 100


def test_acc_11_many_names_from_one_network_are_slowed_together(site, owner, code, hashed, frozen_clock):
    """ACC-11: one passphrase against many names; others, and the onion service, do not feel it."""
    statuses = [attempt(site, WRONG, handle=f"nobody-{number}") for number in range(FROM_A_NETWORK + 20)]
    assert statuses == [422] * FROM_A_NETWORK + [429] * 20
    assert len(hashed) == FROM_A_NETWORK
    assert attempt(site, PASSPHRASE) == 429
    assert attempt(site, PASSPHRASE, ELSEWHERE) == 303
    assert attempt(site, code) == 303


def test_acc_11_no_address_and_no_name_reaches_the_disk(site, owner, frozen_clock):
    """ACC-11: what is counted is kept as digests under a key of the day, or in memory."""
    for _ in range(TRIES + 3):
        attempt(site, "canary words typed here", handle="zebra-finch-canary")
    packed = bytes(int(part) for part in CANARY.split("."))
    for path in site.settings.folder.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            for canary in (CANARY.encode(), b"203.0.113", b"zebra-finch-canary", b"canary words"):
                assert canary not in held, path
            assert packed not in held or path.suffix not in (".db", ".log"), path


def test_acc_11_a_busy_database_is_no_way_around(site, owner, hashed, monkeypatch):
    """ACC-11: while somebody else is writing, tries are counted in memory."""

    class Busy:
        def __enter__(self):
            return None

        def __exit__(self, *_rest):
            return False

    monkeypatch.setattr(limits, "side_writer", lambda **_kwargs: Busy())
    with site.app.app_context():
        granted = sum(limits.allow("sign-in x", rate=TRIES, per=60) for _ in range(200))
        db.session.rollback()
    assert TRIES <= granted <= TRIES + 2
