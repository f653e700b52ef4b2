"""What happens each day by itself: old copies of the key store go, the last backup is put to the test."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms.host import clock
from lms.host.contributions import Finding, Health, Job, StoredFile
from lms.host.i18n import gettext as _
from lms.host.i18n import lazy_gettext as L_
from lms.host.settings import Settings

DAY = 24 * 3600
LATE = timedelta(days=2)
VERIFIED = "verified"  # in the folder of backups: the name of the last one that was


def look_after(session: Session, _payload: Mapping[str, Any]) -> None:
    """Delete copies of the key store that are over a week old (RET-5); verify the last backup (BAK-2).

    Raises:
        BackupError: the last backup cannot be restored. The log says so until there is one that can.

    """
    from lms.host.backup import archive, make, verify  # nothing else in a web process needs them

    session.rollback()
    settings: Settings = current_app.config["LMS"]
    folder = make.folder_of(settings)
    make.forget_old_keys(folder)
    last = make.newest(folder, "data")
    if settings.drill_identity and last is not None:
        verify.verify(last, archive.read_identity(Path(settings.drill_identity)), settings.secret())
        (folder / VERIFIED).write_text(last.name, encoding="utf-8")


def recent(_conn: Connection) -> Finding:
    """Say how old the last backup is, and whether the nightly drill has opened it."""
    from lms.host.backup import make

    settings: Settings = current_app.config["LMS"]
    if not settings.backup_recipients:
        return Finding(ok=True, text=_("No backups are made."))  # that this is not well is another check's word
    folder = make.folder_of(settings)
    last = make.newest(folder, "data")
    day = make.day_of(last) if last is not None else None
    if last is None or day is None:
        return Finding(ok=False, text=_("No backup was made yet."), mend=_("Run lms backup, and let a timer run it."))
    text = _("The last backup is of %(day)s.", day=day.isoformat())
    if clock.today() - day > LATE:
        return Finding(ok=False, text=text, mend=_("That is too long ago: look at the timer."))
    if settings.drill_identity and clock.today() > day and _verified(folder) != last.name:
        return Finding(ok=False, text=text, mend=_("The nightly drill has not opened it: run lms backup verify."))
    return Finding(ok=True, text=text)


def _verified(folder: Path) -> str:
    path = folder / VERIFIED
    return path.read_text("utf-8") if path.exists() else ""


backups_job = Job("host.backups", look_after, every=DAY)
backups_health = Health("host.backups", recent)
stored_backups = StoredFile(
    key="backups",
    place="backups",
    data_class="C2",
    purpose=L_("Brings everything back after a loss. Only keys that are not on the server open it."),
    lifetime=L_("People’s keys 7 days; the rest as long as those who run this site decide."),
    erase=L_("After 7 days nothing that you sealed can be opened; whoever was erased is erased again after a restore."),
    personal=True,
)
