"""Change the column key of a site and be killed before the n-th step. Prints how many steps there were."""

import os
import sys

from sqlalchemy import event

from lms.host import rotation
from lms.host.app import create_app
from lms.host.db import db
from lms.host.settings import Settings

NEVER = 10**9


def main(data: str, database: str, plugins: str, place: str) -> None:
    steps = 0

    def step(*_args: object) -> None:
        nonlocal steps
        steps += 1
        if steps == int(place):
            os._exit(9)

    app = create_app(Settings(data=data, database=database, plugins=tuple(plugins.split(","))))
    write = rotation.replace_secret

    def watched(path, ring):
        step()
        write(path, ring)
        step()

    rotation.replace_secret, rotation.BATCH = watched, 2
    with app.app_context():
        for name in ("before_cursor_execute", "commit"):
            event.listen(db.engines[None], name, step)
        rotation.rotate(0)
    sys.stdout.write(f"{steps}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
