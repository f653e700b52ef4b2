"""The sample's table of contents."""

from lms import Plugin
from lms.core.learning.api import CourseCompleted
from lms.host.contributions import Command, NavItem, Reaction, Views
from lms.host.i18n import lazy_gettext as L_
from veer_sample import actions, commands, privacy, views
from veer_sample.content import CountPebbles, Pebbles

plugin = Plugin(
    name="sample",
    package="veer_sample",
    title=L_("Pebbles"),
    requires=("learning", "quizzes"),
    contributions=(
        Views(views.blueprint, surface="learner"),
        NavItem("sample.pebbles", L_("Pebbles"), "sample.pebbles", "learner", order=900),
        Pebbles("pebble"),
        CountPebbles(),
        Reaction("sample.remember-course", CourseCompleted, actions.remember_course),
        Command(commands.pebbles),
        privacy.personal_data,
    ),
)
