"""Web and worker in one process: waitress in the main thread, jobs in another."""

import contextlib
import ctypes
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from flask import Flask
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
    """Ask the server loop to end. Waitress swallows every other exception that comes while it reads or writes."""


def serve(app: Flask, settings: Settings, announce: Callable[[], None]) -> None:
    """Answer requests until told to stop, then end web, worker and database in that order.

    Raises:
        StartupError: the port is taken.

    """
    share_memory()
    server = listen(app, settings)
    room.prepare(settings.folder)
    with worker(app), _stopping_on_signals():
        announce()
        with contextlib.suppress(KeyboardInterrupt):
            server.run()
        server.close()
    checkpoint(app)


def share_memory() -> None:
    """Let all threads to come allocate from one arena, where the C library is glibc (`mallopt(3)`).

    Otherwise each gets its own and keeps what it once used. Threads of one interpreter rarely allocate at the same moment.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def listen(app: Flask, settings: Settings) -> BaseWSGIServer:
    """Return a server that holds its port and answers nobody yet.

    Raises:
        StartupError: the port is taken.

    """
    # The address is counted in memory and kept nowhere (lms.host.security.network).
    headers = {"x-forwarded-proto", "x-forwarded-for"}
    proxy = {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": headers} if settings.https else {}
    try:
        server = create_server(
            Lane(app.wsgi_app),
            host=settings.bind,
            port=settings.port,
            threads=settings.threads,
            ident=None,
            clear_untrusted_proxy_headers=True,
            channel_timeout=CHANNEL_SECONDS,
            connection_limit=MOST_CONNECTIONS,
            asyncore_use_poll=True,
            max_request_header_size=64 * 1024,
            max_request_body_size=MOST_REQUEST,
            inbuf_overflow=2 * MOST_REQUEST,  # above these, waitress writes what it reads and sends to disk (OPS-4)
            outbuf_overflow=MOST_RESPONSE,
            **proxy,
        )
    except OSError as error:
        message = f"Port {settings.port} is taken or not allowed ({error.strerror}). Choose another with --port."
        raise StartupError(message) from error
    server.channel_class = Channel
    return server


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
