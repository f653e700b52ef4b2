"""Progress: the table of contents. It has no tables: what it shows is learning's."""

from lms import Plugin
from lms import lazy_gettext as L_
from lms.host.contributions import NavItem, Views
from lms.plugins.progress import views

plugin = Plugin(
    name="progress",
    package="lms.plugins.progress",
    title=L_("Progress"),
    requires=("accounts", "catalogue", "learning"),
    contributions=(
        Views(views.blueprint, surface="learner"),
        NavItem("progress.progress", L_("Progress"), "progress.show", "learner", order=30),
        views.account_panel,
    ),
)
