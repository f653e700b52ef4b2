"""Tables of organisations. They hold no person: who came with which code is kept nowhere (ORG-1, ORG-3)."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from lms import lazy_gettext as L_
from lms.host.db import Base, Utc, about


class Organisation(Base):
    """A body that gives people places in its groups."""

    __tablename__ = "organisations_organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Lets an organisation give places and see how many are used."),
                lifetime=L_("Until operators delete it."),
                erase=L_("Holds nobody’s data."),
            )
        },
    )


class Batch(Base):
    """Invitation codes made at once. The codes themselves are hashes in the table of invitations.

    `slips` are the codes once more, so that a form sent twice answers with the same page (DUR-5). They are sealed under
    the key of that form, which only the browser that sent it has: this server cannot open them by itself.
    """

    __tablename__ = "organisations_batch"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("organisations_organisation.id", ondelete="CASCADE"), index=True
    )
    cohort_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("cohorts_cohort.id", ondelete="CASCADE"), index=True)
    size: Mapped[int]
    lang: Mapped[str] = mapped_column(String(16))
    expires: Mapped[datetime] = mapped_column(Utc)
    revoked: Mapped[bool] = mapped_column(default=False)
    slips: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data_class": "C4"})
    slips_until: Mapped[datetime | None] = mapped_column(Utc)

    __table_args__ = (
        CheckConstraint("size >= 1", name="size"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Shows how many codes of a batch are used, and lets the unused ones be taken back."),
                lifetime=L_("30 days after its end; the sealed codes 24 hours."),
                erase=L_("Holds nobody’s data."),
            )
        },
    )
