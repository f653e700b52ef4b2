"""What a person's rights bring to the site: jobs, rules of keeping, and what runs after a restore."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Connection

from lms import lazy_gettext as L_
from lms.core.accounts.jobs import copies, erase
from lms.core.accounts.privacy.sights import SeenBy, Sight
from lms.core.accounts.queries.counts import statistic, totals
from lms.host.contributions import Retention, StoredFile
from lms.host.statistics.frozen import least

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def rules() -> tuple[Retention, ...]:
    """Return how long the tables of accounts keep their rows, where a date decides it."""
    return (
        Retention("accounts.invitation", "accounts_invitation", "expires", 30 * DAY),
        # They end at 12 hours; the hourly job turns them into husks, and this takes what it did not come to (SES-7).
        Retention("accounts.signin", "accounts_signin", "began", 14 * HOUR),
        Retention("accounts.husk", "accounts_husk", "until", 0 * DAY),
        Retention("accounts.kept-text", "accounts_kept_text", "until", 0 * DAY),
        Retention("accounts.copy", "accounts_copy", "asked", DAY),
    )


class OperatorsSee(SeenBy):
    """The counts of the operator's page, which are all it shows of people."""

    key = "accounts.operators"
    audience = "operator"

    def sights(self, conn: Connection, person_id: UUID) -> Iterable[Sight]:
        """Return the count that the person is in."""
        del person_id
        parts: Any = current_app.jinja_env.get_template("accounts/data_panel.html").module
        yield Sight(L_("The operator’s page"), parts.to_operators(totals(conn).people, least()))


key_file = StoredFile(
    key="keys",
    place="keys.db",
    data_class="C4",
    purpose=L_("Holds your private key, wrapped so that only your words or your recovery sheet open it."),
    lifetime=L_("As long as the account."),
    erase=L_("Destroyed first. A digest that only an old backup could be compared with stays for 400 days."),
    personal=True,
)
parts = (
    copies.copy_job,
    erase.erase_job,
    erase.again_job,
    erase.dormant_job,
    erase.erasing,
    erase.replay_erasures,
    key_file,
    OperatorsSee(),
    statistic,
    *rules(),
)
