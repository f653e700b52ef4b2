"""Tables of a person's way out: the copy of their data, and an erasure that is under way."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from lms import lazy_gettext as L_
from lms.core.accounts.models.people import ERASED_WITH_PERSON
from lms.host.db import Base, Utc, about


class Copy(Base):
    """A copy of everything held about a person, while it is put together and fetched (RET-3)."""

    __tablename__ = "accounts_copy"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), unique=True)
    asked: Mapped[datetime] = mapped_column(Utc)
    parts: Mapped[int]

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Puts together the copy of your data that you asked for."),
                lifetime=L_("24 hours."),
                erase=ERASED_WITH_PERSON,
                person="person_id",
            )
        },
    )


class CopyPart(Base):
    """What one package holds, encrypted; sealed notes are not in it and are opened only when the copy is fetched."""

    __tablename__ = "accounts_copy_part"

    copy_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_copy.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Puts together the copy of your data that you asked for."),
                lifetime=L_("24 hours."),
                erase=ERASED_WITH_PERSON,
                person="copy_id",
            )
        },
    )


class Erasure(Base):
    """An erasure that is not finished. It outlives the account on purpose, so that a crash cannot stop it half-way."""

    __tablename__ = "accounts_erasure"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    done: Mapped[list[str]] = mapped_column(JSON)

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Finishes erasing an account even if the server stops half-way."),
                lifetime=L_("Until everything is erased, within the hour."),
                erase=L_("Goes last, when nothing of the person is left."),
            )
        },
    )
