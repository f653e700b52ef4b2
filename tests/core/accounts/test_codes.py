"""What the database keeps of an invitation code, and for how long (ACC-12, RET-2)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.core.accounts.api import create_invitations
from lms.core.accounts.jobs import forget as job
from lms.core.accounts.models import Invitation
from lms.host import clock
from lms.host.security.current import vault


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


def forget(site):
    with site.session() as session:
        job(session, {})
