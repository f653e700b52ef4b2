"""Certificates: the table of contents."""

from sqlalchemy import Connection

from lms import Plugin
from lms import gettext as _
from lms import lazy_gettext as L_
from lms.host import clock, printing, render
from lms.host.contributions import Finding, Health, NavItem, StoredFile, Views
from lms.plugins.certificates import commands, jobs, privacy
from lms.plugins.certificates.actions.seed import seeder
from lms.plugins.certificates.domain import keys
from lms.plugins.certificates.queries import overdue
from lms.plugins.certificates.views import check, learner


def pdf_possible(_conn: Connection) -> Finding:
    """Whether the libraries that PDF needs are there."""
    return Finding(render.available(), _("PDF can be made."), _("Run: %(line)s", line=render.INSTALL))


def key_safe(_conn: Connection) -> Finding:
    """Whether the signing key is readable by its owner only (OPS-1)."""
    path = printing.data_folder() / keys.NAME
    return Finding(
        not keys.exposed(path.parent),
        _("The key that signs certificates is private."),
        _("Run: %(line)s", line=f"chmod 600 {path}"),
    )


def forgotten(conn: Connection) -> Finding:
    """Whether names and files are erased in time."""
    return Finding(overdue(conn, clock.now()) == 0, _("Printed names are erased in time."), _("Is a worker running?"))


signing_key = StoredFile(
    key="certificates.key",
    place=keys.NAME,
    data_class="C4",
    purpose=L_("Signs certificates, so that anybody can check them without asking this site."),
    lifetime=L_("As long as the site."),
    erase=L_("Holds nothing about a person."),
    personal=False,
)
plugin = Plugin(
    name="certificates",
    package="lms.plugins.certificates",
    title=L_("Certificates"),
    requires=("accounts", "catalogue", "learning"),
    contributions=(
        Views(learner.blueprint, surface="learner"),
        Views(check.blueprint, surface="public"),
        Views(check.code_blueprint, surface="public", localized=False),
        NavItem("certificates.check", L_("Check a certificate"), "certificates_check.form", "anonymous", order=30),
        *learner.panels,
        jobs.render_job,
        jobs.forget_job,
        privacy.personal_data,
        *privacy.encrypted,
        privacy.indexed,
        privacy.WithdrawFirst(),
        signing_key,
        seeder,
        commands.command,
        Health("certificates.pdf", pdf_possible),
        Health("certificates.key", key_safe),
        Health("certificates.names", forgotten),
    ),
)
