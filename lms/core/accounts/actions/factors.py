"""Second factors: setting them up, using them, taking them away (ACC-6)."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.core.accounts.actions.people import alias_of
from lms.core.accounts.actions.sign_ins import end_all_sign_ins, start_sign_in
from lms.core.accounts.models import SecondStep, Totp
from lms.core.accounts.queries.factors import STEP_LIVES, HalfDone, seed_cell
from lms.host import clock
from lms.host.db import upsert
from lms.host.security import audit, totp
from lms.host.security.current import vault
from lms.host.security.sealed import cell, decrypt, encrypt, token_key
from lms.host.security.sessions import fresh


# ---------------------------------------------------------------- codes of an app
def begin_totp(session: Session, *, person_id: UUID) -> None:
    """Make a seed to copy into an app; one that is in force stays as it is."""
    row = {
        "person_id": person_id,
        "seed": vault().column_encrypt(totp.new_seed(), context=seed_cell(person_id)),
        "last_step": totp.step_of(clock.now()) - 2,  # also when it was made, while it is not in force
        "since": None,
    }
    made = upsert(session, Totp).values(row)
    fresh_seed = made.on_conflict_do_update(
        index_elements=[Totp.person_id],
        set_={"seed": made.excluded.seed, "last_step": made.excluded.last_step},
        where=Totp.since.is_(None),
    )
    session.execute(fresh_seed)


def confirm_totp(session: Session, *, person_id: UUID, step: int) -> bool:
    """Put the seed into force, now that the app has shown a code of it; `False` if it was in force already."""
    confirmed = update(Totp).where(Totp.person_id == person_id, Totp.since.is_(None))
    changed = session.execute(confirmed.values(since=clock.today(), last_step=step).returning(Totp.person_id)).first()
    if changed is not None:
        _record(session, person_id, "second factor set up")
    return changed is not None


def use_totp(session: Session, *, person_id: UUID, step: int) -> bool:
    """Use the code of a step up; `False` if it was used in the same moment elsewhere."""
    newer = update(Totp).where(Totp.person_id == person_id, Totp.since.is_not(None), Totp.last_step < step)
    return session.execute(newer.values(last_step=step).returning(Totp.person_id)).first() is not None


def round_steps(session: Session) -> None:
    """Leave only the day of a code that was used more than a day ago (LOG-4); no code of that day fits any more."""
    finer = Totp.last_step % totp.STEPS_A_DAY
    old = update(Totp).where(Totp.last_step < totp.step_of(clock.now() - timedelta(days=1)), finer != 0)
    session.execute(old.values(last_step=Totp.last_step - finer))


def remove_totp(session: Session, *, person_id: UUID) -> None:
    """Take the codes of an app away."""
    if session.execute(delete(Totp).where(Totp.person_id == person_id).returning(Totp.person_id)).first() is not None:
        _record(session, person_id, "second factor taken away")


# ---------------------------------------------------------------- the two halves of a sign-in
def step_cell(step_id: UUID, person_id: UUID) -> str:
    """Name the place of a private key that waits for the second half of a sign-in (ENC-4)."""
    return cell("C4", "accounts_second_step", "sealed_key", step_id, person_id)


def start_second_step(session: Session, *, person_id: UUID, private_key: bytes | None, by_code: bool) -> str:
    """Keep the first half of a sign-in and return the token for the browser; it opens no page but the second step's."""
    made, step_id = fresh(), uuid4()
    sealed = None
    if private_key is not None:
        sealed = encrypt(token_key(made.token), private_key, context=step_cell(step_id, person_id))
    session.add(
        SecondStep(
            id=step_id,
            person_id=person_id,
            token=made.digest,
            sealed_key=sealed,
            by_code=by_code,
            began=clock.now(),
        )
    )
    session.flush()
    return made.token


def finish_second_step(session: Session, *, half: HalfDone, token: str) -> str | None:
    """Turn the first half into a whole sign-in under a new token (SES-4); `None` if that was done a moment ago."""
    taken = delete(SecondStep).where(SecondStep.id == half.id).returning(SecondStep.id)
    if session.execute(taken).first() is None:
        return None
    private_key = None
    if half.sealed_key is not None:
        private_key = decrypt(token_key(token), half.sealed_key, context=step_cell(half.id, half.person_id))
    return start_sign_in(
        session,
        person_id=half.person_id,
        private_key=private_key,
        by_code=half.by_code,
        factor=True,
        confirmed=None if half.by_code else half.began,
    )


def restart_sign_in(
    session: Session, *, person_id: UUID, private_key: bytes | None, factor: bool, confirmed: datetime | None
) -> str:
    """End every sign-in of a person whose factors changed, and begin the one they are in anew (SES-4, SES-5)."""
    end_all_sign_ins(session, person_id=person_id)
    return start_sign_in(session, person_id=person_id, private_key=private_key, factor=factor, confirmed=confirmed)


def forget_unfinished(session: Session) -> None:
    """Delete first halves that nobody finished, and seeds that no app confirmed within a day (RET-2)."""
    yesterday = totp.step_of(clock.now() - timedelta(days=1))
    session.execute(delete(Totp).where(Totp.since.is_(None), Totp.last_step < yesterday))
    session.execute(delete(SecondStep).where(SecondStep.began <= clock.now() - STEP_LIVES))


def _record(session: Session, person_id: UUID, action: str) -> None:
    alias = alias_of(session, person_id)
    audit.record(session, actor=alias, action=action, object=alias)
