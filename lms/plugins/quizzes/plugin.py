"""Quizzes: the table of contents."""

from lms import Plugin
from lms import lazy_gettext as L_
from lms.core.learning.api import LESSON_AFTER, MODULE_AFTER
from lms.host.contributions import NavItem, Views
from lms.host.slots import Panel
from lms.plugins.quizzes import models, staff
from lms.plugins.quizzes.access import WRITE
from lms.plugins.quizzes.actions.seed import seeder
from lms.plugins.quizzes.commands import command
from lms.plugins.quizzes.domain.files import CheckFile, QuizFile
from lms.plugins.quizzes.domain.types.branching import Branching
from lms.plugins.quizzes.domain.types.cloze import Cloze
from lms.plugins.quizzes.domain.types.matching import Matching
from lms.plugins.quizzes.domain.types.multiple import Multiple
from lms.plugins.quizzes.domain.types.numeric import Numeric
from lms.plugins.quizzes.domain.types.ordering import Ordering
from lms.plugins.quizzes.domain.types.reflection import Reflection
from lms.plugins.quizzes.domain.types.short import Short
from lms.plugins.quizzes.domain.types.single import Single
from lms.plugins.quizzes.domain.types.truefalse import TrueFalse
from lms.plugins.quizzes.jobs import regrade_job, tidy_job
from lms.plugins.quizzes.privacy import personal_data
from lms.plugins.quizzes.queries.answers import statistic
from lms.plugins.quizzes.queries.bank import pictured, shelf, state, tagged
from lms.plugins.quizzes.staff import (  # noqa: F401 - brings its pages
    answers,
    deleting,
    exchange,
    lines,
    picturing,
    questions,
    regrading,
    translating,
    writing,
)
from lms.plugins.quizzes.views import blueprint, check, practice, story, think  # noqa: F401 - brings its pages

TABLES = (models.Attempt, models.Count, models.Version, models.Picture)

plugin = Plugin(
    name="quizzes",
    package="lms.plugins.quizzes",
    title=L_("Quizzes"),
    requires=("accounts", "catalogue", "learning"),
    contributions=(
        QuizFile(shelf=shelf, tagged=tagged, pictured=pictured, state=state),
        CheckFile(shelf=shelf, tagged=tagged, pictured=pictured, state=state),
        Single(),
        Multiple(),
        TrueFalse(),
        Ordering(),
        Matching(),
        Numeric(),
        Cloze(),
        Short(),
        Branching(),
        Reflection(),
        Views(blueprint, surface="learner"),
        Views(staff.blueprint, surface="staff"),
        WRITE,
        NavItem("quizzes.bank", L_("Questions"), "quizzes_bank.index", "staff", order=60, roles=WRITE.roles),
        Views(lines.blueprint, surface="staff"),
        lines.ENTER,
        lines.LINES,
        Panel(LESSON_AFTER, "quizzes.lesson", practice.after_lesson, order=10),
        Panel(MODULE_AFTER, "quizzes.module", check.after_module, order=10),
        Views(answers.blueprint, surface="staff"),
        answers.ANSWERS,
        answers.panel,
        statistic,
        tidy_job,
        regrade_job,
        personal_data,
        seeder,
        command,
    ),
)
