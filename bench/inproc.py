"""CPU of one call without server and socket, as a multiple of a bare Flask view called in turns with it.

The minimum over many short rounds hardly moves when other work shares the machine, so this is the figure to hold on to.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from bench.browser import Answer, call, environ
from lms.host.db import db

NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


def ratios(
    bare: Any, application: Any, pages: Mapping[str, str], headers: Mapping[str, str], *, rounds: int, calls: int
) -> dict[str, float]:
    """Return, for each page, its CPU as a multiple of the bare view's."""
    cases: dict[str, Callable[[], Answer]] = {"": lambda: call(bare, environ("GET", "/hello", headers), "/hello")}
    for name, path in pages.items():
        cases[name] = lambda path=path: call(application, environ("GET", path, headers), path)  # type: ignore[misc]
    best = dict.fromkeys(cases, float("inf"))
    for _ in range(rounds):
        for name, run in cases.items():
            began = time.process_time_ns()
            for _ in range(calls):
                run()
            best[name] = min(best[name], (time.process_time_ns() - began) / calls)
    return {name: best[name] / best[""] for name in pages}


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Collect the SQL of a block, without BEGIN and COMMIT."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split(" ", 1)[0].upper() not in NOT_COUNTED:
            seen.append(statement)

    with app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
