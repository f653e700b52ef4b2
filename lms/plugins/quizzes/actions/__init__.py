"""Every change to attempts; none commits."""

from lms.plugins.quizzes.actions.attempts import (
    NotOpen,
    OtherPageSaved,
    Ticket,
    forget_attempts,
    save_attempt,
    start_attempt,
    submit_attempt,
)

__all__ = [
    "NotOpen",
    "OtherPageSaved",
    "Ticket",
    "forget_attempts",
    "save_attempt",
    "start_attempt",
    "submit_attempt",
]
