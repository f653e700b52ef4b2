"""Finishes erasures step by step: keys first, then every package, the queue, and the bytes on disk (RET-4 to RET-6)."""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms import gettext as _
from lms import ngettext
from lms.core.accounts.actions import erase as actions
from lms.core.accounts.queries import data as queries
from lms.host.contributions import AfterRestore, Finding, Health, Job, PersonalData
from lms.host.db import fold_log
from lms.host.inventory import left_of
from lms.host.plugin import current_host
from lms.host.security import erased
from lms.host.security.current import keystore

log = logging.getLogger("lms.erase")
DAY = 24 * 3600


class NotErasedError(Exception):
    """A package left something behind; the job comes back to it."""


def erase(session: Session, _payload: Mapping[str, Any]) -> None:
    """Finish every erasure that was begun."""
    for person_id in queries.erasures(session.connection()):
        finish(session, person_id)


def finish(session: Session, person_id: UUID) -> None:
    """Erase what is left of a person; begins anew wherever it was stopped.

    Raises:
        NotErasedError: a package failed, or left rows behind. What could be erased is.

    """
    session.rollback()
    destroy_keys(person_id)
    failed = [data.key for data in reversed(current_host().all(PersonalData)) if not _step(session, data, person_id)]
    actions.forget_jobs(session, person_id)
    session.commit()
    left = failed or left_of(session.connection(), current_host(), person_id)
    session.rollback()
    if not fold_log():
        left = [*left, "the log of the database"]
    if left:
        raise NotErasedError(", ".join(left))
    actions.end_erasure(session, person_id)
    session.commit()
    fold_log()


def destroy_keys(person_id: UUID) -> None:
    """Close for ever what was sealed to a person, in every later backup too (RET-5)."""
    erased.note(keystore(), person_id)
    keystore().destroy_all(person_id)


def _step(session: Session, data: PersonalData, person_id: UUID) -> bool:
    done = actions.done_steps(session, person_id)
    if data.key in done:
        session.rollback()
        return True
    try:
        data.erase(session, person_id)
        actions.note_step(session, person_id, [*done, data.key])
        session.commit()
    except Exception:
        session.rollback()
        log.exception("not erased", extra={"plugin": data.key})
        return False
    return True


def forget_dormant(session: Session, _payload: Mapping[str, Any]) -> None:
    """Erase accounts that nobody has signed in to for as long as they are kept; say so in those that come near (RET-2)."""
    actions.warn_dormant(session)
    session.commit()
    for person_id in actions.dormant(session):
        actions.begin_erasure(session, person_id=person_id, by="retention")
        session.commit()
    erased.forget_old(keystore())


def replay(session: Session) -> str:
    """Erase again whom a restored backup brought back (RET-5)."""
    back = [one for one in queries.everybody(session.connection()) if erased.is_erased(keystore(), one)]
    for person_id in back:
        actions.begin_erasure(session, person_id=person_id, by="restore")
        session.commit()
        finish(session, person_id)
    session.rollback()
    return ngettext("%(num)s person was erased again.", "%(num)s people were erased again.", len(back)) if back else ""


def waiting(conn: Connection) -> Finding:
    """Say whether an erasure has not finished."""
    count = len(queries.erasures(conn))
    if not count:
        return Finding(ok=True, text=_("Nothing that people erased is left."))
    text = ngettext("%(num)s erasure is not finished.", "%(num)s erasures are not finished.", count)
    return Finding(ok=False, text=text, mend=_("Is a worker running? If so, the log names the package that failed."))


erase_job = Job(actions.JOB, erase)
again_job = Job("accounts.erase-again", erase, every=300)
dormant_job = Job("accounts.dormant", forget_dormant, every=DAY)
erasing = Health("accounts.erasures", waiting)
replay_erasures = AfterRestore("accounts.erased", replay)
