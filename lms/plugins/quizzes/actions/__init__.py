"""Every change to attempts; none commits."""

from lms.core.learning.api import GRACE
from lms.plugins.quizzes.actions.attempts import (
    NoMoreTries,
    NotOpen,
    OtherPageSaved,
    Ticket,
    forget_attempts,
    save_attempt,
    start_attempt,
    submit_attempt,
)

__all__ = [
    "GRACE",
    "NoMoreTries",
    "NotOpen",
    "OtherPageSaved",
    "Ticket",
    "forget_attempts",
    "save_attempt",
    "start_attempt",
    "submit_attempt",
]
