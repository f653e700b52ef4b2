"""The copy has everything of its owner, in every column of every table, and nothing of anybody else (RET-3)."""

import json
from datetime import timedelta
from fnmatch import fnmatch

import pyrage
import pytest
from sqlalchemy import LargeBinary, select

from lms.core.accounts.actions.sign_ins import start_sign_in
from lms.core.accounts.api import ROLES
from lms.core.accounts.models import Copy, Person
from lms.host import clock, inventory
from lms.host.contributions import PersonalData, StoredFile
from lms.host.inventory import mine, personal_tables, plain
from lms.host.plugin import current_host
from lms.host.retention import forget
from lms.plugins.cohorts.api import member_table
from tests.safety.leftovers import forms, on_disk
from tests.safety.rows import fill
from tests.safety.world import build

pytestmark = pytest.mark.safety
# What bytes of a person mean is handed out in words, or they mean nothing to anybody: name of the column → which.
IN_WORDS = {
    "accounts_person.handle": "name to sign in with",
    "certificates_document.code": "code",
    "certificates_document.name": "name",
    "accounts_signin.label": "sign-ins",
    "accounts_passkey.label": "passkeys",
}
MEANINGLESS = {
    "accounts_copy_part.content": "the copy itself",
    "accounts_passkey.credential": "a random id that the device made",
    "accounts_passkey.public_key": "the open half of a key",
    "accounts_person.handle_index": "a digest of the name",
    "accounts_person.outside_index": "a digest of the id at the outer site",
    "accounts_person.public_key": "the open half of a key",
    "accounts_reset.asked": "a digest of the name",
    "certificates_document.name_digest": "a digest of the name",
    "certificates_document.pdf": "the file, which is on the page of certificates",
    "workbook_notebook.public_key": "the open half of a key",
}

# They stand in rows of many people and name none of them.
WORDS = {*ROLES, "organisation"}


@pytest.fixture
def world(site):
    return build(site)


def learner_of(world):
    own = (member_table.c.role == "learner") & (member_table.c.cohort_id == world.own["cohort_id"])
    with world.site.reading() as conn:
        return conn.scalar(select(member_table.c.person_id).where(own))


def copy_for(world, browser=None, kind="json"):
    browser = browser or world.browsers["learner"]
    assert browser.submit("/en/account/data/copy").status_code == 303
    world.site.run_jobs()
    file = browser.get(f"/en/account/data/copy/{kind}")
    assert file.status_code == 200
    return file.text


def scalars(value):
    """Yield every value of a nested answer, as text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from scalars(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from scalars(inner)
    else:
        yield str(value)


def expected(session, host, person_id):
    """Yield column and value of everything a person may have in words."""
    for table in personal_tables(host):
        for row in session.execute(select(table).where(mine(table, person_id))).mappings():
            for column in table.c:
                if not withheld(column) and row[column.name] is not None:
                    yield f"{table.name}.{column.name}", plain(row[column.name])


def withheld(column):
    others = any(key.column.table.name == "accounts_person" for key in column.foreign_keys)
    return (
        isinstance(column.type, LargeBinary)
        or column.info.get("data_class") in ("C3", "C4")
        or bool(column.info.get("withheld"))
        or (others and column.name != column.table.info["person"])
    )


def missing(world, person_id, copied):
    """Return the columns whose value is not in the copy."""
    found = set(scalars(json.loads(copied)))
    with world.site.session() as session:
        return {
            name
            for name, value in expected(session, current_host(world.site.app), person_id)
            if not set(scalars(value)) <= found
        }


def test_ret_3_every_column_of_every_table_is_in_the_copy(world):
    """RET-3: a row is made in every table about people, whichever package brings it; each value is in the copy."""
    person_id = learner_of(world)
    hidden = {}
    with world.site.session() as session:
        assert fill(session, current_host(world.site.app), person_id, hidden) == []
        names = {name.partition(".")[0] for name, _value in expected(session, current_host(world.site.app), person_id)}
    copied = copy_for(world)
    # Rows about running out were forgotten by the jobs that ran meanwhile.
    assert len(names) >= 12
    assert missing(world, person_id, copied) == set()
    assert {name for name, text in hidden.items() if name in IN_WORDS and text not in copied} == set()


def test_ret_3_planted_a_column_that_is_left_out_is_found(world, monkeypatch):
    """RET-3: the walk above finds a column that the copy does not have."""
    monkeypatch.setattr(inventory, "_is_plain", lambda column: column.name != "alias")
    person_id = learner_of(world)
    copied = json.loads(copy_for(world))
    copied["cohorts"]["held"] = {}
    assert missing(world, person_id, json.dumps(copied)) == {"cohorts_member.alias"}


def test_ret_3_bytes_are_explained(site):
    """RET-3: whoever adds bytes about a person says in which words they are handed out."""
    with site.app.app_context():
        assert unexplained(personal_tables(current_host())) == set()
        opened = {name for data in current_host().all(PersonalData) if data.open for name in data.tables}
        sealed = {table.name for table in personal_tables(current_host()) if any(c3(column) for column in table.c)}
    assert sealed <= opened


def test_ret_3_planted_bytes_without_words_are_found(site, monkeypatch):
    """RET-3: a column of bytes that nobody explained is named."""
    monkeypatch.delitem(IN_WORDS, "accounts_person.handle")
    with site.app.app_context():
        assert unexplained(personal_tables(current_host())) == {"accounts_person.handle"}


def unexplained(tables):
    return {
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.c
        if isinstance(column.type, LargeBinary)
        and column.info.get("data_class") not in ("C3", "C4")
        and f"{table.name}.{column.name}" not in IN_WORDS | MEANINGLESS
    }


def c3(column):
    return column.info.get("data_class") == "C3"


def others_in(world, person_id, copied):
    """Return what stands in the copy of the rows of everybody else, and in no row of the person."""
    own, theirs = set(), set()
    with world.site.session() as session:
        for table in personal_tables(current_host(world.site.app)):
            whose = mine(table, person_id)
            for rows, found in ((table.select().where(whose), own), (table.select().where(~whose), theirs)):
                found |= {form for row in session.execute(rows) for one in row for form in forms(one)}
    texts = {value.decode() for value in theirs - own if is_text(value)}
    return {text for text in texts - WORDS if text in copied}


def is_text(value):
    try:
        return value.decode().isprintable()
    except UnicodeDecodeError:
        return False


def test_ret_3_nothing_of_others_is_in_the_copy(world):
    """RET-3: no id, alias, token or text of anybody else; some of them work on the same group and organisation."""
    person_id = learner_of(world)
    with world.site.session() as session:
        for other in session.scalars(select(Person.id)).all():
            fill(session, current_host(world.site.app), other)
    copied = copy_for(world)
    assert others_in(world, person_id, copied) == set()


def test_ret_3_planted_somebody_else_is_found(world):
    """RET-3: an alias of another person in the copy is named."""
    person_id = learner_of(world)
    with world.site.reading() as conn:
        other = conn.scalar(select(member_table.c.alias).where(member_table.c.person_id != person_id))
    assert others_in(world, person_id, copy_for(world) + other) == {other}


def test_ret_3_the_page_to_read_says_the_same(world):
    """RET-3: each table's purpose and every value of the group stands in the readable file too."""
    page = copy_for(world, kind="html")
    assert page.startswith("<!doctype html>")
    assert "http" not in page
    with world.site.reading() as conn:
        alias = conn.scalar(select(member_table.c.alias).where(member_table.c.person_id == learner_of(world)))
    assert alias in page
    assert "Says who moves with a group" in page


def test_cache_7_a_locked_file_opens_with_its_secret_alone(world):
    """CACHE-7, CACHE-4: an encrypted form under a neutral name; a short secret is refused and not kept on the page."""
    browser = world.browsers["learner"]
    copy_for(world)
    fields = {"kind": "json", "lock": "short"}
    refused = browser.submit("/en/account/data/copy/locked", fields)
    assert refused.status_code == 422
    assert 'value="short"' not in refused.text
    file = browser.submit("/en/account/data/copy/locked", {"kind": "json", "lock": "four quiet words here"})
    assert file.headers["Content-Disposition"] == 'attachment; filename="document.json.age"'
    assert "accounts" in json.loads(pyrage.passphrase.decrypt(file.data, "four quiet words here"))
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(file.data, "other words entirely")


def test_cache_7_the_page_warns_before_anything_is_saved(world):
    """CACHE-7: the warning stands before the first link that saves."""
    copy_for(world)
    page = world.browsers["learner"].get("/en/account/data/copy").text
    assert 0 < page.index("Before you save it") < page.index('href="/en/account/data/copy/html"')


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_ops_4_nothing_of_the_copy_is_on_disk_in_clear(world):
    """OPS-4: the handle, which the database holds encrypted only, is in the copy and in no byte on disk."""
    copied = json.loads(copy_for(world))
    handle = copied["accounts"]["held"]["name to sign in with"].encode()
    assert on_disk(world.site.settings.folder, {handle}) == {}


def test_ret_3_it_is_deleted_after_a_day(world, frozen_clock):
    """RET-3, RET-2: at 24 hours it cannot be fetched any more, and the next run deletes it."""
    person_id = learner_of(world)
    copy_for(world)
    frozen_clock.moment += timedelta(hours=24)
    with world.site.session() as session:
        token = start_sign_in(session, person_id=person_id, private_key=None, confirmed=clock.now())
    assert world.site.client().wear(token).get("/en/account/data/copy/json").status_code == 303
    with world.site.session() as session:
        forget(session, {})
    with world.site.reading() as conn:
        assert conn.scalar(select(Copy.id)) is None


def test_ses_8_a_copy_needs_the_passphrase_again(world):
    """SES-8: an open browser that somebody left is not enough to take everything or to erase it."""
    person_id = learner_of(world)
    copy_for(world)
    with world.site.session() as session:
        token = start_sign_in(session, person_id=person_id, private_key=None)
    browser = world.site.client().wear(token)
    assert browser.submit("/en/account/data/copy").status_code == 403
    assert "/confirm" in browser.get("/en/account/data/copy/json").headers["Location"]
    assert browser.submit("/en/account/data/erase", {"sure": "y"}).status_code == 403
    assert browser.submit("/en/account/data", {"keep_days": "30"}).status_code == 403


def undeclared(site):
    """Return what lies in the data folder of a site and no `StoredFile` names."""
    with site.app.app_context():
        places = [one.place for one in current_host().all(StoredFile)]
    return {path.name for path in site.settings.folder.iterdir() if not any(fnmatch(path.name, one) for one in places)}


def test_ret_1_every_file_says_what_it_is(world):
    """RET-1: after everything a site does, its data folder holds declared kinds of files only."""
    copy_for(world)
    assert undeclared(world.site) == set()


def test_ret_1_planted_a_file_that_nobody_declared_is_found(site):
    """RET-1: the search above names a file that somebody adds."""
    (site.settings.folder / "people.csv").touch()
    assert undeclared(site) == {"people.csv"}
