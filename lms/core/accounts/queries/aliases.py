"""The names under which the audit knows people, for pages that must say whose data they show (AUD-1)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import Connection, select

from lms.core.accounts.models import Person

audit_aliases = select(Person.id.label("person_id"), Person.alias).subquery("accounts_alias")


def aliases_of(conn: Connection, person_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Return audit aliases by person; missing people are absent."""
    rows = conn.execute(select(audit_aliases).where(audit_aliases.c.person_id.in_(person_ids)))
    return {row.person_id: str(row.alias) for row in rows}
