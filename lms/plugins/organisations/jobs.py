"""Work of organisations outside requests: forgetting."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from lms.host.contributions import Job
from lms.plugins.organisations.actions import forget_slips

HOUR = 3600


def forget(session: Session, _payload: Mapping[str, Any]) -> None:
    """Drop sealed codes and old batches."""
    forget_slips(session)


forget_job = Job("organisations.forget", forget, every=HOUR)
