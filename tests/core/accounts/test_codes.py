"""What the database keeps of an invitation code, and for how long (ACC-12, RET-2)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from lms.core.accounts.actions.sign_ins import start_sign_in
from lms.core.accounts.api import create_invitations
from lms.core.accounts.jobs import forget as job
from lms.core.accounts.models import Invitation
from lms.host import clock
from lms.host.security.current import vault
from tests.factories import make_person, sign_in


def count(site):
    with site.reading() as conn:
        return conn.scalar(select(func.count()).select_from(Invitation))


def test_codes_are_stored_as_keyed_digests_and_forgotten_thirty_days_after_their_end(site, frozen_clock):
    with site.session() as session:
        (code,) = create_invitations(
            session, kind="role", payload={"role": "author"}, expires=clock.now() + timedelta(days=1), language="en"
        )
    with site.app.app_context(), site.reading() as conn:
        assert conn.scalar(select(Invitation.code)) == vault().mac(code.replace("-", ""), purpose="invitation code")
    frozen_clock.moment += timedelta(days=30)
    forget(site)
    assert count(site) == 1
    frozen_clock.moment += timedelta(days=1, seconds=1)
    forget(site)
    assert count(site) == 0


def test_an_unknown_kind_cannot_be_invited_to(site):
    with pytest.raises(KeyError), site.session() as session:
        create_invitations(session, kind="nothing", payload={}, expires=clock.now(), language="en")


def test_dur_5_a_form_of_codes_sent_twice_leaves_one_set_that_works(site):
    """DUR-5: a double tap must not leave codes about that nobody wrote down."""
    operator = sign_in(site, make_person(site, grants=[("operator", "site", "")]))
    form = {"role": "author", "count": "2", "days": "7", "key": "same-form"}
    for _ in range(2):
        assert operator.submit("/en/operator/codes", form).status_code == 200
    assert operator.submit("/en/operator/codes", {**form, "key": "other-form"}).status_code == 200
    with site.reading() as conn:
        good = select(func.count()).select_from(Invitation).where(Invitation.revoked.is_(False))
        assert (conn.scalar(good), count(site)) == (4, 6)


def forget(site):
    with site.session() as session:
        job(session, {})


def test_dur_5_a_code_with_several_seats_sent_twice_takes_one(site, invite):
    """DUR-5: one after the other and all at once; each answer is the same, and the other seats stay for others."""
    code, person = invite(role="translator", seats=9), make_person(site)
    with site.session() as session:
        wears = [start_sign_in(session, person_id=person.id, private_key=None, confirmed=None) for _ in range(6)]
    ready = Barrier(len(wears))

    def send(token):
        browser = site.client().wear(token)
        ready.wait()
        return browser.submit("/en/account/code", {"code": code}).headers.get("Location")

    with ThreadPoolExecutor(len(wears)) as pool:
        answers = set(pool.map(send, wears))
    saved = "/en/account/?saved=code#saved"
    assert saved in answers
    assert answers <= {saved, "/en/sign-in", None}  # a role ends the other sign-ins (SES-5): these come too late
    again = sign_in(site, person).submit("/en/account/code", {"code": code})
    assert again.headers["Location"] == saved
    with site.reading() as conn:
        assert conn.scalar(select(Invitation.used)) == 1
