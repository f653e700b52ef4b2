"""A program whose children write rows and say of each that it is saved, until they are killed; prints what they said.

`planted` says so before the commit: the fault that the test around it must notice.
"""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import create_engine, insert
from sqlalchemy.pool import QueuePool

from lms.host import clock, db
from lms.host.jobs import QueuedJob


def main(folder: str, rounds: int, planted: bool) -> None:
    for number in range(rounds):
        reading, writing = os.pipe()
        child = os.fork()  # no connection is open here
        if child == 0:
            os.close(reading)
            write(folder, number * 1_000_000, writing, planted)
        os.close(writing)
        with os.fdopen(reading) as told:
            for _ in range(1 + number % 7):
                sys.stdout.write(told.readline())
            os.kill(child, signal.SIGKILL)
            sys.stdout.write(told.read())
        os.waitpid(child, 0)


def write(folder: str, number: int, told: int, planted: bool) -> None:
    path = Path(folder) / "veer.db"
    engine = create_engine(f"sqlite:///{path}", poolclass=QueuePool)
    db._tune_writer(engine, path)
    while True:
        number += 1
        row = {"job": str(number), "payload": {"x": "x" * 3000}, "run_after": clock.now(), "attempts": 0}
        with engine.begin() as connection:
            connection.execute(insert(QueuedJob).values(row))
            if planted:
                os.write(told, f"{number}\n".encode())
        if not planted:
            os.write(told, f"{number}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "planted")
