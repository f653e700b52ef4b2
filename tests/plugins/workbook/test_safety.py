"""What is sealed opens for its owner only, in its own place only, and leaves no clear text anywhere."""

import os
import re
import tempfile
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import LargeBinary, inspect, select, text, update

from lms.host.db import Base
from lms.host.security.sealed import STEPS, CannotOpen
from lms.plugins.workbook import access
from lms.plugins.workbook.actions import seal_reflection
from lms.plugins.workbook.models import Item, Notebook
from tests.factories import make_person, sign_in
from tests.plugins.workbook.conftest import CANARY, Writer, opened, private_key

pytestmark = pytest.mark.safety
ROLES = ("learner", "facilitator", "author", "translator", "reviewer", "coordinator", "operator")


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


def readers(root):
    """Return the files outside the workbook that read its tables."""
    found = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(
            r"\bworkbook_(?:item|notebook)\b|workbook\.(?:models|access|queries|domain)", path.read_text("utf-8")
        )
    ]
    return [path for path in found if not path.startswith("plugins/workbook/")]


def indexes(conn):
    """Return the full-text indexes that are there, but for those of courses (ENC-9)."""
    if conn.dialect.name == "sqlite":
        made = conn.scalars(text("SELECT name FROM sqlite_master WHERE sql LIKE '%fts%'")).all()
    else:
        made = conn.scalars(text("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%tsvector%'")).all()
    return [name for name in made if not name.startswith("catalogue_")]


def test_enc_9_nothing_searches_counts_or_mails_what_is_sealed(site):
    """ENC-9: no other package reads these tables, and nothing but courses is in a full-text index."""
    root = Path(access.__file__).parents[2]
    assert (root / "plugins/workbook/access.py").exists()
    assert readers(root) == []
    with site.app.app_context(), site.reading() as conn:
        assert indexes(conn) == []


def test_enc_9_planted_a_reader_and_an_index_are_found(site, tmp_path):
    """ENC-9: planted faults: a search that reads items, and a full-text index of them."""
    package = tmp_path / "plugins" / "search"
    package.mkdir(parents=True)
    (package / "jobs.py").write_text("from lms.plugins.workbook.models import Item\n")
    (package / "counts.py").write_text("COUNT = text('SELECT count(*) FROM workbook_item')\n")
    assert sorted(readers(tmp_path)) == ["plugins/search/counts.py", "plugins/search/jobs.py"]
    with site.session() as session:
        if session.connection().dialect.name == "sqlite":
            session.execute(text("CREATE VIRTUAL TABLE workbook_words USING fts5(body)"))
        else:
            words = "to_tsvector('simple'::regconfig, ref::text)"
            session.execute(text(f"CREATE INDEX workbook_words ON workbook_item USING gin ({words})"))
    with site.reading() as conn:
        assert "workbook_words" in indexes(conn)


def test_the_writer_of_these_tests_has_a_key(site, writer):
    assert private_key(writer)
    assert isinstance(writer, Writer)
