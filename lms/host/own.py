"""What the host itself brings, in the shape of any other plugin: its tables, its jobs, the way out."""

from lms.host import jobs, leave, limits
from lms.host.i18n import lazy_gettext as _
from lms.host.plugin import Plugin
from lms.host.security import audit, audit_chain

TABLES = (jobs.QueuedJob, limits.Bucket, audit.Entry, audit.Tip, audit.Head)

plugin = Plugin(
    name="host",
    package="lms.host",
    title=_("The platform itself"),
    contributions=(leave.views, limits.forget_job, *audit_chain.jobs),
)
