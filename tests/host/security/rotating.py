"""Change the keys of a site and be killed before the n-th step; begun once, it does so for each n that it reads.

For each it answers with how the attempt ended and how many steps there were.
"""

import os
import sys

from sqlalchemy import event

from lms.host import rotation
from lms.host.app import create_app
from lms.host.db import db
from lms.host.security import keystore as keystore_module
from lms.host.security.current import keystore
from lms.host.settings import Settings

NEVER = 10**9
KILLED = 9


def main(data: str, database: str, plugins: str) -> None:
    app = create_app(Settings(data=data, database=database, plugins=tuple(plugins.split(","))))
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()  # no connection is open where the children begin
    for place in sys.stdin:
        child = os.fork()
        if child == 0:
            with app.app_context():
                rotate(int(place))
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code not in (0, KILLED):
            tell(code, 0)


def tell(code: int, steps: int) -> None:
    os.write(1, f"{code} {steps}\n".encode())


def rotate(place: int) -> None:
    steps = 0

    def step(*_args: object) -> None:
        nonlocal steps
        steps += 1
        if steps == place:
            tell(KILLED, steps)
            os._exit(KILLED)

    write = rotation.replace_secret

    def watched(path, ring):
        step()
        write(path, ring)
        step()

    rotation.replace_secret, rotation.BATCH, keystore_module.BATCH = watched, 2, 2
    for engine in (db.engines[None], keystore()._engine):
        for name in ("before_cursor_execute", "commit"):
            event.listen(engine, name, step)
    rotation.rotate(0)
    tell(0, steps)


if __name__ == "__main__":
    main(*sys.argv[1:])
