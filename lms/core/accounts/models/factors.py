"""Tables of what is needed beside a passphrase, or in its place: second factors, closed accounts, help by two people."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from lms import lazy_gettext as L_
from lms.core.accounts.models.people import ERASED_WITH_PERSON, SECRET
from lms.host.db import Base, Utc, about


# ---------------------------------------------------------------- a second factor (ACC-6, ACC-7)
class SecondStep(Base):
    """A sign-in that is half done: what the person knows was right, what they have is still to be shown.

    A table of its own, so that nothing that reads sign-ins can take one of these for a whole one.
    """

    __tablename__ = "accounts_second_step"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    token: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info=SECRET)
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary, info=SECRET)
    by_code: Mapped[bool] = mapped_column(default=False)
    began: Mapped[datetime] = mapped_column(Utc)

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Waits for the second step of a sign-in."),
                lifetime=L_("Ten minutes."),
                erase=ERASED_WITH_PERSON,
                person="person_id",
            )
        },
    )


class Totp(Base):
    """The seed of one-time codes, encrypted under the column key; not in force while `since` is empty."""

    __tablename__ = "accounts_totp"

    person_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True
    )
    seed: Mapped[bytes] = mapped_column(LargeBinary, info=SECRET)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    since: Mapped[date | None]

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Checks the codes of an app that a person signs in with."),
                lifetime=L_("Until the person turns it off; unfinished ones a day."),
                erase=ERASED_WITH_PERSON,
                person="person_id",
            )
        },
    )


class Passkey(Base):
    """The public half of a passkey, for one host name; the name the person gave it is encrypted."""

    __tablename__ = "accounts_passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    counter: Mapped[int] = mapped_column(BigInteger)
    host: Mapped[str] = mapped_column(String(255))
    label: Mapped[bytes] = mapped_column(LargeBinary)
    since: Mapped[date]

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Lets a person sign in with a passkey."),
                lifetime=L_("Until the person takes it away."),
                erase=ERASED_WITH_PERSON,
                person="person_id",
            )
        },
    )


class Challenge(Base):
    """What a passkey is asked to sign; gone once it has been answered (ACC-7)."""

    __tablename__ = "accounts_challenge"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(16))
    host: Mapped[str] = mapped_column(String(255))
    value: Mapped[bytes] = mapped_column(LargeBinary(32), info=SECRET)
    made: Mapped[datetime] = mapped_column(Utc, index=True)

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Makes sure that an answer of a passkey is fresh."),
                lifetime=L_("Until it is answered, five minutes at most."),
                erase=ERASED_WITH_PERSON,
                person="person_id",
            )
        },
    )


# ---------------------------------------------------------------- closed accounts, and help by two (ACC-15, ACC-9)
class Lock(Base):
    """An account that its owner has closed, until a day or until a person of their choice opens it (ACC-15)."""

    __tablename__ = "accounts_lock"

    person_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True
    )
    until: Mapped[date]
    opener_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="SET NULL"))

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Keeps an account shut while its owner travels or is in danger."),
                lifetime=L_("Until the day the person chose, or until it is opened."),
                erase=ERASED_WITH_PERSON,
                person="person_id",
            )
        },
    )


class Reset(Base):
    """Help for somebody who lost the key, by two people on staff; `person_id` is empty when the name was nobody's."""

    __tablename__ = "accounts_reset"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"))
    number: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info=SECRET)
    asked: Mapped[bytes] = mapped_column(LargeBinary(32))
    opened_by: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"))
    code: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True, info=SECRET)
    expires: Mapped[datetime] = mapped_column(Utc, index=True)

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Lets two people on staff help somebody back in, and neither of them alone."),
                lifetime=L_("24 hours, or until it is used."),
                erase=ERASED_WITH_PERSON,
                person="person_id",
            )
        },
    )
