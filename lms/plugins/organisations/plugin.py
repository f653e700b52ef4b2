"""Organisations: the table of contents."""

from lms import Plugin
from lms import lazy_gettext as L_
from lms.host.contributions import Command, NavItem, Views
from lms.plugins.organisations import commands, jobs, privacy, queries, staff
from lms.plugins.organisations.actions import CoordinatorInvitation

plugin = Plugin(
    name="organisations",
    package="lms.plugins.organisations",
    title=L_("Organisations"),
    requires=("accounts", "catalogue", "learning", "cohorts"),
    contributions=(
        Views(staff.blueprint, surface="staff"),
        staff.COORDINATE,
        staff.COUNTS,
        NavItem(
            "organisations.organisation",
            L_("Organisation"),
            "organisations.index",
            "staff",
            order=20,
            roles=("coordinator",),
        ),
        queries.OrganisationWatchers(),
        queries.CoordinatorsHelp(),
        privacy.CoordinatorsSee(),
        CoordinatorInvitation(),
        Command(commands.organisations),
        commands.starter,
        jobs.forget_job,
        jobs.statistic,
        jobs.withdrawn,
    ),
)
