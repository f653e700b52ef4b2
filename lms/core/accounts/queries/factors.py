"""Reading about second factors and about sign-ins that are half done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, func, select

from lms.core.accounts.models import Grant, Passkey, Person, RecoveryCode, SecondStep, Totp
from lms.host import clock
from lms.host.actor import LEARNER
from lms.host.security import totp
from lms.host.security.current import vault
from lms.host.security.sealed import cell
from lms.host.security.tokens import digest

STEP_LIVES = timedelta(minutes=10)


def seed_cell(person_id: UUID) -> str:
    """Name the place of a seed (ENC-4)."""
    return cell("C4", "accounts_totp", "seed", person_id, person_id)


def label_cell(passkey_id: UUID, person_id: UUID) -> str:
    """Name the place of what a person calls a passkey (ENC-4)."""
    return cell("C2", "accounts_passkey", "label", passkey_id, person_id)


@dataclass(frozen=True, slots=True)
class Seed:
    """The seed of a person's codes; `since` is empty until a first code has confirmed it."""

    seed: bytes
    last_step: int
    since: date | None


def totp_of(conn: Connection, person_id: UUID) -> Seed | None:
    """Return the seed of a person's codes, confirmed or not."""
    row = conn.execute(select(Totp.seed, Totp.last_step, Totp.since).where(Totp.person_id == person_id)).one_or_none()
    if row is None:
        return None
    return Seed(vault().column_decrypt(row.seed, context=seed_cell(person_id)), row.last_step, row.since)


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey as its owner sees it."""

    id: UUID
    label: str
    host: str
    since: date


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can show besides the passphrase."""

    totp_since: date | None
    totp_used: date | None
    passkeys: Sequence[PasskeyRow]
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether a second step is asked for at sign-in. Recovery codes alone do not ask for one."""
        return self.totp_since is not None or bool(self.passkeys)


def factors_of(conn: Connection, person_id: UUID) -> Factors:
    """Return a person's second factors."""
    app = conn.execute(select(Totp.since, Totp.last_step).where(Totp.person_id == person_id)).one_or_none()
    since = app.since if app else None
    used = totp.day_of(app.last_step) if app and since else None
    columns = (Passkey.id, Passkey.label, Passkey.host, Passkey.since)
    rows = conn.execute(select(*columns).where(Passkey.person_id == person_id).order_by(Passkey.since, Passkey.id))
    passkeys = [
        PasskeyRow(
            row.id,
            vault().column_decrypt(row.label, context=label_cell(row.id, person_id)).decode(),
            row.host,
            row.since,
        )
        for row in rows
    ]
    codes = conn.scalar(select(func.count()).where(RecoveryCode.person_id == person_id)) or 0
    return Factors(since, used, passkeys, codes)


def asks_second_step(conn: Connection, person_id: UUID) -> bool:
    """Whether a person has a second factor in force."""
    app = select(Totp.person_id).where(Totp.person_id == person_id, Totp.since.is_not(None))
    keys = select(Passkey.person_id).where(Passkey.person_id == person_id)
    return conn.execute(app.union_all(keys).limit(1)).first() is not None


def is_staff(conn: Connection, person_id: UUID) -> bool:
    """Whether a person has a role that needs a second factor."""
    return (
        conn.execute(select(Grant.role).where(Grant.person_id == person_id, Grant.role != LEARNER)).first() is not None
    )


@dataclass(frozen=True, slots=True)
class HalfDone:
    """A sign-in that waits for its second step."""

    id: UUID
    person_id: UUID
    sealed_key: bytes | None
    by_code: bool
    began: datetime
    lang: str


def half_done(conn: Connection, token: str | None) -> HalfDone | None:
    """Return the sign-in that this browser has begun, if it is not too old."""
    if token is None:
        return None
    columns = (
        SecondStep.id,
        SecondStep.person_id,
        SecondStep.sealed_key,
        SecondStep.by_code,
        SecondStep.began,
        Person.lang,
    )
    row = conn.execute(
        select(*columns)
        .join(Person, Person.id == SecondStep.person_id)
        .where(SecondStep.token == digest(token), SecondStep.began > clock.now() - STEP_LIVES)
    ).one_or_none()
    return HalfDone(*row) if row else None
