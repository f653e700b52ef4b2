"""What other packages may use of learning.

Slots: `HOME_MAIN`, `HOME_ASIDE` (HomePage), `COURSE_AFTER` (CoursePage), `MODULE_AFTER` (ModulePage),
`LESSON_AFTER` (LessonPage). A plugin reports a result only by `record_result`; `seed_results` and `seed_places` are for
the invented site of `lms seed`.

A plan says when lessons open (`replace_dates`) and when activities may be taken (`replace_windows`). Who shows an activity
finds its `Window` on the `ModulePage`, keeps to it, and tells nothing of what was right while it is `untold`.
"""

from lms.core.learning.access import (
    course_for,
    enrolment_for,
    lesson_for,
    module_for,
)
from lms.core.learning.actions import (
    NotPublishedError,
    create_plan,
    enrol,
    leave_plan,
    mark_done,
    record_result,
    replace_dates,
    replace_windows,
    set_consent,
    start_lesson,
)
from lms.core.learning.actions.seed import Place, seed_places, seed_results
from lms.core.learning.domain.completion import (
    ActivityResult,
    Standing,
    course_complete,
    module_complete,
    unfinished,
)
from lms.core.learning.domain.pages import (
    COURSE_AFTER,
    HOME_ASIDE,
    HOME_MAIN,
    LESSON_AFTER,
    MODULE_AFTER,
    CoursePage,
    EnrolmentCard,
    HomePage,
    LessonPage,
    ModulePage,
)
from lms.core.learning.domain.sharing import AUDIENCES, LEVELS, TEXT_VERSION, Audience, Level, shows
from lms.core.learning.domain.windows import ALWAYS, GRACE, Window
from lms.core.learning.events import ActivityCompleted, CourseCompleted, Enrolled, LessonCompleted, SharingChanged
from lms.core.learning.models import DONE, STARTED, ActivityState, Enrolment, LessonState, PlanDate
from lms.core.learning.queries import (
    EnrolmentRow,
    done_lessons,
    enrolment_in,
    enrolments_of,
    held_back,
    my_courses,
    standing,
    untold,
)

enrolment_table = Enrolment.__table__
lesson_table = LessonState.__table__
activity_table = ActivityState.__table__
date_table = PlanDate.__table__

__all__ = [
    "ALWAYS",
    "AUDIENCES",
    "COURSE_AFTER",
    "DONE",
    "GRACE",
    "HOME_ASIDE",
    "HOME_MAIN",
    "LESSON_AFTER",
    "LEVELS",
    "MODULE_AFTER",
    "STARTED",
    "TEXT_VERSION",
    "ActivityCompleted",
    "ActivityResult",
    "Audience",
    "CourseCompleted",
    "CoursePage",
    "Enrolled",
    "EnrolmentCard",
    "EnrolmentRow",
    "HomePage",
    "LessonCompleted",
    "LessonPage",
    "Level",
    "ModulePage",
    "NotPublishedError",
    "Place",
    "SharingChanged",
    "Standing",
    "Window",
    "activity_table",
    "course_complete",
    "course_for",
    "create_plan",
    "date_table",
    "done_lessons",
    "enrol",
    "enrolment_for",
    "enrolment_in",
    "enrolment_table",
    "enrolments_of",
    "held_back",
    "leave_plan",
    "lesson_for",
    "lesson_table",
    "mark_done",
    "module_complete",
    "module_for",
    "my_courses",
    "record_result",
    "replace_dates",
    "replace_windows",
    "seed_places",
    "seed_results",
    "set_consent",
    "shows",
    "standing",
    "start_lesson",
    "unfinished",
    "untold",
]
