"""A program that writes rows, or wrapped keys, and says of each that it is saved, while what reaches the disk is recorded.

Run it as `writing.py FOLDER COUNT rows|keys PRAGMA…`: the pragmas come after the site's own, and make the control.
"""

import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, event, insert
from sqlalchemy.pool import QueuePool

from lms.host import clock, db
from lms.host.jobs import QueuedJob
from lms.host.security.keystore import KeyStore
from tests.host.recording import Recorder


def main(folder: str, count: str, what: str, *pragmas: str) -> None:
    db.CHECKPOINT_BYTES, db.CHECKPOINT_STEP = 60_000, 10_000  # folds are part of the picture
    recorder = Recorder()
    recorder.start()
    (rows if what == "rows" else keys)(Path(folder), int(count), pragmas, recorder)
    sys.stdout.writelines(f"{event!r}\n" for event in recorder.events)
    sys.stdout.flush()
    os._exit(0)  # connections that are closed while Python takes itself down would call what is gone


def _weaken(engine: Any, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def weaken(dbapi: Any, _record: Any) -> None:
        for pragma in pragmas:
            dbapi.execute(f"PRAGMA {pragma}")


def rows(folder: Path, count: int, pragmas: tuple[str, ...], recorder: Recorder) -> None:
    engine = create_engine(f"sqlite:///{folder / 'veer.db'}", poolclass=QueuePool)
    db._tune_writer(engine, folder / "veer.db")
    _weaken(engine, pragmas)
    for number in range(count):
        row = {"job": str(number), "payload": {"x": "x" * 900}, "run_after": clock.now(), "attempts": 0}
        with engine.begin() as connection:
            connection.execute(insert(QueuedJob).values(row))
        recorder.note("acknowledged", number)


def keys(folder: Path, count: int, pragmas: tuple[str, ...], recorder: Recorder) -> None:
    store = KeyStore.on_file(folder / "keys.db")
    _weaken(store._engine, pragmas)
    for number in range(count):
        person = UUID(int=number)
        store.put(person, "passphrase", number.to_bytes(60))
        recorder.note("acknowledged", number)


if __name__ == "__main__":
    main(*sys.argv[1:])
