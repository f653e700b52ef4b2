"""Whoever once had the site's secret confirms no guess with it after a change of keys (ENC-11)."""

import contextlib
from functools import partial

import pytest
from sqlalchemy import select, update

from lms.core.accounts.domain.handles import skeleton
from lms.core.accounts.models import Person
from lms.core.accounts.queries import outside_indexes
from lms.host.rotation import rotate
from lms.host.security.current import keystore, vault
from lms.host.security.keystore import PASSPHRASE, wrap_context
from lms.host.security.passphrases import Cost, Hasher, Verifier
from lms.host.security.ring import Ring, replace_secret
from lms.host.security.sealed import CannotOpen, Vault, decrypt
from lms.plugins.certificates.domain.names import comparable
from lms.plugins.certificates.models import Document
from lms.plugins.certificates.queries import name_matches, place
from tests.safety.leftovers import on_disk

pytestmark = [pytest.mark.safety, pytest.mark.pdf]
NAME = "Canary Quillfeather"
ALL = {"handle", "outer user", "name on paper", "passphrase by verifier", "passphrase by wrapped key"}


@pytest.fixture
def holder(site, make_learner):
    """Somebody with a certificate in their name, who also comes through an outer site."""
    with site.app.app_context():
        site.app.extensions["lms_hasher"] = Hasher.cheap(vault().pepper)
    learner = make_learner()
    learner.issue(name=NAME)
    with site.app.app_context(), site.session() as session:
        mine = update(Person).where(Person.id == learner.person.id)
        session.execute(mine.values(outside_index=outside_indexes("42")[0]))
    return learner


def secret_of(site):
    return site.settings.folder / "secret.key"


def confirmed(site, stolen, person):
    """Return which right guesses an older secret confirms, with the database and the key store of today."""
    then, where = Vault(stolen), wrap_context(PASSPHRASE, person.id)
    hasher = Hasher.cheap(then.pepper)
    with site.app.app_context(), site.session() as session:
        row = session.execute(select(Person.__table__).where(Person.id == person.id)).one()
        paper = session.execute(select(Document.name_digest, Document.credential_id)).one()
        wrapped = keystore().get(row.key_wrap, row.id, PASSPHRASE)
    digests = {
        "handle": (row.handle_index, then.blind_index(skeleton(person.handle), context="accounts_person.handle")),
        "outer user": (row.outside_index, then.blind_index("42", context="accounts_person.outside")),
        "name on paper": (
            paper.name_digest,
            then.blind_index(comparable(NAME), context=f"certificate name {paper.credential_id}"),
        ),
    }
    found = {guess for guess, (kept, made) in digests.items() if kept == made}
    verifier = Verifier(row.salt, row.params, row.verifier, partial(then.as_high, kept=row.verifier))
    if hasher.open(person.passphrase, verifier) is not None:
        found.add("passphrase by verifier")
    _digest, kek = hasher._derive(person.passphrase, row.salt, Cost.parse(row.params))
    with contextlib.suppress(CannotOpen):
        decrypt(kek, then.uncover(wrapped, context=where), context=where)
        found.add("passphrase by wrapped key")
    return found


def test_enc_11_an_old_secret_confirms_no_guess(site, holder):
    """ENC-11: the secret of the day confirms every guess (the control); the one from before a change of keys, none."""
    old = secret_of(site).read_bytes()
    assert confirmed(site, old, holder.person) == ALL
    with site.app.app_context():
        rotate(0)
    assert confirmed(site, old, holder.person) == set()
    assert confirmed(site, secret_of(site).read_bytes(), holder.person) == ALL


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_enc_11_what_an_old_secret_opens_is_on_no_disk(site, holder):
    """ENC-11, RET-6: neither in the database nor in its log nor in the key store, where it was before (the control)."""
    with site.app.app_context(), site.session() as session:
        row = session.execute(select(Person.__table__).where(Person.id == holder.person.id)).one()
        kept = {row.handle, row.verifier, row.handle_index, keystore().get(row.key_wrap, row.id, PASSPHRASE)}
    assert set().union(*on_disk(site.settings.folder, kept).values()) == kept
    with site.app.app_context():
        rotate(0)
    assert on_disk(site.settings.folder, kept) == {}


def test_enc_11_a_name_on_paper_is_known_before_while_and_after(site, holder):
    """ENC-11: the same name leads to the same certificate, and is recognised, at each step of a change of keys."""

    def same():
        holder.issue(name=NAME)
        with site.app.app_context(), site.reading() as conn:
            ((document_id, sealed),) = conn.execute(select(Document.id, Document.code)).all()
            code = vault().column_decrypt(sealed, context=place("code", document_id, holder.person.id)).decode()
            assert name_matches(conn, code, NAME)
            assert not name_matches(conn, code, "Somebody Else")

    same()
    path = secret_of(site)
    replace_secret(path, Ring.read(path.read_bytes()).begun())
    same()
    for _ in range(2):
        with site.app.app_context():
            rotate(0)
        same()
