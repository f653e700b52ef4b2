"""Erases one person in a process of its own, and kills that process at the n-th statement.

It reads lines `N PERSON DATA`, and answers each with how that process ended and how many statements there were.
"""

import os
import signal
import sys
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, event

from lms.core.accounts.actions.erase import begin_erasure
from lms.core.accounts.jobs.erase import destroy_keys
from lms.host.app import create_app
from lms.host.db import db
from lms.host.jobs import run_due
from lms.host.security import passphrases
from lms.host.settings import Settings

count = 0


def main() -> None:
    """Begin each process by a fork, before anything is open: to load all of this takes longer than to erase."""
    for line in sys.stdin:
        last, person, folder = line.rstrip("\n").split(" ", 2)
        child = os.fork()
        if child == 0:
            erase(folder, person, int(last))
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code:
            tell(code)


def tell(code: int) -> None:
    os.write(1, f"{code} {count}\n".encode())


def erase(folder: str, person: str, last: int) -> None:
    app = create_app(Settings(data=Path(folder)))
    app.extensions["lms_hasher"] = passphrases.Hasher.cheap(bytes(32))

    def step(*_arguments):
        global count  # noqa: PLW0603 - the whole program is this counter
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "commit"):
        event.listen(Engine, moment, step)
    with app.app_context():
        begin_erasure(db.session(), person_id=UUID(person))
        db.session.commit()
        destroy_keys(UUID(person))
    run_due(app)
    tell(0)


if __name__ == "__main__":
    main()
