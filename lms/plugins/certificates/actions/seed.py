"""Invented certificates, to measure with: names and files are forgotten already."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.learning.api import enrolment_table
from lms.host.contributions import Seeder
from lms.host.security.current import vault
from lms.host.seed import Seed, store
from lms.plugins.certificates.domain import codes
from lms.plugins.certificates.models import Credential, Document
from lms.plugins.certificates.queries import place

ASKED = 0.4


def seed_certificates(session: Session, seed: Seed) -> str:
    """Give two of five people who completed a course a certificate without a name; codes are drawn as ever."""
    table = enrolment_table.c
    completed = select(table.person_id, table.course_id, table.release_id, table.completed_on)
    rows = session.execute(completed.where(table.completed_on.is_not(None)).order_by(table.person_id, table.course_id))
    credentials = [_credential(seed, row) for row in rows.all() if seed.chance(ASKED)]
    made = store(session, Credential.__table__, credentials)
    store(session, Document.__table__, _documents(seed, credentials))
    return f"{made:,} certificates"


def _credential(seed: Seed, row: Any) -> dict[str, Any]:
    return {
        "id": seed.uuid(),
        "person_id": row.person_id,
        "course_id": row.course_id,
        "release_id": row.release_id,
        "month": row.completed_on.replace(day=1),
        "withdrawn": False,
    }


def _documents(seed: Seed, credentials: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    numbers: dict[UUID, int] = {}
    for credential in credentials:
        person_id, code, document_id = credential["person_id"], codes.new(), seed.uuid()
        numbers[person_id] = numbers.get(person_id, 0) + 1
        yield {
            "id": document_id,
            "credential_id": credential["id"],
            "number": numbers[person_id],
            "lang": seed.random.choice(seed.languages),
            "discreet": False,
            "name_digest": b"",
            "code_digest": codes.digest(code),
            "code": vault().column_encrypt(code.encode(), context=place("code", document_id, person_id)),
            "state": "forgotten",
        }


seeder = Seeder("certificates", seed_certificates, order=50)
