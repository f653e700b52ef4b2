"""Groups: the table of contents."""

from lms import Plugin
from lms import lazy_gettext as L_
from lms.host.contributions import Command, NavItem, Views
from lms.plugins.cohorts import commands, jobs, privacy, queries, staff, views
from lms.plugins.cohorts.actions.members import CohortInvitation
from lms.plugins.cohorts.actions.seed import seeder

plugin = Plugin(
    name="cohorts",
    package="lms.plugins.cohorts",
    title=L_("Groups"),
    requires=("accounts", "catalogue", "learning"),
    contributions=(
        Views(views.blueprint, surface="learner"),
        Views(staff.blueprint, surface="staff"),
        staff.GUIDE,
        staff.ARRANGE,
        staff.WALL,
        NavItem(
            "cohorts.cohorts",
            L_("Cohorts"),
            "cohorts_staff.index",
            "staff",
            order=10,
            roles=("facilitator", "operator"),
        ),
        views.home_panel,
        queries.GroupWatchers(),
        queries.GuidesHelp(),
        CohortInvitation(),
        Command(commands.cohorts),
        commands.starter,
        commands.health,
        jobs.forget_job,
        privacy.personal_data,
        privacy.PeersSee(),
        privacy.GuidesSee(),
        privacy.GuidesEnter(),
        privacy.until,
        seeder,
    ),
)
