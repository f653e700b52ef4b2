"""Erases one person in a process of its own, and kills that process at the n-th statement: `erasing.py DATA PERSON N`."""

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


def main(folder: str, person: str, last: int) -> None:
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
    sys.stdout.write(str(count))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
