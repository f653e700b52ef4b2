"""Tables of certificates: the credential, the forms it was printed in, and what was withdrawn."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from lms import lazy_gettext as L_
from lms.host.db import Base, Utc, about


class Credential(Base):
    """That a person has completed a release of a course; one row, whatever races (CERT-7).

    `month` is the first day of the month in which the course was completed.
    """

    __tablename__ = "certificates_credential"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"))
    course_id: Mapped[str] = mapped_column(String(64))
    release_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("catalogue_release.id"), index=True)
    month: Mapped[date]
    withdrawn: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("person_id", "release_id"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Lets a person print a certificate of a course, and others check it."),
                lifetime=L_("Until the person erases it or the account."),
                erase=L_("Deleted; if it was withdrawn, the digests of its codes stay listed without anything else."),
                person="person_id",
            )
        },
    )


class Document(Base):
    """One form in which a credential was printed: language, title, and the name as a keyed digest.

    Each form has a code of its own, so that a paper without a name or with a neutral title leads to nothing that
    another paper of the same person says. Name and PDF stay at most 24 hours, under the column key.
    """

    __tablename__ = "certificates_document"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    credential_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("certificates_credential.id", ondelete="CASCADE"))
    number: Mapped[int]
    lang: Mapped[str] = mapped_column(String(16))
    discreet: Mapped[bool]
    name_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12))
    name: Mapped[bytes | None] = mapped_column(LargeBinary)
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary)
    forget_at: Mapped[datetime | None] = mapped_column(Utc, index=True)

    __table_args__ = (
        UniqueConstraint("credential_id", "lang", "discreet", "name_digest"),
        CheckConstraint("state IN ('new', 'waiting', 'ready', 'unavailable', 'failed', 'forgotten')", name="state"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Makes the file, and lets whoever holds the paper check it."),
                lifetime=L_("Printed name and file: 24 hours. The rest: as long as the credential."),
                erase=L_("Deleted with its credential."),
                seen=L_("Whoever has the code on the paper sees course and month, never the name."),
                person="credential_id",
            )
        },
    )


class Withdrawal(Base):
    """A code that is no longer valid. It says nothing of a person and stays when they are erased."""

    __tablename__ = "certificates_withdrawal"

    code_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    month: Mapped[date]

    __table_args__ = (
        {
            "info": about(
                data_class="C1",
                purpose=L_("Tells whoever checks a withdrawn certificate that it is not valid."),
                lifetime=L_("As long as the site."),
                erase=L_("Holds nothing about people; a code is 130 random bits."),
            )
        },
    )
