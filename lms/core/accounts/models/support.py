"""Support access: two operators look at what is readable in an account, and the person is told (AUD-4)."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from lms import lazy_gettext as L_
from lms.host.db import Base, Utc, about

OPERATOR = {"withheld": "names somebody else"}


class Support(Base):
    """A look into an account: asked for by one operator, agreed to by another. The notice to the person is this row."""

    __tablename__ = "accounts_support"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(16))
    asked_by: Mapped[UUID] = mapped_column(info=OPERATOR)
    asked: Mapped[datetime] = mapped_column(Utc)
    agreed_by: Mapped[UUID | None] = mapped_column(info=OPERATOR)
    began: Mapped[datetime | None] = mapped_column(Utc)
    ends: Mapped[datetime | None] = mapped_column(Utc)
    told_until: Mapped[datetime | None] = mapped_column(Utc)

    __table_args__ = (
        CheckConstraint("agreed_by IS NULL OR agreed_by != asked_by", name="two"),
        CheckConstraint("(agreed_by IS NULL) = (told_until IS NULL)", name="told"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Tells you when two operators opened what is readable in your account, and why."),
                lifetime=L_("24 months."),
                erase=L_("Deleted with the person."),
                person="person_id",
            )
        },
    )
