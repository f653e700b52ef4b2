"""Tables of the catalogue: immutable releases, and the contents they share. Nothing here is about a person."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from lms import lazy_gettext as L_
from lms.host.db import Base, Text, about

HASH = String(64)
CONTENT_ID = String(64)
LANG = String(16)


def _public(purpose: Text) -> dict[str, Any]:
    return {
        "info": about(
            data_class="C0",
            purpose=purpose,
            lifetime=L_("As long as somebody’s enrolment, attempt or certificate refers to it."),
            erase=L_("Holds nothing about people."),
        )
    }


class Release(Base):
    """A published version of a course; never changed afterwards."""

    __tablename__ = "catalogue_release"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    course_id: Mapped[str] = mapped_column(CONTENT_ID)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    published: Mapped[date]
    source_lang: Mapped[str] = mapped_column(LANG)
    fingerprint: Mapped[str] = mapped_column(HASH)
    manifest: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    unreviewed: Mapped[int]

    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        CheckConstraint("kind IN ('edition', 'correction')", name="kind"),
        _public(L_("Keeps each published version of a course readable for those who began it.")),
    )


class Course(Base):
    """A course and the release that a new enrolment takes."""

    __tablename__ = "catalogue_course"

    id: Mapped[str] = mapped_column(CONTENT_ID, primary_key=True)
    origin: Mapped[str] = mapped_column(String(8))
    release_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("catalogue_release.id"))

    __table_args__ = (
        CheckConstraint("origin IN ('files', 'desk')", name="origin"),
        _public(L_("Says which release of a course is offered.")),
    )


class Body(Base):
    """Compressed content under its own hash; releases that say the same share it."""

    __tablename__ = "catalogue_body"

    hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (_public(L_("Holds lessons, outlines and activities as they were compiled.")),)


class OutlineRow(Base):
    """The outline of a release in one language."""

    __tablename__ = "catalogue_outline"

    release_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("catalogue_release.id", ondelete="CASCADE"), primary_key=True
    )
    lang: Mapped[str] = mapped_column(LANG, primary_key=True)
    hash: Mapped[str] = mapped_column(ForeignKey("catalogue_body.hash"))

    __table_args__ = (_public(L_("Finds the outline of a release in a language.")),)


class Lesson(Base):
    """The body of a lesson of a release in one language."""

    __tablename__ = "catalogue_lesson"

    release_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("catalogue_release.id", ondelete="CASCADE"), primary_key=True
    )
    lesson_id: Mapped[str] = mapped_column(CONTENT_ID, primary_key=True)
    lang: Mapped[str] = mapped_column(LANG, primary_key=True)
    hash: Mapped[str] = mapped_column(ForeignKey("catalogue_body.hash"))

    __table_args__ = (_public(L_("Finds the text of a lesson of a release in a language.")),)


class Activity(Base):
    """An activity of a release in one language."""

    __tablename__ = "catalogue_activity"

    release_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("catalogue_release.id", ondelete="CASCADE"), primary_key=True
    )
    activity_id: Mapped[str] = mapped_column(CONTENT_ID, primary_key=True)
    lang: Mapped[str] = mapped_column(LANG, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    owner: Mapped[str] = mapped_column(CONTENT_ID)
    hash: Mapped[str] = mapped_column(ForeignKey("catalogue_body.hash"))

    __table_args__ = (_public(L_("Finds a quiz or check of a release in a language.")),)


class Code(Base):
    """What stands in addresses instead of an id that names a topic (CACHE-4); random, never derived."""

    __tablename__ = "catalogue_code"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    content_id: Mapped[str] = mapped_column(CONTENT_ID, unique=True)
    course_id: Mapped[str] = mapped_column(CONTENT_ID)

    __table_args__ = (
        CheckConstraint("kind IN ('course', 'module', 'lesson')", name="kind"),
        Index("ix_catalogue_code_course", "course_id"),
        _public(L_("Keeps topics out of addresses and browser histories.")),
    )


class Picture(Base):
    """A picture of a lesson: its name in lessons, and where its bytes are kept."""

    __tablename__ = "catalogue_picture"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    stored: Mapped[str] = mapped_column(String(64))

    __table_args__ = (_public(L_("Finds the bytes of a picture.")),)
