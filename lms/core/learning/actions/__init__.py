"""The only code that writes learning tables; one function is one complete change. None commits."""

from lms.core.learning.actions.enrolments import (
    NotPublishedError,
    create_plan,
    declare,
    enrol,
    follow_release,
    leave_plan,
    mark_done,
    replace_dates,
    replace_windows,
    set_consent,
    undo_done,
)
from lms.core.learning.actions.results import record_result, start_lesson

__all__ = [
    "NotPublishedError",
    "create_plan",
    "declare",
    "enrol",
    "follow_release",
    "leave_plan",
    "mark_done",
    "record_result",
    "replace_dates",
    "replace_windows",
    "set_consent",
    "start_lesson",
    "undo_done",
]
