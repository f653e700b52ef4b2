"""Two tables: a person's notebook, and the sealed things in it."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import lazy_gettext as L_
from lms.host.db import Base, about

SHEET, REFLECTION = "sheet", "reflection"
OPEN = text("closed IS NULL")


class Notebook(Base):
    """A notebook: a key pair of its own, whose private half lies in the key store (RET-7).

    `closed` is the day on which the person's own key pair was replaced: nobody can open it any more (ENC-6).
    """

    __tablename__ = "workbook_notebook"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    key_wrap: Mapped[UUID]
    closed: Mapped[date | None]

    __table_args__ = (
        Index("uq_workbook_notebook_open", "person_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Holds the key to which your sheets and reflections are sealed."),
                lifetime=L_("Until you erase your notebook or your account; 30 days after your key was lost."),
                erase=L_("Deleted; its key in the key store is destroyed first."),
                person="person_id",
            )
        },
    )


class Item(Base):
    """A part of a sheet, or a reflection, sealed. `version` counts changes, so that two windows see each other."""

    __tablename__ = "workbook_item"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    notebook_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("workbook_notebook.id", ondelete="CASCADE"))
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    ref: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    data_key: Mapped[bytes] = mapped_column(LargeBinary, info={"data_class": "C3"})
    body: Mapped[bytes] = mapped_column(LargeBinary, info={"data_class": "C3"})

    __table_args__ = (
        UniqueConstraint("notebook_id", "kind", "ref"),
        CheckConstraint("kind IN ('sheet', 'reflection')", name="kind"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Keeps the sheets and reflections that you chose to keep here. Only you can open them."),
                lifetime=L_("Until you wipe them, your notebook or your account."),
                erase=L_("Deleted; the key that opens them is destroyed first."),
                person="person_id",
            )
        },
    )
