"""Room on the disk: writing stops before it is full, and what makes room goes on (DUR-7).

A database that meets a full disk in the middle of its work is a bad place to be, and one that cannot even erase is
worse. So ordinary forms are refused while little is left, and a file of ballast lies ready: when it comes to that, it is
given up, and erasing, purging and folding the log have its room.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms.host.contributions import Finding, Health, Job
from lms.host.i18n import gettext as _

View = TypeVar("View", bound=Callable[..., Any])
BALLAST = "ballast"
BALLAST_BYTES = 64 * 1024 * 1024
LEAST_SHARE = 0.05
ENOUGH_BYTES = 2 * 1024 * 1024 * 1024  # on a large disk five per cent are far more than a site ever needs
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS})


def always(view: View) -> View:
    """Let a form through however little room is left: ways in and out, and what makes room."""
    view.always = True  # type: ignore[attr-defined]
    return view


def is_short(folder: Path) -> bool:
    """Whether ordinary writing stops: less than a twentieth of the disk is free, and less than 2 GiB."""
    usage = shutil.disk_usage(folder)
    return usage.free < LEAST_SHARE * usage.total and usage.free < ENOUGH_BYTES


def prepare(folder: Path) -> None:
    """Put the ballast down, if there is room for it and some to spare."""
    ballast = folder / BALLAST
    if ballast.exists() or is_short(folder) or shutil.disk_usage(folder).free < 4 * BALLAST_BYTES:
        return
    with contextlib.suppress(OSError):  # without it the site is as good as before
        handle = os.open(ballast, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.posix_fallocate(handle, 0, BALLAST_BYTES)
        finally:
            os.close(handle)


def look(_session: Session, _payload: Mapping[str, Any]) -> None:
    """Give the ballast up while room is short, and put it down again afterwards."""
    folder: Path = current_app.config["LMS"].folder
    if is_short(folder):
        (folder / BALLAST).unlink(missing_ok=True)
    else:
        prepare(folder)


def enough(_conn: Connection) -> Finding:
    """Say whether the disk has room."""
    if not is_short(current_app.config["LMS"].folder):
        return Finding(ok=True, text=_("The disk has room."))
    return Finding(
        ok=False,
        text=_("The disk is nearly full: people can read, sign in and erase, but nothing else is saved."),
        mend=_("Make room: old backups, other programs’ files. Then everything goes on by itself."),
    )


job = Job("host.room", look, every=60)
health = Health("host.room", enough)
