"""Lets one request be answered at a time, as long as each is quick.

Threads of Python share one interpreter. Six that ask the database in turn hand it over at each statement, which costs a
page half as much again as the page itself. Who has waited for `PATIENCE` seconds goes on beside the slow one, and what
works outside the interpreter for long (a hash, a PDF) leaves the lane for as long as it lasts.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE = 0.02
_free = threading.Lock()
_here = threading.local()


class Lane:
    """An application whose requests are answered one after the other; there is one lane in a process."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        _enter()
        try:
            return self._application(environ, start_response)
        finally:
            _leave()


@contextmanager
def beside() -> Iterator[None]:
    """Let others be answered while the block lasts."""
    inside = _leave()
    try:
        yield
    finally:
        if inside:
            _enter()


def _enter() -> None:
    _here.inside = _free.acquire(timeout=PATIENCE)


def _leave() -> bool:
    inside: bool = getattr(_here, "inside", False)
    if inside:
        _here.inside = False
        _free.release()
    return inside
