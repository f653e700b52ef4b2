"""The library: the table of contents."""

from lms import Plugin
from lms import lazy_gettext as L_
from lms.host.contributions import NavItem, Views
from lms.plugins.library import commands, views

plugin = Plugin(
    name="library",
    package="lms.plugins.library",
    title=L_("Library"),
    requires=("accounts", "catalogue", "learning"),
    contributions=(
        Views(views.blueprint, surface="public"),
        NavItem("library.index", L_("Library"), "library.index", "help", order=30),
        views.panels.lesson_panel,
        commands.course_rule,
        commands.command,
    ),
)
