"""Remember: the table of contents."""

from lms import Plugin
from lms import lazy_gettext as L_
from lms.host.contributions import Views
from lms.plugins.remember import jobs, models, privacy, views

TABLES = (models.Choice, models.Card)

plugin = Plugin(
    name="remember",
    package="lms.plugins.remember",
    title=L_("Remember"),
    requires=("accounts", "catalogue", "learning", "progress", "quizzes"),
    contributions=(
        Views(views.blueprint, surface="learner"),
        *views.panels,
        jobs.reaction,
        jobs.gather_job,
        jobs.follow_job,
        privacy.personal_data,
        privacy.left_alone,
    ),
)
