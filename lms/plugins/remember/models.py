"""Two tables: who wants to remember, and what comes back to them. No card is possible without the first (foreign key)."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Double, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from lms import lazy_gettext as L_
from lms.host.db import Base, about


class Choice(Base):
    """That a person wants questions to come back. `rested` is the day on which they had enough."""

    __tablename__ = "remember_choice"

    person_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True
    )
    rested: Mapped[date | None]

    __table_args__ = (
        {
            "sqlite_with_rowid": False,
            "info": about(
                data_class="C2",
                purpose=L_("Says that you want questions to come back, and that you had enough for today."),
                lifetime=L_("Until you switch it off."),
                erase=L_("Deleted with the person."),
                person="person_id",
            ),
        },
    )


class Card(Base):
    """A question that comes back. `version` is the hash of its content; how it was answered is not kept."""

    __tablename__ = "remember_card"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("remember_choice.person_id", ondelete="CASCADE"))
    enrolment_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("learning_enrolment.id", ondelete="CASCADE"), index=True
    )
    quiz_id: Mapped[str] = mapped_column(String(64))
    question: Mapped[str] = mapped_column(String(32))
    version: Mapped[str] = mapped_column(String(16))
    stability: Mapped[float] = mapped_column(Double)
    difficulty: Mapped[float] = mapped_column(Double)
    due: Mapped[date]

    __table_args__ = (
        UniqueConstraint("person_id", "quiz_id", "question"),
        Index("ix_remember_card_due", "person_id", "due"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Says which questions come back to you and when. What you answer is never kept."),
                lifetime=L_("Until you switch it off; what you do not come back to, 180 days after its day."),
                erase=L_("Deleted with the person."),
                person="person_id",
            ),
        },
    )
