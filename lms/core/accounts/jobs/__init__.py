"""Work of accounts outside requests: forgetting what has ended."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms import gettext as _
from lms import ngettext
from lms.core.accounts import queries
from lms.core.accounts.actions.copies import forget_copies
from lms.core.accounts.actions.factors import forget_unfinished, round_steps
from lms.core.accounts.actions.invitations import forget_old_invitations
from lms.core.accounts.actions.late import forget_late, hollow_out
from lms.core.accounts.actions.locks import forget_locks
from lms.core.accounts.actions.passkeys import forget_challenges
from lms.core.accounts.actions.resets import forget_resets
from lms.core.accounts.jobs.restore import sign_ins_end
from lms.host import clock
from lms.host.contributions import Finding, Health, Job
from lms.host.security import audit_chain
from lms.host.security.current import keystore


def forget(session: Session, _payload: Mapping[str, Any]) -> None:
    """Delete what has ended, and leave only the day of what is over (RET-2, LOG-4)."""
    forget_unfinished(session)
    round_steps(session)
    forget_challenges(session)
    forget_locks(session)
    forget_resets(session)
    forget_old_invitations(session)
    forget_copies(session)


def end_sign_ins(session: Session, _payload: Mapping[str, Any]) -> None:
    """Empty sign-ins that ran out, and delete husks and late texts after their day (SES-4, SES-7, RET-2)."""
    hollow_out(session)
    forget_late(session)


def sweep(session: Session, _payload: Mapping[str, Any]) -> None:
    """Destroy wrapped keys that no account points to: what a crash between two stores left."""
    keystore().sweep(queries.wraps_in_use(session.connection()), before=clock.today() - timedelta(days=1))


def chain(conn: Connection) -> Finding:
    """Say whether the audit is unbroken (AUD-1)."""
    broken = audit_chain.verify(conn, since_head=True)
    if broken is None:
        return Finding(ok=True, text=_("The audit chain is whole."))
    return Finding(
        ok=False,
        text=_("The audit was changed at entry %(entry)s.", entry=str(broken.entry)),
        mend=_("Find out who had access."),
    )


def keys(conn: Connection) -> Finding:
    """Say whether every account's key is in the key store."""
    missing = keystore().missing(queries.wraps_in_use(conn))
    if not missing:
        return Finding(ok=True, text=_("The key store holds every account’s key."))
    text = ngettext(
        "The key store lacks %(num)s key; sealed notes of that account stay closed.",
        "The key store lacks %(num)s keys; sealed notes of these accounts stay closed.",
        len(missing),
    )
    return Finding(ok=False, text=text, mend=_("Restore keys.db or the schema veer_keys from its backup."))


jobs = (
    Job("accounts.forget", forget, every=3600),
    Job("accounts.end-sign-ins", end_sign_ins, every=300),
    Job("accounts.sweep-keys", sweep, every=24 * 3600),
    sign_ins_end,
)
health = (Health("accounts.audit", chain), Health("accounts.keys", keys))
