"""The sample's one table."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from lms.host.db import Base, about


class Pebble(Base):
    """A pebble a person put down: here, or for a finished course."""

    __tablename__ = "sample_pebble"

    person_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[str] = mapped_column(String(80), primary_key=True)
    day: Mapped[date]

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose="Shows that a plugin can keep something of a person.",
                lifetime="Until the person erases the account.",
                erase="Deleted with the person.",
                person="person_id",
            )
        },
    )
