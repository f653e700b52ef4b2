"""What must not come back with a backup."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.core.accounts.models import SignIn
from lms.host.contributions import AfterRestore


def end_every_sign_in(session: Session) -> str:
    """End them all: one that its person had ended since the backup would be open again (SES-6)."""
    session.execute(delete(SignIn))
    return ""


sign_ins_end = AfterRestore("accounts.sign-ins", end_every_sign_in)
