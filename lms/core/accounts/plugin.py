"""People: joining, signing in, recovery, roles."""

from datetime import timedelta

from lms import lazy_gettext as L_
from lms.core.accounts import access, commands, jobs, privacy, staff, views
from lms.core.accounts.actions.invitations import RoleInvitation
from lms.core.accounts.actions.seed import seeder
from lms.core.accounts.privacy.encrypted import encrypted, indexed
from lms.core.accounts.privacy.parts import parts
from lms.core.accounts.views import support
from lms.host.contributions import Command, NavItem, Retention, Views
from lms.host.plugin import Plugin

plugin = Plugin(
    name="accounts",
    package="lms.core.accounts",
    title=L_("People"),
    contributions=(
        access.CookieIdentity(),
        Views(views.public, surface="public"),
        Views(views.learner, surface="learner"),
        Views(staff.blueprint, surface="staff"),
        staff.OPERATE,
        staff.SITE_COUNTS,
        Views(support.blueprint, surface="staff"),
        support.LOOK_IN,
        support.LOOKED_IN,
        Retention("accounts.support", "accounts_support", "asked", timedelta(days=730)),
        NavItem("accounts.join", L_("Join with a code"), "accounts.join", "anonymous", order=50),
        NavItem("accounts.sign-in", L_("Sign in"), "accounts.sign_in", "anonymous", order=90),
        NavItem("accounts.operator", L_("Operator"), "accounts_staff.operator", "staff", order=90, roles=("operator",)),
        NavItem("accounts.account", L_("Account"), "account.show", "learner", order=90),
        NavItem("accounts.help", L_("Ask for help"), "accounts.help_page", "help", order=10),
        NavItem("accounts.safe", L_("Staying safe here"), "accounts.staying_safe", "help", order=20),
        RoleInvitation(),
        views.factors.account_panel,
        Views(views.helping.blueprint, surface="staff"),
        views.helping.HELP,
        views.helping.CLOSED,
        NavItem(
            "accounts.helping",
            L_("Helping"),
            "accounts_helping.index",
            "staff",
            order=80,
            roles=("facilitator", "coordinator", "operator"),
        ),
        Command(commands.accounts),
        commands.starter,
        *jobs.jobs,
        *jobs.health,
        privacy.personal_data,
        *parts,
        *encrypted,
        *indexed,
        views.data.account_panel,
        seeder,
    ),
)
