"""What the host itself brings, in the shape of any other plugin: its tables, its jobs, the way out."""

from lms.host import doctor, jobs, leave, limits, retention, room
from lms.host.backup.jobs import backups_health, backups_job, stored_backups
from lms.host.contributions import StoredFile
from lms.host.i18n import lazy_gettext as _
from lms.host.plugin import Plugin
from lms.host.security import audit, audit_chain
from lms.host.statistics import frozen

TABLES = (jobs.QueuedJob, limits.Bucket, audit.Entry, audit.Tip, audit.Head, frozen.Figure)

ABOUT_NOBODY = _("Holds nothing about a person.")
stored = (
    StoredFile(
        key="secret",
        place="secret.key",
        data_class="C4",
        purpose=_("Opens what the database keeps encrypted, such as names to sign in with."),
        lifetime=_("As long as the site."),
        erase=ABOUT_NOBODY,
        personal=False,
    ),
    StoredFile(
        key="database",
        place="veer.db*",
        data_class="C2",
        purpose=_("Holds all tables of this list, and what was written to them in the last minutes."),
        lifetime=_("As long as the site."),
        erase=_("Deleted bytes are overwritten, and the part of the last minutes is emptied."),
        personal=False,
    ),
    StoredFile(
        key="files",
        place="files",
        data_class="C1",
        purpose=_("Holds pictures of courses under random names."),
        lifetime=_("As long as a course shows them."),
        erase=ABOUT_NOBODY,
        personal=False,
    ),
    StoredFile(
        key="ballast",
        place=room.BALLAST,
        data_class="C0",
        purpose=_("Holds 64 MiB of the disk ready, so that erasing always has room."),
        lifetime=_("As long as the site."),
        erase=ABOUT_NOBODY,
        personal=False,
    ),
    StoredFile(
        key="cache",
        place="cache",
        data_class="C0",
        purpose=_("Keeps styles and scripts ready to send."),
        lifetime=_("Until the next version."),
        erase=ABOUT_NOBODY,
        personal=False,
    ),
    StoredFile(
        key="temporary",
        place="tmp",
        data_class="C1",
        purpose=_("Room for work in progress; nothing about people is written there."),
        lifetime=_("Emptied at each start."),
        erase=ABOUT_NOBODY,
        personal=False,
    ),
    StoredFile(
        key="lock",
        place="write.lock",
        data_class="C0",
        purpose=_("Lets one program write at a time; it is empty."),
        lifetime=_("As long as the site."),
        erase=ABOUT_NOBODY,
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
        room.job,
        room.health,
        *audit_chain.jobs,
        retention.job,
        retention.health,
        jobs.failed_rule,
        frozen.job,
        backups_job,
        backups_health,
        stored_backups,
        *stored,
        *doctor.health,
    ),
)
