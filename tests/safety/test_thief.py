"""Whoever takes everything but people's keys opens nothing that is sealed (ENC-1, ENC-2, ENC-7)."""

import json
import re
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from lms.core.accounts.actions.factors import begin_totp
from lms.core.accounts.actions.keys import open_keys
from lms.core.accounts.models import Person
from lms.core.accounts.queries import keys_of
from lms.core.accounts.queries.factors import totp_of
from lms.host import clock
from lms.host.backup import archive
from lms.host.clock import FrozenClock
from lms.host.security.current import hasher, keystore, vault
from lms.host.security.sealed import new_pair, seal
from lms.host.settings import Settings
from lms.host.testing import opened_site
from lms.plugins.workbook.models import Item, Notebook
from tests.factories import sign_in
from tests.flows.test_main_story import outline_of
from tests.safety import thief
from tests.safety.marked import HANDLE, TEXTS, account, join, late, mark_secrets, marked_browser, sheet, visit

pytestmark = pytest.mark.safety
SEALED = ("sheet", "late text", "thought")
HIDDEN = ("handle", "label", "seed", "invitation", "invitation bare", "recovery code 0", "recovery code 0 bare")


def notes(found, _monkeypatch, frozen):
    """Join, write everything that can be sealed, come back too late, sign out."""
    site, browser = found.site, marked_browser(found.site)
    join(found, browser)
    account(found, browser)
    sheet(browser)
    lesson = outline_of(site, "en").lessons[0].code
    browser.submit(f"/en/my/{outline_of(site, 'en').code}/start")
    assert browser.submit(f"/en/l/{lesson}/think/q9", {"text": TEXTS["thought"]}).status_code == 303
    with site.session() as session:
        found.person_id = session.scalars(select(Person.id)).one()
        begin_totp(session, person_id=found.person_id)
    with site.app.app_context(), site.reading() as conn:
        seed = totp_of(conn, found.person_id).seed
    found.marks.needles["seed"] = {seed, seed.hex().encode()}
    late(found, browser, frozen)
    mark_secrets(found)


@pytest.fixture(scope="module")
def theft(database, make_template, prepare_site, site_plugins, tmp_path_factory):
    """A site that somebody wrote on and left, and everything that can be taken from it."""
    folder = tmp_path_factory.mktemp("theft")
    secret, recipient = archive.new_identity()
    (folder / "offline.key").write_text(secret)
    backups = folder / "backups"
    backups.mkdir()
    template, frozen = make_template(database, prepare_site, site_plugins), FrozenClock(clock.now())
    settings = {"backup_recipients": (recipient,), "backups": str(backups)}
    with (
        opened_site(template, folder / "site", site_plugins, **settings) as site,
        pytest.MonkeyPatch.context() as patch,
    ):
        clock.use(frozen)
        with thief.watched(patch) as known:
            visited = visit(site, patch, frozen, backups, notes)
        identity = archive.read_identity(folder / "offline.key")
        yield SimpleNamespace(
            site=site,
            visited=visited,
            left=visited.found(),  # before any planted fault writes what this looks for
            known=known,
            backups=backups,
            identity=identity,
        )
        clock.use(None)


def robbed(theft, *, keys=()):
    """Take rows, key store, backups with their key, and the operator secret; return what opens of what was sealed."""
    site = theft.site
    taken = thief.taken_rows(site) | thief.taken_keys(site) | thief.taken_backups(theft.backups, theft.identity)
    with site.app.app_context():
        pepper = vault().pepper
    known = {*thief.taken_secrets(site), *keys}
    return thief.Thief(taken, theft.known, known, pepper)


def backups_of(theft):
    return [path.name for path in theft.backups.rglob("*.age")]


def words_open(theft):
    """Return the key that the person's words yield."""
    site = theft.site
    with site.app.app_context(), site.reading() as conn:
        return hasher().open(theft.visited.passphrase, keys_of(conn, handle=HANDLE).verifier)


def test_enc_1_whoever_takes_everything_but_peoples_keys_opens_nothing(theft):
    """ENC-1: rows, key store, files, backups and their offline key, and the operator secret: 0 sealed texts."""
    assert {name.rpartition(".age")[0].rpartition(".")[2] for name in backups_of(theft)} == {"data", "keys"}
    assert robbed(theft).found(theft.visited.marks, SEALED) == []
    assert [hit for hit in theft.left if hit.startswith(SEALED)] == []


def test_enc_1_control_the_same_thief_opens_all_with_the_words(theft):
    """ENC-1: control: with the key that the passphrase yields, all three open: only that key is missing above."""
    assert robbed(theft, keys=[words_open(theft)]).found(theft.visited.marks, SEALED) == sorted(SEALED)


def test_enc_2_rows_alone_reveal_no_name_seed_or_code(theft):
    """ENC-2: a copy of the database; control: with the operator secret, name, label and seed open."""
    marks, rows = theft.visited.marks, thief.taken_rows(theft.site)
    assert thief.Thief(rows, theft.known).found(marks, HIDDEN) == []
    with_secret = thief.Thief(rows, theft.known, thief.taken_secrets(theft.site))
    assert with_secret.found(marks, HIDDEN) == ["handle", "label", "seed"]


@contextmanager
def changed(site, statement, back):
    with site.session() as session:
        session.execute(statement)
    try:
        yield
    finally:
        with site.session() as session:
            session.execute(back)


def test_enc_1_planted_an_item_that_is_not_sealed_is_found(theft):
    """ENC-1: planted fault: the page of a sheet stored as it was typed."""
    with theft.site.reading() as conn:
        item_id, body = conn.execute(select(Item.id, Item.body).where(Item.ref == "WB01/look")).one()
    clear = json.dumps({"helps": TEXTS["sheet"]}).encode()
    mine = update(Item).where(Item.id == item_id)
    with changed(theft.site, mine.values(body=clear), mine.values(body=body)):
        assert robbed(theft).found(theft.visited.marks, SEALED) == ["sheet"]


def test_enc_1_planted_a_key_kept_for_the_operator_is_found(theft, monkeypatch):
    """ENC-1, ENC-7: planted fault: the person's private key once more, under the operator secret: all opens."""
    site, person_id = theft.site, theft.visited.person_id
    with site.app.app_context(), site.reading() as conn:
        private = open_keys(keys_of(conn, handle=HANDLE), theft.visited.passphrase).private_key
        with thief.watched(monkeypatch) as escrow:
            wrapped = vault().column_encrypt(private, context="escrow")
            keystore().put(person_id, "escrow", wrapped)
    theft.known.places |= escrow.places
    try:
        assert robbed(theft).found(theft.visited.marks, SEALED) == sorted(SEALED)
    finally:
        with site.app.app_context():
            keystore().destroy(person_id, "escrow")


# ---------------------------------------------------------------- nobody else's key
def strangers(theft, known):
    """Return the public keys that something was sealed to and that are neither the person's nor their notebook's."""
    with theft.site.reading() as conn:
        own = {*conn.scalars(select(Person.public_key)), *conn.scalars(select(Notebook.public_key))}
    envelopes = {blob[:32] for blob in thief.taken_rows(theft.site) | thief.taken_keys(theft.site)}
    return known - own - envelopes


def test_enc_7_nothing_is_sealed_to_anybody_but_its_owner(theft):
    """ENC-7: there is no key of a third party: whatever was sealed in a whole visit, was sealed to its owner."""
    assert len(theft.known.sealed_to) > 3
    assert strangers(theft, theft.known.sealed_to) == set()


def test_enc_7_the_page_of_a_sheet_says_who_opens_it(theft):
    """ENC-7: nobody but the person, said where they choose to keep a sheet; no setting lets anybody else in."""
    page = sign_in(theft.site, theft.visited.person_id).get("/en/workbook/7").text
    assert "only your passphrase opens it. Staff cannot" in page
    assert not [name for name in Settings.model_fields if re.search("escrow|third|recover", name)]


def test_enc_7_planted_a_third_party_is_found(theft, monkeypatch):
    """ENC-7: planted fault: the same text sealed to somebody else as well."""
    _private, public = new_pair()
    with thief.watched(monkeypatch) as known:
        seal(public, b"the same text", context="anywhere")
    assert strangers(theft, known.sealed_to) == {public}
