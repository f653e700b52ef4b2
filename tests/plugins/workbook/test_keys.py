"""A new passphrase, a recovery sheet, a lost key: how much opens before and after (ENC-6)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.host.retention import forget
from lms.host.security.current import keystore
from lms.plugins.workbook.access import NOTEBOOK
from lms.plugins.workbook.jobs import sweep
from lms.plugins.workbook.models import Item, Notebook
from tests.plugins.workbook.conftest import shown

pytestmark = pytest.mark.safety
OWN = "the goat in our yard eats soap"


@pytest.fixture
def full(writer):
    """Somebody who wrote on all pages of a sheet."""
    writer.keep(1).write(helps="the river", next="tea")
    return writer


def account(writer, path, browser=None, **fields):
    return (browser or writer.browser).submit(f"/en/account{path}", fields)


def readable(writer, browser):
    """Return what stands in a field in a browser, or where it leads instead."""
    answer = writer.get("/1/2", browser)
    return shown(answer, "helps") if answer.status_code == 200 else answer.location


def counts(writer):
    with writer.site.reading() as conn:
        mine = Item.person_id == writer.person.id
        closed = conn.scalars(select(Notebook.closed).where(Notebook.person_id == writer.person.id)).all()
        return conn.scalar(select(func.count()).select_from(Item).where(mine)), closed


def signed_in(writer, words):
    browser = writer.site.client()
    answer = browser.submit("/en/sign-in", {"handle": writer.person.handle, "passphrase": words})
    assert answer.status_code == 303, answer.text
    return browser


def recovery(writer):
    """Make recovery codes and a sheet; return a code and what is on the sheet."""
    codes = re.findall(r"<li>(?:<[^>]+>)*((?:\w{4}-){3}\w{4})", account(writer, "/codes").text)
    sheet = re.search(r'<bdi class="code" lang="en">([\w-]+)</bdi>', account(writer, "/sheet").text).group(1)
    return codes[0], sheet


def test_enc_6_a_new_passphrase_keeps_everything_readable(full):
    """ENC-6: the same pair, wrapped again: as many rows, none closed, all opens."""
    before = counts(full)
    answer = account(full, "/key", current=full.passphrase, how="own", own=OWN, own_again=OWN)
    assert answer.status_code == 303, answer.text
    assert counts(full) == before
    assert readable(full, full.browser) == "the river"
    assert readable(full, signed_in(full, OWN)) == "the river"


def test_enc_6_code_and_sheet_bring_everything_back(full):
    """ENC-6: without the passphrase, with the recovery sheet."""
    code, sheet = recovery(full)
    before = counts(full)
    lost = signed_in(full, code)
    assert readable(full, lost) == "/en/workbook/open?sheet=1&place=2"
    answer = account(full, "/key", lost, sheet=sheet, how="own", own=OWN, own_again=OWN)
    assert answer.status_code == 303, answer.text
    assert counts(full) == before
    assert readable(full, lost) == "the river"
    assert readable(full, signed_in(full, OWN)) == "the river"


def lose(full):
    code, _sheet = recovery(full)
    lost = signed_in(full, code)
    answer = account(full, "/key", lost, sheet="", how="own", own=OWN, own_again=OWN)
    assert answer.status_code == 303, answer.text
    return lost


def test_enc_6_without_the_sheet_the_old_is_closed_and_goes_after_30_days(site, full, frozen_clock):
    """ENC-6: a new pair; old things are marked closed at once, removed 30 days later, and a new notebook begins."""
    rows, _open = counts(full)
    lost = lose(full)
    assert counts(full) == (rows, [frozen_clock.moment.date()])
    assert "Your earlier notebook is closed for ever" in full.get("", lost).text
    assert readable(full, lost) == "/en/workbook/1"
    assert full.post("/1/keep", lost).status_code == 303
    assert full.write(helps="a new beginning", window=lost).status_code == 303
    assert readable(full, lost) == "a new beginning"
    assert counts(full)[0] == 2 * rows
    frozen_clock.moment += timedelta(days=29)
    tidy(site)
    assert counts(full)[0] == 2 * rows
    frozen_clock.moment += timedelta(days=2)
    tidy(site)
    assert counts(full) == (rows, [None])
    with site.app.app_context(), site.reading() as conn:
        kept = conn.execute(select(Notebook.key_wrap, Notebook.person_id)).one()
        assert keystore().get(kept.key_wrap, kept.person_id, NOTEBOOK)
        assert keystore().sweep(set(), before=frozen_clock.moment.date() + timedelta(days=1), kinds=(NOTEBOOK,)) == 1


def tidy(site):
    with site.session() as session:
        forget(session, {})
    with site.session() as session:
        sweep(session, {})


def test_enc_6_planted_a_notebook_that_is_not_closed_is_found(full, monkeypatch):
    """ENC-6: without the reaction, new things would be sealed to a key that is lost."""
    monkeypatch.setattr("lms.plugins.workbook.actions.close_notebook", lambda _session, **_given: None)
    lost = lose(full)
    assert counts(full)[1] == [None]
    assert readable(full, lost) != "the river"
    assert full.get("", lost).text.count("closed for ever") == 0
