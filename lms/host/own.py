"""What the host itself brings, in the shape of any other plugin: its tables, its jobs, the way out."""

from lms.host import doctor, jobs, leave, limits, retention
from lms.host.backup.jobs import backups_health, backups_job, stored_backups
from lms.host.contributions import StoredFile
from lms.host.i18n import lazy_gettext as _
from lms.host.plugin import Plugin
from lms.host.security import audit, audit_chain

TABLES = (jobs.QueuedJob, limits.Bucket, audit.Entry, audit.Tip, audit.Head)

stored = (
    StoredFile(
        key="secret",
        place="secret.key",
        data_class="C4",
        purpose=_("Opens what the database keeps encrypted, such as names to sign in with."),
        lifetime=_("As long as the site."),
        erase=_("Holds nothing about a person."),
        personal=False,
    ),
    StoredFile(
        key="cache",
        place="cache",
        data_class="C0",
        purpose=_("Keeps styles and scripts ready to send."),
        lifetime=_("Until the next version."),
        erase=_("Holds nothing about a person."),
        personal=False,
    ),
)
plugin = Plugin(
    name="host",
    package="lms.host",
    title=_("The platform itself"),
    contributions=(
        leave.views,
        limits.forget_job,
        *audit_chain.jobs,
        retention.job,
        retention.health,
        jobs.failed_rule,
        backups_job,
        backups_health,
        stored_backups,
        *stored,
        *doctor.health,
    ),
)
