"""What the workbook holds about a person, handed out and erased (RET-3, RET-4)."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import chain, count
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms.host import i18n
from lms.host.contributions import PersonalData, Retention
from lms.plugins.workbook import actions
from lms.plugins.workbook.access import kept_by
from lms.plugins.workbook.domain.filled import Filled
from lms.plugins.workbook.queries import closed_on, sheets

CLOSED_FOR = timedelta(days=30)


def export(conn: Connection, person_id: UUID) -> Mapping[str, Any]:
    """Return which sheets are kept, and that there are reflections; what stands on them is sealed."""
    kept, closed = kept_by(conn, person_id, None), closed_on(conn, person_id)
    return {
        "sheets": sorted({row.sheet_id for row in kept.rows if row.sheet_id}),
        "reflections": sum(1 for row in kept.rows if not row.sheet_id),
        "closed for ever on": closed.isoformat() if closed else None,
    }


def opened(conn: Connection, person_id: UUID, private_key: bytes) -> Mapping[str, Any]:
    """Return everything that is sealed to the person, in words (only in the request that hands it out, OPS-4)."""
    kept = kept_by(conn, person_id, private_key)
    if not kept.open:
        return {}
    known = sheets(i18n.language().code).values()
    mine = [kept.filled(sheet) for sheet in known if kept.has(sheet)]
    return {
        "sheets": _named((sheet.sheet.title.text, _told(sheet)) for sheet in mine),
        "parts that are on no sheet any more": kept.beside(known),
        "reflections": [
            {"day": one.day.isoformat(), "question": one.prompt, "text": one.text} for one in kept.reflections
        ],
    }


def _told(filled: Filled) -> dict[str, Any]:
    return _named(
        (one.part.title.text, _named((field.label.text, one.values[field.id]) for field in one.part.fields))
        for one in filled.parts
    )


def _named(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return values by name; a name that stands there already is numbered, so that nothing takes another's place."""
    named: dict[str, Any] = {}
    for name, value in pairs:
        free = next(one for one in chain([name], (f"{name} ({n})" for n in count(2))) if one not in named)
        named[free] = value
    return named


def erase(session: Session, person_id: UUID) -> None:
    """Destroy the keys first, then what they opened."""
    actions.erase_notebook(session, person_id=person_id)


personal_data = PersonalData("workbook", ("workbook_notebook", "workbook_item"), export, erase, open=opened)
closed_rule = Retention("workbook.closed", "workbook_notebook", "closed", CLOSED_FOR)
