"""Tables of the quizzes: attempts of people, counts that know no person, and the bank of questions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import lazy_gettext as L_
from lms.host.db import Base, Utc, about

OPEN = text("state = 'open'")


class Attempt(Base):
    """One go at a quiz. Clustered by person and quiz, the way it is always read.

    `answers` holds what was typed while the attempt is open, and what was understood once it is graded. `changed` is
    the moment of the last change, and only the day once the attempt is over (LOG-4). `ends` is when the time of an open
    attempt is over. `regraded` holds, by question id, the release whose key counts instead of the one that was asked by.
    What counts for completion (best score, what must be known) is not here but in learning.
    """

    __tablename__ = "quizzes_attempt"

    person_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True
    )
    quiz_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    release_id: Mapped[UUID | None] = mapped_column(
        Uuid, ForeignKey("catalogue_release.id", ondelete="SET NULL"), index=True
    )
    seed: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(8))
    store: Mapped[str] = mapped_column(String(8))
    questions: Mapped[list[str]] = mapped_column(JSON)
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    score: Mapped[int | None]
    version: Mapped[int]
    ends: Mapped[datetime | None] = mapped_column(Utc)
    regraded: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    changed: Mapped[datetime] = mapped_column(Utc)

    __table_args__ = (
        CheckConstraint("state IN ('open', 'graded')", name="state"),
        CheckConstraint("store IN ('tick', 'score', 'answers')", name="store"),
        CheckConstraint("(state = 'open') = (score IS NULL)", name="graded"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        Index("uq_quizzes_attempt_open", "person_id", "quiz_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_quizzes_attempt_changed", "changed"),
        {
            "sqlite_with_rowid": False,
            "info": about(
                data_class="C2",
                purpose=L_("Keeps answers from being lost, shows feedback, and says which checks are passed."),
                lifetime=L_(
                    "Answers: 24 hours after grading (after closing, where a group is told only then), or 12 months "
                    "where the quiz says so; open ones 90 days. "
                    "Scores: as long as the account. Ticks are kept by the lesson, not here."
                ),
                erase=L_("Deleted with the person."),
                person="person_id",
            ),
        },
    )


class Count(Base):
    """How often something happened to one version of a question, in one language. No person, no time.

    Only the first graded answer of a person is counted, so that the counts are numbers of people (STAT-1). `band` is
    the share that the rest of the attempt earned (low, middle, high), which tells a question that good answers miss
    from one that is merely hard. `part` is `asked`, `right`, or `chose` with the id of an option.
    """

    __tablename__ = "quizzes_count"

    question: Mapped[str] = mapped_column(String(128), primary_key=True)
    lang: Mapped[str] = mapped_column(String(16), primary_key=True)
    band: Mapped[str] = mapped_column(String(8), primary_key=True)
    part: Mapped[str] = mapped_column(String(40), primary_key=True)
    total: Mapped[int]

    __table_args__ = (
        {
            "sqlite_with_rowid": False,
            "info": about(
                data_class="C1",
                purpose=L_("Shows authors which questions and translations do not work."),
                lifetime=L_("As long as the question."),
                erase=L_("Holds nothing about a person."),
            ),
        },
    )


class Version(Base):
    """One version of a question of the bank. Its content never changes; only `published` is set, once. A draft may go.

    `item` is the question as a quiz file holds it, without the keys that a quiz adds. `words` holds its translations:
    language -> kind of text -> {"of": the source they were made of, "text"}. `person_id` is who wrote this version.
    """

    __tablename__ = "quizzes_item"

    question: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(32))
    lang: Mapped[str] = mapped_column(String(16))
    item: Mapped[dict[str, Any]] = mapped_column(JSON)
    words: Mapped[dict[str, dict[str, dict[str, str]]]] = mapped_column(JSON)
    tags: Mapped[list[str]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(200))
    review_due: Mapped[date | None]
    person_id: Mapped[UUID | None] = mapped_column(
        Uuid, ForeignKey("accounts_person.id", ondelete="SET NULL"), index=True
    )
    day: Mapped[date]
    published: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        {
            "sqlite_with_rowid": False,
            "info": about(
                data_class="C2",
                purpose=L_("Keeps the questions that authors write in the browser, each version as it was."),
                lifetime=L_("As long as the site; a draft until somebody deletes it."),
                erase=L_("The question stays; nothing tells who wrote it any more."),
                person="person_id",
            ),
        },
    )


class Picture(Base):
    """A picture of questions of the bank, written anew; `name` is made of its bytes, so one is kept once.

    A version names it in its item. `day` is when it was last handed in or put into a version.
    """

    __tablename__ = "quizzes_picture"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int]
    height: Mapped[int]
    day: Mapped[date]

    __table_args__ = (
        {
            "info": about(
                data_class="C1",
                purpose=L_("Keeps the pictures of the questions that authors write in the browser."),
                lifetime=L_("As long as a version of a question shows it; else two days."),
                erase=L_("Holds nothing about a person."),
            ),
        },
    )
