"""The workbook: the table of contents."""

from lms import Plugin
from lms import lazy_gettext as L_
from lms.host.contributions import NavItem, Views
from lms.plugins.workbook import commands, jobs, privacy, views

plugin = Plugin(
    name="workbook",
    package="lms.plugins.workbook",
    title=L_("Workbook"),
    requires=("accounts", "catalogue", "learning"),
    contributions=(
        Views(views.blueprint, surface="learner"),
        NavItem("workbook.index", L_("Workbook"), "workbook.index", "learner", order=40),
        views.panels.lesson_panel,
        views.panels.account_panel,
        jobs.closing,
        jobs.sweep_job,
        privacy.personal_data,
        privacy.closed_rule,
        commands.command,
    ),
)
