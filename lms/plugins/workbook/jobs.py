"""Work outside requests, and what follows from the loss of a key."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from lms.core.accounts.api import KeyReplaced
from lms.host.contributions import Job, Reaction
from lms.plugins.workbook import actions

DAY = 24 * 3600


def close(session: Session, event: KeyReplaced) -> None:
    """Close the notebook in the same transaction, so that nothing is sealed to a key that is already lost."""
    actions.close_notebook(session, person_id=event.person_id)


def sweep(session: Session, _payload: Mapping[str, Any]) -> None:
    """Destroy keys that no notebook points to."""
    actions.sweep_keys(session)


closing = Reaction("workbook.close", KeyReplaced, close, atomic=True)
sweep_job = Job("workbook.sweep-keys", sweep, every=DAY)
