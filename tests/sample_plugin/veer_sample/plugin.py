"""The sample's table of contents."""

from lms import Plugin
from lms import lazy_gettext as L_
from lms.core.learning.api import HOME_ASIDE, CourseCompleted
from lms.host.contributions import Command, NavItem, Reaction, Views
from lms.host.slots import Panel
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
        Panel(HOME_ASIDE, "sample.aside", views.aside, statements=1),
        Pebbles("pebble"),
        CountPebbles(),
        Reaction("sample.remember-course", CourseCompleted, actions.remember_course),
        Command(commands.pebbles),
        privacy.personal_data,
    ),
)
