"""No answer tells whether a name exists (ACC-10): the same body, as many hashes and as many statements.

Time is measured in `tests/core/accounts/test_deep.py`; here work is counted, which says the same without a stopwatch.
"""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from lms.core.accounts.actions.invitations import create_invitations
from lms.core.accounts.views import helping
from lms.core.accounts.views import sign_in as sign_in_view
from lms.host import clock
from lms.host.security.passphrases import Hasher
from lms.plugins.cohorts.actions.members import become_facilitator, join_cohort
from lms.plugins.cohorts.api import create_cohort
from lms.plugins.cohorts.models import Cohort
from tests.factories import make_person, sign_in

pytestmark = pytest.mark.safety
WRONG = "some other words entirely"
KNOWN, UNKNOWN = "amber-heron", "quiet-badger"
FEW = pytest.param(3, id="few")
MANY = pytest.param(300, id="many", marks=[pytest.mark.deep, pytest.mark.timeout(1800)])
CASES = ("sign-in", "recovery code", "join", "invitation", "reset asked for", "reset confirmed")


class Door:
    """The six places where a name can be typed, and who stands at them."""

    def __init__(self, site):
        self.site = site
        self.guides = [make_person(site), make_person(site)]
        learner, cohort, today = make_person(site, KNOWN), uuid4(), clock.today()
        with site.session() as session:
            days = {"starts": today, "ends": today + timedelta(days=3_000)}
            create_cohort(session, cohort_id=cohort, name="Group", course_id="garden", lang="en", **days)
            for guide in self.guides:
                become_facilitator(session, cohort_id=cohort, person_id=guide.id)
            found = session.get_one(Cohort, cohort)
            join_cohort(session, cohort=found, person_id=learner.id, role="learner", handle=KNOWN)
            role = {"kind": "role", "payload": {"role": "learner"}, "language": "en", "seats": 1_000}
            (self.code,) = create_invitations(session, expires=clock.now() + timedelta(days=3_000), **role)
        self.numbers = {}

    def ask(self, name):
        """Prepare a confirmation: the first guide has asked."""
        answer = sign_in(self.site, self.guides[0]).submit("/en/helping/reset", {"handle": name})
        self.numbers[name] = re.search(r'<bdi class="code nw" lang="en">([0-9A-Z-]+)</bdi>', answer.text).group(1)

    def knock(self, case, name):
        """Return how to send the form of a case with a name."""
        visitor, taken = self.site.client(), "operator" if name == UNKNOWN else name
        if case == "sign-in":
            return lambda: visitor.submit("/en/sign-in", {"handle": name, "passphrase": WRONG})
        if case == "recovery code":
            return lambda: visitor.submit("/en/sign-in", {"handle": name, "passphrase": "0000-0000-0000-0000"})
        if case == "join":  # a free name goes on by necessity; one that is taken reads like one that nobody may have
            return lambda: visitor.submit("/en/join", {"code": self.code, "handle": taken})
        if case == "invitation":
            return lambda: visitor.submit("/en/join", {"code": "0000-0000-0000-0000", "handle": name})
        if case == "reset asked for":
            guide = sign_in(self.site, self.guides[0])
            return lambda: guide.submit("/en/helping/reset", {"handle": name})
        self.ask(name)
        guide = sign_in(self.site, self.guides[1])
        sent = {"whom": name, "number": self.numbers[name]}
        return lambda: guide.submit("/en/helping/reset/confirm", sent)

    def seen(self, case, name):
        """Return what somebody learns who knocks: status, masked body, statements, hashes."""
        send, work, derive = self.knock(case, name), [], Hasher._derive
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Hasher, "_derive", lambda own, *args: work.append(str(args[2])) or derive(own, *args))
            with self.site.statements() as statements:
                answer = send()
        return answer.status_code, masked(answer.text, name), len(statements), tuple(work)


def masked(body, name):
    """Take out what is random in any answer, and the name that was typed."""
    body = re.sub(r'(name="(?:key|csrf|suggested)"[^>]*? value=")[^"]*', r"\1X", unescape(body))
    body = re.sub(r'(<bdi class="code nw" lang="en">)[^<]*', r"\1X", body)
    body = re.sub(r"(One of these can: )[^.<]*", r"\1X", body)
    for typed in (name, "operator", "quiet-badger"):
        body = body.replace(f'value="{typed}"', 'value="X"')
    return body


@pytest.fixture
def door(site, frozen_clock):
    return Door(site)


def differences(door, frozen_clock, case, trials):
    """Return every trial in which a known and an unknown name were told apart."""
    found = []
    for trial in range(trials):
        frozen_clock.moment += timedelta(hours=3)  # all buckets are full again
        known, unknown = door.seen(case, KNOWN), door.seen(case, UNKNOWN)
        if known != unknown:
            found.append((trial, *(pair for pair in zip(known, unknown, strict=True) if pair[0] != pair[1])))
    return found


@pytest.mark.parametrize("trials", [FEW, MANY])
@pytest.mark.parametrize("case", CASES)
def test_acc_10_nothing_tells_a_known_name_from_an_unknown_one(door, frozen_clock, case, trials):
    """ACC-10: sign-in, recovery, join, invitation, both halves of a reset."""
    assert differences(door, frozen_clock, case, trials) == []


def test_acc_10_control_a_shortcut_for_unknown_names_is_found(door, frozen_clock, monkeypatch):
    """ACC-10, planted fault: nobody's words are not hashed."""
    opened = sign_in_view.open_keys
    monkeypatch.setattr(sign_in_view, "open_keys", lambda keys, words: opened(keys, words) if keys else None)
    assert differences(door, frozen_clock, "sign-in", 1) != []


def test_acc_10_control_a_helper_who_is_told_is_found(door, frozen_clock, monkeypatch):
    """ACC-10, planted fault: for nobody, it is not even asked who looks after them."""
    helps = helping._helps
    monkeypatch.setattr(helping, "_helps", lambda person_id: bool(person_id) and helps(person_id))
    assert differences(door, frozen_clock, "reset asked for", 1) != []
