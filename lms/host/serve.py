"""Web and worker in one process: waitress in a few threads, jobs in another."""

import contextlib
import ctypes
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from lms.host import jobs, room
from lms.host.db import db, fold_log
from lms.host.lane import Lane
from lms.host.plugin import StartupError
from lms.host.senders import Channel
from lms.host.settings import LOOPBACK, Settings

CHANNEL_SECONDS = 30
MOST_CONNECTIONS = 600  # far more than threads: who sends slowly holds a place, and must not hold them all (NET-10)
MOST_REQUEST = 4 * 1024 * 1024
M_ARENA_MAX = -8
MOST_RESPONSE = 256 * 1024 * 1024


class Stop(KeyboardInterrupt):
    """Ask the server to end."""


def serve(app: Flask, settings: Settings, announce: Callable[[], None]) -> None:
    """Answer requests until told to stop, then end web, worker and database in that order.

    Raises:
        StartupError: the port is taken.

    """
    share_memory()
    server = Server(app, settings)
    room.prepare(settings.folder)
    with worker(app), _stopping_on_signals():
        announce()
        with contextlib.suppress(KeyboardInterrupt):
            server.run()
        server.close()
    checkpoint(app)


class Server:
    """Waitress on its port, answering in turns (`lms.host.lane`); until `run` it answers nobody.

    Raises:
        StartupError: the port is taken.

    """

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._sockets: dict[int, Any] = {}
        self._lane = Lane(slow=settings.threads)
        try:
            create_server(app.wsgi_app, map=self._sockets, _dispatcher=self._lane, **_adjustments(settings))
        except OSError as error:
            message = f"Port {settings.port} is taken or not allowed ({error.strerror}). Choose another with --port."
            raise StartupError(message) from error
        self.listening = [found for found in self._sockets.values() if isinstance(found, BaseWSGIServer)]
        for one in self.listening:
            one.channel_class = Channel

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.listening[0].effective_port)

    def run(self) -> None:
        """Answer until an exception comes by a signal, or `stop` is called by another thread."""
        self._lane.run(self._poll, self.listening[0].pull_trigger)

    def stop(self) -> None:
        """Let `run` come to its end."""
        self._lane.stop()

    def close(self) -> None:
        """End every connection and let go of the port."""
        wasyncore.close_all(self._sockets)

    def _poll(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._sockets, count=1)


def share_memory() -> None:
    """Let all threads to come allocate from one arena, where the C library is glibc (`mallopt(3)`).

    Otherwise each gets its own and keeps what it once used. Threads of one interpreter rarely allocate at the same moment.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def _adjustments(settings: Settings) -> dict[str, Any]:
    # The address is counted in memory and kept nowhere (lms.host.security.network).
    headers = {"x-forwarded-proto", "x-forwarded-for"}
    proxy = {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": headers} if settings.https else {}
    return {
        "host": settings.bind,
        "port": settings.port,
        "ident": None,
        "clear_untrusted_proxy_headers": True,
        "channel_timeout": CHANNEL_SECONDS,
        "connection_limit": MOST_CONNECTIONS,
        "max_request_header_size": 64 * 1024,
        "max_request_body_size": MOST_REQUEST,
        "inbuf_overflow": 2 * MOST_REQUEST,  # above these, waitress writes what it reads and sends to disk (OPS-4)
        "outbuf_overflow": MOST_RESPONSE,
        **proxy,
    }


@contextlib.contextmanager
def worker(app: Flask) -> Iterator[None]:
    """Run jobs in a thread for as long as the block lasts."""
    stop = threading.Event()
    thread = threading.Thread(target=jobs.work, args=(app, stop), name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        jobs.wake.set()
        thread.join(timeout=30)


def checkpoint(app: Flask) -> None:
    """Fold the write-ahead log into the database (DUR-3), so that the folder can be copied cold."""
    with app.app_context():
        fold_log()
        for other in db.engines.values():
            other.dispose()


def addresses(settings: Settings) -> list[str]:
    """Return where the site can be opened. Passkeys need a name, so both forms are given."""
    if settings.bind in LOOPBACK:
        return [f"http://127.0.0.1:{settings.port}", f"http://localhost:{settings.port}"]
    scheme = "https" if settings.https else "http"
    return [f"{scheme}://{host}" for host in settings.hosts]


@contextlib.contextmanager
def _stopping_on_signals() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stop

    previous = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
