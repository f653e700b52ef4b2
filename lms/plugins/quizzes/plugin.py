"""Quizzes: the table of contents."""

from lms import Plugin
from lms import lazy_gettext as L_
from lms.plugins.quizzes.domain.files import CheckFile, QuizFile
from lms.plugins.quizzes.domain.types.matching import Matching
from lms.plugins.quizzes.domain.types.multiple import Multiple
from lms.plugins.quizzes.domain.types.numeric import Numeric
from lms.plugins.quizzes.domain.types.ordering import Ordering
from lms.plugins.quizzes.domain.types.single import Single
from lms.plugins.quizzes.domain.types.truefalse import TrueFalse

plugin = Plugin(
    name="quizzes",
    package="lms.plugins.quizzes",
    title=L_("Quizzes"),
    requires=("catalogue", "learning"),
    contributions=(
        QuizFile(),
        CheckFile(),
        Single(),
        Multiple(),
        TrueFalse(),
        Ordering(),
        Matching(),
        Numeric(),
    ),
)
