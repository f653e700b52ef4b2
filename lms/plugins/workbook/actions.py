"""Every change to a notebook. Writing needs nothing but public keys (ENC-5)."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.core.accounts.api import hold, people
from lms.host import clock
from lms.host.db import upsert
from lms.host.security.current import keystore
from lms.host.security.sealed import new_pair, seal
from lms.plugins.workbook.access import NOTEBOOK
from lms.plugins.workbook.domain.sealing import Content, Place, close, notebook_cell
from lms.plugins.workbook.domain.sheet import Sheet
from lms.plugins.workbook.models import REFLECTION, SHEET, Item, Notebook
from lms.plugins.workbook.queries import NotebookRow, notebook, wraps_in_use


class Changed(Exception):  # noqa: N818 - a state, not a fault
    """The same part was written in another window in between (CON-5)."""


def keep_sheet(session: Session, *, person_id: UUID, sheet: Sheet) -> None:
    """Begin to keep a sheet, because the person chose so on that very sheet; twice is as good as once."""
    for part in sheet.parts:
        _insert(session, person_id, SHEET, sheet.ref(part), {})


def save_part(session: Session, *, person_id: UUID, ref: str, content: Content, version: int) -> None:
    """Keep what was written on a part of a sheet.

    Args:
        session: the writing session.
        person_id: whose it is.
        ref: names sheet and part.
        content: what was written.
        version: of what the person was shown; 0 if it was never written.

    Raises:
        Changed: another version came first; nothing is changed.
        ValueError: longer than 64 KiB.

    """
    if version == 0:
        if not _insert(session, person_id, SHEET, ref, content):
            raise Changed
        return
    book = _notebook(session, person_id)
    known = select(Item.id).where(Item.notebook_id == book.id, Item.kind == SHEET, Item.ref == ref)
    item_id = session.scalar(known)
    if item_id is None:
        raise Changed
    sealed = close(book.public_key, content, Place(person_id, book.id, item_id))
    changed = (
        update(Item)
        .where(Item.id == item_id, Item.version == version)
        .values(version=version + 1, data_key=sealed.data_key, body=sealed.body)
        .returning(Item.id)
    )
    if session.execute(changed).first() is None:
        raise Changed


def seal_reflection(session: Session, *, person_id: UUID, prompt: str, text: str) -> None:
    """Keep what a person wrote about a question, because they chose so; which question it was is sealed too.

    Args:
        session: the writing session.
        person_id: whose it is.
        prompt: the question, in the words that the person read.
        text: what they wrote.

    Raises:
        ValueError: longer than 64 KiB.

    """
    content = {"day": clock.today().isoformat(), "prompt": prompt, "text": text}
    _insert(session, person_id, REFLECTION, uuid4().hex, content)


def wipe_sheet(session: Session, *, person_id: UUID, sheet_id: str) -> None:
    """Forget everything on one sheet."""
    mine = delete(Item).where(Item.person_id == person_id, Item.kind == SHEET)
    session.execute(mine.where(Item.ref.startswith(f"{sheet_id}/", autoescape=True)))


def wipe_reflection(session: Session, *, person_id: UUID, item_id: UUID) -> bool:
    """Forget one reflection; `False` if the person has none of this id."""
    mine = delete(Item).where(Item.id == item_id, Item.person_id == person_id, Item.kind == REFLECTION)
    return session.execute(mine.returning(Item.id)).first() is not None


def erase_notebook(session: Session, *, person_id: UUID) -> None:
    """Destroy the keys of a person's notebook, then what they opened; account and progress stay (RET-7).

    Something that is being written in another window comes first and goes too, or comes after and begins a new notebook.
    """
    hold(session, person_id)
    keystore().destroy(person_id, NOTEBOOK)
    session.execute(delete(Item).where(Item.person_id == person_id))
    session.execute(delete(Notebook).where(Notebook.person_id == person_id))


def close_notebook(session: Session, *, person_id: UUID) -> None:
    """Mark what was sealed to a lost key pair as closed; it is removed 30 days later (ENC-6)."""
    session.execute(
        update(Notebook).where(Notebook.person_id == person_id, Notebook.closed.is_(None)).values(closed=clock.today())
    )


def sweep_keys(session: Session) -> None:
    """Destroy keys of notebooks that are not there any more: removed after 30 days, or never begun after a crash."""
    keystore().sweep(wraps_in_use(session.connection()), before=clock.today() - timedelta(days=1), kinds=(NOTEBOOK,))


def _insert(session: Session, person_id: UUID, kind: str, ref: str, content: Content) -> bool:
    """Add a thing; `False` if there is one of this name."""
    book, item_id = _notebook(session, person_id), uuid4()
    sealed = close(book.public_key, content, Place(person_id, book.id, item_id))
    row = {
        "id": item_id,
        "notebook_id": book.id,
        "person_id": person_id,
        "kind": kind,
        "ref": ref,
        "version": 1,
        "data_key": sealed.data_key,
        "body": sealed.body,
    }
    added = upsert(session, Item).values(row).on_conflict_do_nothing().returning(Item.id)
    return session.execute(added).first() is not None


def _notebook(session: Session, person_id: UUID) -> NotebookRow:
    """Return the notebook to write in; a new one with a new key pair, if there is none or it was closed."""
    hold(session, person_id)
    found = notebook(session.connection(), person_id)
    return found or _begin(session, person_id)


def _begin(session: Session, person_id: UUID) -> NotebookRow:
    owner = people(session.connection(), [person_id])[person_id]
    notebook_id, (private_key, public_key) = uuid4(), new_pair()
    wrapped = seal(owner.public_key, private_key, context=notebook_cell(notebook_id, person_id))
    row = {
        "id": notebook_id,
        "person_id": person_id,
        "public_key": public_key,
        "key_wrap": keystore().put(person_id, NOTEBOOK, wrapped),
    }
    session.execute(upsert(session, Notebook).values(row).on_conflict_do_nothing())
    began = notebook(session.connection(), person_id)
    assert began is not None
    return began
