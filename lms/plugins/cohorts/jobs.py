"""Work of groups outside requests: forgetting."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from lms.host.contributions import Job
from lms.plugins.cohorts.actions.cohorts import forget_ended

DAY = 24 * 3600


def forget(session: Session, _payload: Mapping[str, Any]) -> None:
    """Take everybody out of groups whose last day is over."""
    forget_ended(session)


forget_job = Job("cohorts.forget", forget, every=DAY)
