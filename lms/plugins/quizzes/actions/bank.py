"""Changes of the bank: a question is never changed, it gets a further version. None commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lms.host import clock
from lms.host.db import upsert
from lms.host.security import audit
from lms.plugins.quizzes.models import Version

Words = Mapping[str, Mapping[str, Mapping[str, str]]]


class NewerVersion(Exception):  # noqa: N818 - an answer, not a fault
    """Somebody else saved a version after the one that this one was made from (CON-5)."""


class IsPublished(Exception):  # noqa: N818 - an answer, not a fault
    """A version that is published is never deleted: quizzes and attempts rest on it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What one version says.

    Args:
        item: the question as a quiz file holds it, without `id` and the keys that a quiz adds.
        lang: the language it is written in.
        tags: words it is found by.
        outcome: the outcome of a lesson that it asks for, `HS-1.1 o1`; may be empty.
        review_due: the day on which it must be looked at again.
        words: its translations.

    """

    item: Mapping[str, Any]
    lang: str
    tags: Sequence[str] = ()
    outcome: str = ""
    review_due: date | None = None
    words: Words = field(default_factory=dict)


def add_version(session: Session, *, question: str, after: int, written: Written, by: UUID) -> bool:
    """Write the version after `after`, or the first one after 0.

    Args:
        session: the writing session.
        question: id of the question.
        after: number of the version that this one was made from.
        written: what it says.
        by: who writes it.

    Returns:
        Whether a version was written; not if the first one is there already, so that sending twice makes one.

    Raises:
        NewerVersion: another version was written meanwhile.

    """
    newest = session.scalar(select(func.max(Version.number)).where(Version.question == question)) or 0
    if newest != after:
        if after == 0:
            return False
        raise NewerVersion
    row = {
        "question": question,
        "number": after + 1,
        "type": str(written.item["type"]),
        "lang": written.lang,
        "item": dict(written.item),
        "words": {lang: dict(kinds) for lang, kinds in written.words.items()},
        "tags": list(written.tags),
        "outcome": written.outcome,
        "review_due": written.review_due,
        "person_id": by,
        "day": clock.today(),
        "published": None,
    }
    made = session.execute(upsert(session, Version).values(row).on_conflict_do_nothing().returning(Version.number))
    if made.scalar() is None and after:
        raise NewerVersion
    return True


def publish_version(session: Session, *, question: str, number: int, by: str) -> None:
    """Let quizzes use a version from their next publication on; idempotent.

    Args:
        session: the writing session.
        question: id of the question.
        number: of its newest version.
        by: audit alias of who publishes.

    Raises:
        NewerVersion: another version was written after it.

    """
    newest = session.scalar(select(func.max(Version.number)).where(Version.question == question))
    if newest != number:
        raise NewerVersion
    made = session.execute(
        update(Version)
        .where(Version.question == question, Version.number == number, Version.published.is_(None))
        .values(published=clock.today())
        .returning(Version.number)
    )
    if made.scalar() is not None:
        audit.record(session, actor=by, action="question published", object=f"bank/{question} {number}")


def delete_draft(session: Session, *, question: str, number: int, by: str) -> None:
    """Delete what was written after the last published version; of a question that was never published, all of it.

    Args:
        session: the writing session.
        question: id of the question.
        number: of its newest version.
        by: audit alias of who deletes.

    Raises:
        NewerVersion: another version was written after it.
        IsPublished: that version is published, and stays.

    """
    mine = Version.question == question
    newest = session.scalar(select(func.max(Version.number)).where(mine))
    if newest != number:
        raise NewerVersion
    out = session.scalar(select(func.max(Version.number)).where(mine, Version.published.is_not(None))) or 0
    if out == number:
        raise IsPublished
    # Asked once more, for a version that somebody publishes at this very moment.
    drafts = mine, Version.number > out, Version.published.is_(None)
    session.execute(delete(Version).where(*drafts))
    audit.record(session, actor=by, action="draft deleted", object=f"bank/{question} {number}")


def forget_writer(session: Session, *, person: UUID) -> None:
    """Take a person's name off the questions they wrote."""
    session.execute(update(Version).where(Version.person_id == person).values(person_id=None))
