"""Changes of the bank: a question is never changed, it gets a further version. None commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, literal, select, update
from sqlalchemy.orm import Session

from lms.core.catalogue.api import Medium
from lms.host import clock
from lms.host.db import upsert
from lms.host.security import audit
from lms.plugins.quizzes.domain.bank.pictured import FOLDER, described, name_in
from lms.plugins.quizzes.models import Picture, Version

WAITS = timedelta(days=2)
Words = Mapping[str, Mapping[str, Mapping[str, str]]]


class NewerVersion(Exception):  # noqa: N818 - an answer, not a fault
    """Somebody else saved a version after the one that this one was made from (CON-5)."""


class NoPicture(Exception):  # noqa: N818 - an answer, not a fault
    """The picture was handed in days ago and is no longer kept."""


class Undescribed(Exception):  # noqa: N818 - an answer, not a fault
    """A question whose picture has no description is not published."""


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
        NoPicture: the picture that it names is not there.

    """
    if _newest(session, question) != after:
        if after == 0:
            return False
        raise NewerVersion
    _hold(session, name_in(written.item))
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


def _newest(session: Session, question: str, *which: ColumnElement[bool]) -> int:
    """Return the number of the newest version, or of the newest of `which`; 0 if there is none."""
    return session.scalar(select(func.max(Version.number)).where(Version.question == question, *which)) or 0


def keep_pictures(session: Session, pictures: Iterable[Medium]) -> None:
    """Keep pictures that were handed in; those that no version names within two days go again."""
    for one in pictures:
        row = {"name": one.name, "data": one.data, "width": one.width, "height": one.height, "day": clock.today()}
        made = upsert(session, Picture).values(row)
        session.execute(made.on_conflict_do_update(index_elements=["name"], set_={"day": clock.today()}))


def _hold(session: Session, name: str) -> None:
    """Keep a picture from being swept away while a version with it is written."""
    if name:
        held = update(Picture).where(Picture.name == name).values(day=clock.today()).returning(Picture.name)
        if session.execute(held).scalar() is None:
            raise NoPicture


def sweep_pictures(session: Session) -> None:
    """Delete pictures that no version names; idempotent."""
    named = Version.item[("picture", "file")].as_string()
    used = select(named).where(named.is_not(None))
    unused = literal(FOLDER).concat(Picture.name).not_in(used)
    session.execute(delete(Picture).where(Picture.day < clock.today() - WAITS, unused))


def publish_version(session: Session, *, question: str, number: int, by: str) -> None:
    """Let quizzes use a version from their next publication on; idempotent.

    Args:
        session: the writing session.
        question: id of the question.
        number: of its newest version.
        by: audit alias of who publishes.

    Raises:
        NewerVersion: another version was written after it.
        Undescribed: its picture has no description.

    """
    if _newest(session, question) != number:
        raise NewerVersion
    item = session.scalar(select(Version.item).where(Version.question == question, Version.number == number))
    if not described(item or {}):
        raise Undescribed
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
    if _newest(session, question) != number:
        raise NewerVersion
    out = _newest(session, question, Version.published.is_not(None))
    if out == number:
        raise IsPublished
    # Asked once more, for a version that somebody publishes at this very moment.
    drafts = Version.question == question, Version.number > out, Version.published.is_(None)
    session.execute(delete(Version).where(*drafts))
    audit.record(session, actor=by, action="draft deleted", object=f"bank/{question} {number}")


def forget_writer(session: Session, *, person: UUID) -> None:
    """Take a person's name off the questions they wrote."""
    session.execute(update(Version).where(Version.person_id == person).values(person_id=None))
