"""Names tried with a code: a few, however they are sent (settled 22)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from lms.core.accounts.models import Invitation
from lms.core.accounts.queries import is_taken
from tests.core.accounts.conftest import NAME
from tests.core.accounts.conftest import Person as Visitor


def test_settled_22_tries_sent_at_once_pass_no_limit(site, member, invite, someone, monkeypatch):
    """A name is looked up five times at most, also where every try saw the last one left."""
    code, looked, ready = invite(), [], Barrier(8)
    for _ in range(4):
        someone().begin(code, NAME)

    def asked(conn, handle):
        looked.append(handle)
        return is_taken(conn, handle)

    def send(_number):
        visitor = Visitor(site)
        ready.wait()
        return visitor.post("/join", code=code, handle=NAME, suggested="").status

    monkeypatch.setattr("lms.core.accounts.queries.is_taken", asked)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {422}
    assert looked.count(NAME) == 1
    with site.reading() as conn:
        assert conn.scalar(select(func.max(Invitation.name_tries))) == 5


def test_settled_22_a_free_name_costs_no_try(site, member, invite, someone):
    code = invite()
    for number in range(7):
        assert someone().begin(code, f"quiet-lake-{'abcdefg'[number]}").status == 200
    with site.reading() as conn:
        assert conn.scalar(select(func.max(Invitation.name_tries))) == 0
