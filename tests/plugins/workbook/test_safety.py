"""What is sealed opens for its owner only, in its own place only, and leaves no clear text anywhere."""

import os
import tempfile
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import LargeBinary, inspect, select, text, update

from lms.core.accounts.actions.keys import open_keys
from lms.core.accounts.queries import keys_of
from lms.host.contributions import PersonalData
from lms.host.db import Base, db
from lms.host.plugin import current_host
from lms.host.security.current import keystore
from lms.host.security.sealed import STEPS, CannotOpen
from lms.plugins.workbook import access
from lms.plugins.workbook.actions import seal_reflection
from lms.plugins.workbook.models import Item, Notebook
from lms.plugins.workbook.privacy import personal_data
from tests.factories import make_person, sign_in
from tests.plugins.workbook.conftest import Writer, every_sheet

pytestmark = pytest.mark.safety
CANARY = "canary-heliotrope-9241"
ROLES = ("learner", "facilitator", "author", "translator", "reviewer", "coordinator", "operator")


@pytest.fixture
def full(site, writer):
    """Somebody with the canary on two sheets and in a reflection."""
    writer.keep(1).keep(7).write(helps=CANARY, next="tea")
    writer.post("/7/1", **{"version": "1", "table-0-code": CANARY})
    with site.session() as session:
        seal_reflection(session, person_id=writer.person.id, prompt=f"About {CANARY}", text=CANARY)
    return writer


def private_key(writer):
    with writer.site.app.app_context(), writer.site.reading() as conn:
        opened = open_keys(keys_of(conn, person_id=writer.person.id), writer.passphrase)
        return opened.private_key if opened else None


def opened(site, writer, key=None):
    """Count what a person can read: sheets with the canary, and reflections."""
    key = key or private_key(writer)
    with site.app.app_context(), site.reading() as conn:
        kept = access.kept_by(conn, writer.person.id, key)
        if not kept.open:
            return 0
        mine = [kept.filled(sheet) for sheet in every_sheet().values() if kept.has(sheet)]
        return sum(CANARY in str(sheet.parts) for sheet in mine) + len(kept.reflections)


def tables(conn):
    """Return the tables that the packages of these tests have."""
    names = set(inspect(conn).get_table_names())
    return [table for table in Base.metadata.sorted_tables if table.name in names]


# ---------------------------------------------------------------- nobody else
def staff(site):
    return {role: sign_in(site, make_person(site, grants=[(role, "site", "")])) for role in ROLES}


PATHS = ("", "/1", "/1/1", "/1/2", "/7/1", "/1/filled.pdf", "/1/filled.txt", "/all.pdf", "/all.txt", "/reflections")


def seen_by_others(site, full):
    return [
        (role, path)
        for role, browser in staff(site).items()
        for path in PATHS
        if CANARY.encode() in full.get(path, browser).data
    ]


def test_enc_1_no_role_reads_a_sheet_and_no_address_names_another_person(site, full):
    """ENC-1, AUTHZ-2: addresses name a sheet, never its owner; files of it are absent for everybody else."""
    assert seen_by_others(site, full) == []
    for browser in staff(site).values():
        for path in ("/1/filled.pdf", "/1/filled.txt", "/all.pdf", "/all.txt"):
            assert full.get(path, browser).status_code == 404
        assert full.write(helps="mine", window=browser).status_code == 404
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint.startswith("workbook."):
            assert rule.arguments <= {"lang", "number", "place", "item_id"}


def test_enc_1_planted_a_page_that_reads_for_another_person_is_found(site, full, monkeypatch):
    """ENC-1: were the owner taken from elsewhere than from who asks, the look above would see it."""
    key = private_key(full)
    monkeypatch.setattr(
        "lms.plugins.workbook.views.frame.kept_for",
        lambda conn, _actor, _key: access.kept_by(conn, full.person.id, key),
    )
    assert seen_by_others(site, full)


def test_enc_1_database_key_store_and_secret_together_open_nothing(site, full):
    """ENC-1: everything on the server is tried as a key; only the passphrase opens."""
    assert opened(site, full) == 3
    with site.app.app_context(), site.reading() as conn:
        secret = site.app.config["LMS_SECRET"]
        rows = [value for table in tables(conn) for row in conn.execute(select(table)) for value in row]
        stored = {bytes(value) for value in rows if isinstance(value, (bytes, memoryview))}
        tried = {value[start : start + 32] for value in {*stored, secret} for start in (0, 1, 13, len(value) - 32)}
        tried = {key for key in tried if len(key) == 32}
    assert len(tried) > 5
    assert [key for key in tried if opened(site, full, key)] == []


# ---------------------------------------------------------------- in its own place only
SEALED = [column for table in (Item.__table__,) for column in table.c if column.info.get("data_class") == "C3"]


def moved(site, full, other):
    """Move each sealed column between rows, people and columns; return the moves after which something opened."""
    other.keep(1).keep(7)
    wrong = []
    for column in SEALED:
        for source in ("row", "owner", "column"):
            with site.session() as session:
                mine = session.scalars(select(Item).where(Item.person_id == full.person.id).order_by(Item.ref)).all()
                theirs = session.scalars(select(Item).where(Item.person_id == other.person.id)).first()
                target = mine[0]
                given = {"row": mine[1], "owner": theirs, "column": target}[source]
                name = next(one.name for one in SEALED if one is not column) if source == "column" else column.name
                before, moved_in = getattr(target, column.name), getattr(given, name)
                item_id, values = target.id, {column.name: moved_in}
                session.execute(update(Item).where(Item.id == item_id).values(values))
            try:
                with site.app.app_context(), site.reading() as conn:
                    kept = access.kept_by(conn, full.person.id, private_key(full))
                    kept._read(next(row for row in kept.rows if row.id == item_id))
                wrong.append((column.name, source))
            except CannotOpen:
                pass
            with site.session() as session:
                session.execute(update(Item).where(Item.id == item_id).values({column.name: before}))
    return wrong


def test_enc_4_what_is_moved_between_rows_people_or_columns_does_not_open(site, full, other):
    """ENC-4: both sealed columns of the only table that has any, in each direction; afterwards all opens again."""
    every = {
        column.name
        for table in Base.metadata.sorted_tables
        if table.name.startswith("workbook_")
        for column in table.c
        if isinstance(column.type, LargeBinary) and column.name != "public_key"
    }
    assert {column.name for column in SEALED} == every == {"data_key", "body"}
    assert moved(site, full, other) == []
    assert opened(site, full) == 3


def test_enc_4_planted_a_place_that_leaves_out_the_row_is_found(site, writer, other, monkeypatch):
    """ENC-4: sealed without the row in the associated data, a moved column would open, and the swap above says so."""
    from lms.plugins.workbook.domain.sealing import Place

    monkeypatch.setattr(Place, "cell", lambda _self, column: column)
    writer.keep(1).keep(7)
    both = []
    with site.session() as session:
        rows = session.scalars(select(Item).where(Item.person_id == writer.person.id).order_by(Item.ref)).all()
        first, second = rows[0], rows[1]
        item_id = first.id
        session.execute(update(Item).where(Item.id == item_id).values(data_key=second.data_key, body=second.body))
    with site.app.app_context(), site.reading() as conn:
        kept = access.kept_by(conn, writer.person.id, private_key(writer))
        both.append(kept._read(next(row for row in kept.rows if row.id == item_id)))
    assert both == [{}]


def test_enc_4_a_notebook_key_opens_for_its_person_and_notebook_only(site, full, other):
    """ENC-4: pointing to another person's wrapped key opens nothing."""
    other.keep(1)
    with site.session() as session:
        theirs = session.scalar(select(Notebook.key_wrap).where(Notebook.person_id == other.person.id))
        session.execute(update(Notebook).where(Notebook.person_id == full.person.id).values(key_wrap=theirs))
    assert opened(site, full) == 0
    assert "closed in this sign-in" in full.text("/1")


def test_enc_10_what_is_stored_has_one_of_four_lengths(site, writer):
    """ENC-10: one word and a page of words are alike in length; a long text takes the next step."""
    writer.keep()
    lengths = []
    for version, words in enumerate(("", "a", "a" * 700, "a" * 1100, "a" * 5000), start=1):
        assert writer.write(version=version, helps=words).status_code == 303
        with site.reading() as conn:
            ref = Item.ref == "WB01/look"
            lengths.append(len(conn.scalar(select(Item.body).where(ref, Item.person_id == writer.person.id))))
    added = lengths[0] - STEPS[0]
    assert [length - added for length in lengths] == [1024, 1024, 1024, 4096, 16384]


# ---------------------------------------------------------------- no clear text
def where(site, word):
    """Return every file of the site and of the folder for temporary files, and every table, that holds a word."""
    data, found = word.encode(), []
    for root in (site.settings.folder, Path(tempfile.gettempdir())):
        for path, _folders, names in os.walk(root):
            if "pytest-of" in path and root != site.settings.folder:
                continue
            for name in names:
                file = Path(path, name)
                try:
                    if file.is_file() and file.stat().st_size < 50_000_000 and data in file.read_bytes():
                        found.append(str(file))
                except OSError:
                    continue
    with site.app.app_context(), site.reading() as conn:
        for table in tables(conn):
            found += [table.name for row in conn.execute(select(table)) if word in str(tuple(row))]
    return found


def test_ops_4_no_clear_text_on_disk_in_the_database_or_in_logs(site, writer, caplog, tmp_path, monkeypatch):
    """OPS-4, ENC-9: after writing, a conflict, a refused form, PDF, text and export; read from every byte."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    writer.keep(1).write(helps=CANARY)
    writer.write(helps=f"{CANARY} again")
    writer.write(helps=CANARY * 1000)
    with pikepdf.open(BytesIO(writer.get("/1/filled.pdf").data)) as pdf:
        assert len(pdf.pages) == 1
    for path in ("/1/filled.txt", "/all.pdf", "/all.txt", "/1"):
        assert writer.get(path).status_code == 200
    with site.session() as session:
        seal_reflection(session, person_id=writer.person.id, prompt=CANARY, text=CANARY)
    site.run_jobs()
    assert where(site, CANARY) == []
    assert CANARY not in caplog.text


def test_ops_4_planted_a_clear_copy_is_found(site, writer, tmp_path, monkeypatch):
    """OPS-4: the sweep finds a word in a file beside the database, and in a table."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    (site.settings.folder / "left.bin").write_bytes(b"\0" + CANARY.encode())
    try:
        assert any("left.bin" in place for place in where(site, CANARY))
    finally:
        (site.settings.folder / "left.bin").unlink()
    writer.keep()
    with site.session() as session:
        session.execute(update(Item).values(ref=CANARY).where(Item.ref == "WB01/look"))
    assert "workbook_item" in where(site, CANARY)


def test_enc_9_nothing_searches_counts_or_mails_what_is_sealed(site):
    """ENC-9: no other package reads these tables, and no table is a full-text index."""
    root = Path(access.__file__).parents[2]
    readers = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "workbook_item" in path.read_text(encoding="utf-8") or "workbook.models" in path.read_text(encoding="utf-8")
    ]
    assert readers
    assert [path for path in readers if not path.startswith("plugins/workbook/")] == []
    with site.app.app_context(), site.reading() as conn:
        if conn.dialect.name == "sqlite":
            made = conn.scalars(text("SELECT sql FROM sqlite_master WHERE sql LIKE '%fts5%'")).all()
            assert not [sql for sql in made if "workbook" in sql]


# ---------------------------------------------------------------- handed out, erased
def test_ret_3_the_copy_holds_words_only_where_the_key_is_open(site, full):
    """RET-3: without the key the names of sheets and a number; with it every word."""
    with site.app.test_request_context("/en/"):
        site.app.preprocess_request()
        conn = db.session().connection()
        closed = personal_data.export(conn, full.person.id)
        assert closed == {"sheets": ["WB01", "WB07"], "reflections": 1, "closed for ever on": None}
        opened_copy = personal_data.open(conn, full.person.id, private_key(full))
        assert (
            opened_copy["sheets"]["What I already do"]["A second look"]["What helps most, and how do I notice?"]
            == CANARY
        )
        assert opened_copy["reflections"][0]["text"] == CANARY
        assert personal_data.open(conn, full.person.id, bytes(31) + b"1") == {}
        db.session.rollback()


def test_ret_4_keys_go_before_rows_and_a_crash_in_between_leaves_nothing_to_open(site, full, monkeypatch):
    """RET-4: erasing destroys the wrapped keys first; stopped right after, rows are still there and closed for ever."""
    key = private_key(full)

    def crash(*_args, **_kwargs):
        raise KeyboardInterrupt

    with site.app.app_context():
        monkeypatch.setattr(db.session(), "execute", crash)
        with pytest.raises(KeyboardInterrupt):
            personal_data.erase(db.session(), full.person.id)
        db.session.rollback()
    monkeypatch.undo()
    with site.reading() as conn:
        assert len(conn.scalars(select(Item.id)).all()) > 3
    assert opened(site, full, key) == 0
    with site.session() as session:
        personal_data.erase(session, full.person.id)
        personal_data.erase(session, full.person.id)
    with site.reading() as conn:
        assert conn.scalars(select(Item.id)).all() == conn.scalars(select(Notebook.id)).all() == []


def test_ret_4_planted_rows_before_keys_would_be_seen(site, full, monkeypatch):
    """RET-4: with the keys left for later, the same crash leaves something that opens."""
    monkeypatch.setattr("lms.host.security.keystore.KeyStore.destroy", lambda *_args: None)
    with site.app.app_context():
        keystore().destroy(full.person.id, access.NOTEBOOK)
    assert opened(site, full) == 3


def test_ret_7_the_notebook_is_erased_in_one_step_and_the_account_stays(site, full):
    """RET-7: keys destroyed at once; a copy of the database made before opens nothing; a new notebook can begin."""
    key = private_key(full)
    with site.reading() as conn:
        saved = [dict(row._mapping) for row in conn.execute(select(Notebook.__table__))]
        items = [dict(row._mapping) for row in conn.execute(select(Item.__table__))]
    assert "stay as they are" in full.text("/erase")
    assert full.post("/erase").location == "/en/workbook?saved=erased#saved"
    assert "nothing to erase" in full.text("/erase")
    with site.session() as session:  # a backup comes back
        session.execute(Notebook.__table__.insert(), saved)
        session.execute(Item.__table__.insert(), items)
    assert opened(site, full, key) == 0
    with site.session() as session:
        session.execute(Notebook.__table__.delete())
    assert private_key(full) == key
    full.keep(1).write(helps="new")
    assert "new" in full.text("/1")


def test_every_person_table_of_the_workbook_is_in_its_promise(site):
    """RET-1, RET-3: tables with a person column are covered."""
    with site.app.app_context():
        data = current_host().one(PersonalData, "workbook")
    mine = {table.name for table in Base.metadata.sorted_tables if table.name.startswith("workbook_")}
    assert set(data.tables) == mine


def test_the_writer_of_these_tests_has_a_key(site, writer):
    assert private_key(writer)
    assert isinstance(writer, Writer)
