"""The only door to what somebody keeps: it opens with the private key of the person who is asking, and no role has one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from lms.host.actor import Actor
from lms.host.security.current import keystore
from lms.host.security.sealed import CannotOpen, unseal
from lms.plugins.workbook.domain.filled import Filled, FilledPart, Values, fitting
from lms.plugins.workbook.domain.sealing import Place, notebook_cell, reopen
from lms.plugins.workbook.domain.sheet import Part, Sheet
from lms.plugins.workbook.models import REFLECTION, SHEET
from lms.plugins.workbook.queries import ItemRow, items, notebook

NOTEBOOK = "notebook"


@dataclass(frozen=True, slots=True)
class Reflection:
    """Something a person wrote about a question of a lesson."""

    id: UUID
    day: date
    prompt: str
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What a person keeps: closed, as long as `private_key` is `None`."""

    person_id: UUID
    notebook_id: UUID | None
    rows: Sequence[ItemRow]
    private_key: bytes | None

    @property
    def open(self) -> bool:
        """Whether it can be read in this sign-in."""
        return self.private_key is not None

    def has(self, sheet: Sheet) -> bool:
        """Whether a sheet is kept here."""
        return any(row.sheet_id == sheet.id for row in self.rows)

    def part(self, sheet: Sheet, part: Part) -> tuple[Values, int]:
        """Return what is written on a part, and its version; 0 if it was never written."""
        row = next((row for row in self.rows if row.ref == sheet.ref(part)), None)
        return (fitting(part, self._read(row) if row else {}), row.version if row else 0)

    def filled(self, sheet: Sheet) -> Filled:
        """Return a sheet with everything written on it."""
        return Filled(sheet, tuple(FilledPart(part, self.part(sheet, part)[0]) for part in sheet.parts))

    def beside(self, shown: Iterable[Sheet]) -> dict[str, dict[str, Any]]:
        """Return what stands on parts that no sheet has any more, by its place: it is still the person's."""
        there = {sheet.ref(part) for sheet in shown for part in sheet.parts}
        return {row.ref: self._read(row) for row in self.rows if row.kind == SHEET and row.ref not in there}

    @property
    def reflections(self) -> list[Reflection]:
        """Every reflection, the latest first."""
        found = [(row, self._read(row)) for row in self.rows if row.kind == REFLECTION]
        read = [Reflection(row.id, date.fromisoformat(one["day"]), one["prompt"], one["text"]) for row, one in found]
        return sorted(read, key=lambda one: one.day, reverse=True)

    def _read(self, row: ItemRow) -> dict[str, Any]:
        if self.private_key is None or self.notebook_id is None:
            raise CannotOpen
        return reopen(self.private_key, row.sealed, Place(self.person_id, self.notebook_id, row.id))


def kept_for(conn: Connection, actor: Actor, private_key: bytes | None) -> Kept:
    """Return what the actor keeps (AUTHZ-2: there is no way to name somebody else's).

    Args:
        conn: where to read.
        actor: who is asking.
        private_key: of the actor, if this sign-in holds it open.

    """
    return kept_by(conn, actor.person, private_key)


def kept_by(conn: Connection, person_id: UUID, private_key: bytes | None) -> Kept:
    """Return what a person keeps, opened with their private key."""
    found = notebook(conn, person_id)
    if found is None:
        return Kept(person_id, None, (), private_key)
    rows = items(conn, found.id)
    opened = _notebook_key(found.id, found.key_wrap, person_id, private_key) if private_key else None
    return Kept(person_id, found.id, rows, opened)


def _notebook_key(notebook_id: UUID, key_wrap: UUID, person_id: UUID, private_key: bytes) -> bytes | None:
    wrapped = keystore().get(key_wrap, person_id, NOTEBOOK)
    try:
        return unseal(private_key, wrapped, context=notebook_cell(notebook_id, person_id)) if wrapped else None
    except CannotOpen:
        return None
