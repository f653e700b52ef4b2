"""What a person keeps is handed out to them whole, and erased with its keys (RET-3, RET-4, RET-7)."""

from threading import Thread

import pytest
from sqlalchemy import select

from lms.host.contributions import PersonalData
from lms.host.db import Base, db
from lms.host.plugin import current_host
from lms.host.security.current import keystore
from lms.plugins.workbook import access, privacy
from lms.plugins.workbook.actions import save_part, seal_reflection
from lms.plugins.workbook.models import Item, Notebook
from lms.plugins.workbook.privacy import personal_data
from lms.plugins.workbook.queries import wraps_in_use
from tests.plugins.workbook.conftest import CANARY, every_sheet, opened, private_key

pytestmark = pytest.mark.safety


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


def test_ret_3_the_copy_holds_what_is_on_no_sheet_any_more(site, full):
    """RET-3: a site may take a sheet away, or a part of one; what stands on it is still the person's."""
    with site.session() as session:
        save_part(session, person_id=full.person.id, ref="WB77/notes", content={"note": CANARY}, version=0)
    with site.app.test_request_context("/en/"):
        site.app.preprocess_request()
        copy = personal_data.open(db.session().connection(), full.person.id, private_key(full))
        db.session.rollback()
    assert copy["parts that are on no sheet any more"] == {"WB77/notes": {"note": CANARY}}


def missing_in_copy(site, full):
    """Return the places of the canary that the opened copy does not hold."""
    with site.app.test_request_context("/en/"):
        site.app.preprocess_request()
        copy = personal_data.open(db.session().connection(), full.person.id, private_key(full))
        db.session.rollback()
    held = {str(sheet.title.text): sheet.id for sheet in every_sheet().values()}
    found = {held[title] for title, parts in copy["sheets"].items() if CANARY in str(parts)}
    found |= {"reflection" for one in copy["reflections"] if CANARY in one["text"]}
    return {"WB01", "WB07", "reflection"} - found


def test_ret_3_planted_something_left_out_of_the_copy_is_found(site, full, monkeypatch):
    """RET-3: every place that was written on is in the copy; planted fault: a sheet and the reflections are forgotten."""
    assert missing_in_copy(site, full) == set()
    has = access.Kept.has
    monkeypatch.setattr(access.Kept, "has", lambda kept, sheet: sheet.id != "WB07" and has(kept, sheet))
    monkeypatch.setattr(access.Kept, "reflections", [])
    assert missing_in_copy(site, full) == {"WB07", "reflection"}


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


def erased_and_brought_back(site, full):
    """Erase the notebook by its page, then bring a copy of its rows back; return how much opens with the key from before."""
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
    assert private_key(full) == key
    return opened(site, full, key)


def test_ret_7_the_notebook_is_erased_in_one_step_and_the_account_stays(site, full):
    """RET-7: keys destroyed at once; a copy of the database made before opens nothing; a new notebook can begin."""
    assert erased_and_brought_back(site, full) == 0
    with site.session() as session:
        session.execute(Notebook.__table__.delete())
    full.keep(1).write(helps="new")
    assert "new" in full.text("/1")


def test_ret_7_planted_rows_deleted_and_keys_left_are_found(site, full, monkeypatch):
    """RET-7: planted fault: with the key still in the store, the copy of the database opens again."""
    monkeypatch.setattr("lms.host.security.keystore.KeyStore.destroy", lambda *_args: None)
    assert erased_and_brought_back(site, full) == 3


def write_while_it_is_erased(site, writer):
    """Write in one window, erase in another before that is committed; return what is left of the notebook."""
    erased = Thread(target=writer.post, args=("/erase",))
    with site.session() as session:
        seal_reflection(session, person_id=writer.person.id, prompt="Why?", text=CANARY)
        erased.start()
        erased.join(0.5)  # as far as it gets while the other has not committed
    erased.join()
    with site.app.app_context(), site.reading() as conn:
        left = [len(conn.scalars(select(table.id)).all()) for table in (Notebook, Item)]
        return *left, len(keystore().missing(wraps_in_use(conn)))


@pytest.mark.parametrize("begun", [False, True])
def test_ret_7_what_is_written_while_the_notebook_is_erased_does_not_stay(site, writer, begun):
    """RET-7, RET-4: two windows at once; the later one wins whole, and no rows stay whose key is gone."""
    if begun:
        writer.keep(1)
    assert write_while_it_is_erased(site, writer) == (0, 0, 0)
    writer.keep(1).write(helps="new")
    assert "new" in writer.text("/1")


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_ret_7_planted_windows_that_do_not_wait_leave_a_notebook_without_a_key(site, writer, monkeypatch):
    """RET-7, planted fault: rows that nobody can open, and whatever is written next is sealed to the same lost key."""
    monkeypatch.setattr("lms.plugins.workbook.actions.hold", lambda *_args: None)
    assert write_while_it_is_erased(site, writer) == (1, 1, 1)


def test_ret_3_things_of_one_name_do_not_take_each_others_place():
    """RET-3: two parts, or two questions, may carry the same words."""
    told = privacy._named([("Notes", 1), ("Notes", 2), ("Notes (2)", 3), ("Notes", 4)])
    assert told == {"Notes": 1, "Notes (2)": 2, "Notes (2) (2)": 3, "Notes (3)": 4}


def test_every_person_table_of_the_workbook_is_in_its_promise(site):
    """RET-1, RET-3: tables with a person column are covered."""
    with site.app.app_context():
        data = current_host().one(PersonalData, "workbook")
    mine = {table.name for table in Base.metadata.sorted_tables if table.name.startswith("workbook_")}
    assert set(data.tables) == mine
