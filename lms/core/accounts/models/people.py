"""Tables of people, their sign-ins, roles and codes. None holds a contact: no e-mail, no telephone number, no real name (ACC-1)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from lms import lazy_gettext as L_
from lms.host.db import Base, Utc, about

SECRET = {"data_class": "C4"}
# Whoever found it in a saved copy could tie an erased person to the record of powers used (AUD-1).
UNTIED = {"withheld": "ties the account to the audit; what the audit says is handed out in words"}
ERASED_WITH_PERSON = L_("Deleted with the person.")


class Person(Base):
    """Someone with an account: a name to sign in with, what checks their passphrase, their settings."""

    __tablename__ = "accounts_person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    handle_index: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    handle: Mapped[bytes] = mapped_column(LargeBinary)
    outside_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    alias: Mapped[UUID] = mapped_column(default=uuid4, info=UNTIED)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16), info=SECRET)
    params: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[bytes] = mapped_column(LargeBinary(32), info=SECRET)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    key_wrap: Mapped[UUID]
    sheet_wrap: Mapped[UUID | None]
    lang: Mapped[str] = mapped_column(String(16))
    theme: Mapped[str] = mapped_column(String(8), default="auto")
    low_data: Mapped[bool] = mapped_column(default=False)
    idle_minutes: Mapped[int] = mapped_column(default=30)
    created: Mapped[date]
    seen_on: Mapped[date | None]
    keep_days: Mapped[int | None]
    warned_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("idle_minutes BETWEEN 10 AND 480", name="idle"),
        CheckConstraint("theme IN ('auto', 'light', 'dark')", name="theme"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Lets a person sign in under a name of their choice and keeps their settings."),
                lifetime=L_("Until the person erases the account, or 24 months without a sign-in."),
                erase=L_("Deleted; the wrapped keys in the key store are destroyed first."),
                person="id",
            )
        },
    )


class SignIn(Base):
    """A running sign-in. The browser holds the token; this row holds its digest (SES-1)."""

    __tablename__ = "accounts_signin"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    token: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info=SECRET)
    sealed_key: Mapped[bytes | None] = mapped_column(LargeBinary, info=SECRET)
    by_code: Mapped[bool] = mapped_column(default=False)
    factor: Mapped[bool] = mapped_column(default=False, server_default=false())
    confirmed: Mapped[datetime | None] = mapped_column(Utc)
    label: Mapped[bytes | None] = mapped_column(LargeBinary)
    began: Mapped[datetime] = mapped_column(Utc)
    seen: Mapped[datetime] = mapped_column(Utc)

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Keeps a person signed in from page to page."),
                lifetime=L_("12 hours at most, or the idle limit the person chose."),
                erase=ERASED_WITH_PERSON,
                person="person_id",
            )
        },
    )


class Husk(Base):
    """What stays of a sign-in that ran out: enough to seal a late text to its owner, and no more (SES-7).

    The forgery secret is derived from the browser's token and the public key stands in the account, so neither is here.
    """

    __tablename__ = "accounts_husk"

    token: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True, info=SECRET)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    until: Mapped[datetime] = mapped_column(Utc, index=True)

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Lets a text that was sent after the sign-in ended be sealed to the person who wrote it."),
                lifetime=L_("24 hours after the sign-in ended."),
                erase=ERASED_WITH_PERSON,
                person="person_id",
            )
        },
    )


class KeptText(Base):
    """A text sent after the sign-in had ended, sealed to the person who wrote it (SES-7, ENC-5)."""

    __tablename__ = "accounts_kept_text"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info={"data_class": "C3"})
    until: Mapped[datetime] = mapped_column(Utc, index=True)

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Gives a text back that was sent after the sign-in had ended."),
                lifetime=L_("24 hours, or until the person deletes it."),
                erase=ERASED_WITH_PERSON,
                person="person_id",
            )
        },
    )


class Grant(Base):
    """A role of a person within a scope."""

    __tablename__ = "accounts_grant"

    person_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(32), primary_key=True)
    scope_kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    scope_id: Mapped[str] = mapped_column(String(64), primary_key=True)

    __table_args__ = (
        Index("ix_accounts_grant_scope", "scope_kind", "scope_id"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Says what a person may do and where."),
                lifetime=L_("Until it is taken back or the account ends."),
                erase=ERASED_WITH_PERSON,
                seen=L_("Whoever runs the site sees how many people hold a role, not who."),
                person="person_id",
            )
        },
    )


class Invitation(Base):
    """A code that opens an account or a further place; who used it is not kept."""

    __tablename__ = "accounts_invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info=SECRET)
    kind: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    lang: Mapped[str] = mapped_column(String(16))
    seats: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    name_tries: Mapped[int] = mapped_column(default=0)
    batch: Mapped[UUID | None] = mapped_column(index=True)
    expires: Mapped[datetime] = mapped_column(Utc)
    revoked: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("seats >= 1 AND used >= 0 AND used <= seats", name="seats"),
        {
            "info": about(
                data_class="C2",
                purpose=L_("Lets invited people in, and nobody else."),
                lifetime=L_("30 days after it ends."),
                erase=L_("Holds nothing about the people who used it."),
            )
        },
    )


class RecoveryCode(Base):
    """One of the codes a person keeps on paper; the row goes when the code is spent (ACC-8)."""

    __tablename__ = "accounts_recovery_code"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True, info=SECRET)
    person_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("accounts_person.id", ondelete="CASCADE"), index=True)

    __table_args__ = (
        {
            "info": about(
                data_class="C2",
                purpose=L_("Lets a person in who lost the passphrase."),
                lifetime=L_("Until it is used or replaced."),
                erase=ERASED_WITH_PERSON,
                person="person_id",
            )
        },
    )
