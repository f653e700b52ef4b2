"""A program that upgrades a site and is killed before its n-th statement, again and again, until one run comes through.

Prints a JSON list: for each run the place and the versions that the database then has. `planted` commits after each
package, which is the fault that this program must show.
"""

import json
import os
import signal
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.pool import NullPool

from lms.host import db, migrate
from lms.host.app import load_plugins
from lms.host.history import histories
from lms.host.settings import Settings

NEVER = 10**9


def main(data: str, database: str, plugins: str, points: int, planted: bool) -> None:
    settings = Settings(data=Path(data), database=database, plugins=tuple(plugins.split(",")))
    host = load_plugins(settings)
    app = Flask("upgrade")  # migrations may ask for the site's secret
    app.config.update(LMS=settings, LMS_SECRET=settings.secret())
    app.extensions["lms"] = host
    app.app_context().push()
    _code, total = run(settings, host, NEVER)
    step = max(1, total // points) if points else 1
    places = sorted({*range(1, total, step), total - 1, total})
    if planted:
        commit_after_each_package()
        places = [2 * total // 3]
    told = [{"place": total, "of": total, **state(settings, host)}]
    for place in places:
        code, _total = run(settings, host, place)
        assert code == -signal.SIGKILL, code
        told.append({"place": place, "of": total, **state(settings, host)})
    code, _total = run(settings, host, 2 * NEVER)
    assert code == 0, code
    told.append({"place": "done", **state(settings, host)})
    sys.stdout.write(json.dumps(told))


def run(settings, host, place):
    """Upgrade in a child; `NEVER` dies at the commit. Return how it ended and how many statements there were."""
    reading, writing = os.pipe()
    child = os.fork()  # no connection is open here
    if child == 0:
        try:
            upgrade(settings, host, place, writing)
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
            os._exit(9)
        os._exit(0)
    os.close(writing)
    _pid, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    return os.waitstatus_to_exitcode(status), int(told or 0)


def upgrade(settings, host, place, pipe):
    engine, seen = open_engine(settings), [0]

    @event.listens_for(engine, "before_cursor_execute")
    def count(*_anything):
        seen[0] += 1
        if seen[0] == place:
            os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(engine, "commit")
    def at_commit(_connection):
        if place == NEVER:
            os.write(pipe, str(seen[0]).encode())
            os.kill(os.getpid(), signal.SIGKILL)

    migrate.upgrade(engine, host)
    engine.dispose()


def open_engine(settings):
    url = make_url(settings.database_url)
    engine = create_engine(url, poolclass=NullPool)
    if url.get_backend_name() == "sqlite":
        db._tune_writer(engine, Path(url.database))
    return engine


def state(settings, host):
    """Return the versions of the packages, and the shape of the tables as one text."""
    engine = open_engine(settings)
    with engine.connect() as connection:
        versions = {
            history.name: connection.scalar(text(f"SELECT version_num FROM {history.version_table}"))
            for history in histories(host)
        }
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).first() is None
            shape = connection.execute(text("SELECT coalesce(group_concat(sql), '') FROM sqlite_master")).scalar()
        else:
            shape = connection.execute(
                text(
                    "SELECT string_agg(table_name || '.' || column_name, ',' ORDER BY table_name, column_name)"
                    " FROM information_schema.columns WHERE table_schema = 'public'"
                )
            ).scalar()
    engine.dispose()
    return {"versions": versions, "shape": shape}


def commit_after_each_package():
    honest = migrate._run

    def leaky(connection, history, steps):
        applied = honest(connection, history, steps)
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN")
        return applied

    migrate._run = leaky


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5] == "planted")
