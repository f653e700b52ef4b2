"""Reading: the sheets of this site, and what a person keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, bindparam, select
from sqlalchemy import Uuid as UuidType

from lms.core.catalogue.api import shelves
from lms.host import printing
from lms.plugins.workbook.domain.files import FOLDER, compiled, read_shelf
from lms.plugins.workbook.domain.sealing import Sealed
from lms.plugins.workbook.domain.sheet import Sheet
from lms.plugins.workbook.models import SHEET, Item, Notebook


def folders() -> tuple[Path, ...]:
    """Return where sheets lie: those that came along, and the site's own, which win over them."""
    return shelves(printing.data_folder(), FOLDER)


def sheets(lang: str) -> Mapping[int, Sheet]:
    """Return every sheet by its number; they are read once for as long as the process lives."""
    return _sheets(folders(), lang)


@lru_cache(maxsize=32)
def _sheets(places: tuple[Path, ...], lang: str) -> Mapping[int, Sheet]:
    return compiled([read_shelf(place, [lang]) for place in places], lang)


@dataclass(frozen=True, slots=True)
class NotebookRow:
    """A notebook as stored."""

    id: UUID
    public_key: bytes
    key_wrap: UUID
    closed: date | None


_notebooks = (
    select(Notebook.id, Notebook.public_key, Notebook.key_wrap, Notebook.closed)
    .where(Notebook.person_id == bindparam("person", type_=UuidType))
    .order_by(Notebook.closed)
)


def notebook(conn: Connection, person_id: UUID) -> NotebookRow | None:
    """Return the notebook that a person writes in; `None` before the first thing is kept."""
    row = conn.execute(_notebooks.where(Notebook.closed.is_(None)), {"person": person_id}).first()
    return NotebookRow(*row) if row else None


def closed_on(conn: Connection, person_id: UUID) -> date | None:
    """Return the day on which the latest notebook was closed for ever, while it is still there."""
    rows = conn.execute(_notebooks.where(Notebook.closed.is_not(None)), {"person": person_id}).all()
    return rows[-1].closed if rows else None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A sealed thing as stored."""

    id: UUID
    kind: str
    ref: str
    version: int
    sealed: Sealed

    @property
    def sheet_id(self) -> str:
        """The sheet it is a part of."""
        return self.ref.partition("/")[0] if self.kind == SHEET else ""


def items(conn: Connection, notebook_id: UUID) -> list[ItemRow]:
    """Return everything in a notebook, still sealed."""
    rows = conn.execute(
        select(Item.id, Item.kind, Item.ref, Item.version, Item.data_key, Item.body)
        .where(Item.notebook_id == notebook_id)
        .order_by(Item.ref)
    )
    return [ItemRow(row.id, row.kind, row.ref, row.version, Sealed(row.data_key, row.body)) for row in rows]


def wraps_in_use(conn: Connection) -> set[UUID]:
    """Return the ids of every notebook's key in the key store."""
    return set(conn.scalars(select(Notebook.key_wrap)))
