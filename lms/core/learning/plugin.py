"""Learning: enrolments, progress, plans, consent and completion."""

from lms import lazy_gettext as _
from lms.core.learning import jobs, privacy, views
from lms.core.learning.actions.seed import seeder
from lms.host.contributions import NavItem, Views
from lms.host.plugin import Plugin

plugin = Plugin(
    name="learning",
    package="lms.core.learning",
    title=_("Learning"),
    requires=("accounts", "catalogue"),
    contributions=(
        Views(views.blueprint, surface="learner"),
        NavItem("learning.home", _("Home"), "learning.home", "learner", order=10),
        NavItem("learning.courses", _("Courses"), "learning.courses", "learner", order=20),
        jobs.follow_publishing,
        privacy.personal_data,
        seeder,
    ),
)
