"""What a person's rights bring to the site: jobs, rules of keeping, and what runs after a restore."""

from datetime import timedelta

from lms import lazy_gettext as L_
from lms.core.accounts.jobs import copies, erase
from lms.host.contributions import Retention, StoredFile

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def rules() -> tuple[Retention, ...]:
    """Return how long the tables of accounts keep their rows, where a date decides it."""
    return (
        Retention("accounts.invitation", "accounts_invitation", "expires", 30 * DAY),
        Retention("accounts.signin", "accounts_signin", "began", 12 * HOUR),
        Retention("accounts.husk", "accounts_husk", "until", 0 * DAY),
        Retention("accounts.kept-text", "accounts_kept_text", "until", 0 * DAY),
        Retention("accounts.copy", "accounts_copy", "asked", DAY),
    )


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
    *rules(),
)
