"""The server ends when it is told to, whatever it is doing."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from waitress.channel import HTTPChannel

from bench.server import free_port
from lms.host import serve
from lms.host.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(60)
@pytest.mark.database("sqlite")
def test_it_ends_when_told_in_the_middle_of_reading(site, monkeypatch):
    """Waitress keeps what goes wrong while it reads to itself; an order to end must not go the same way."""
    honest, port, met, over = HTTPChannel.handle_read, free_port(), [], threading.Event()

    def told(channel):
        met.append(channel)
        os.kill(os.getpid(), signal.SIGTERM)
        honest(channel)

    def visit():
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            over.wait()

    monkeypatch.setattr(HTTPChannel, "handle_read", told)
    visitor = threading.Thread(target=visit)
    serve.serve(site.app, Settings(data=site.settings.folder, port=port), visitor.start)
    over.set()
    visitor.join()
    assert len(met) == 1


@pytest.mark.database("sqlite")
def test_the_server_lets_through_what_a_view_takes(site):
    """It refuses a larger body in its own words, before any page of ours can say what is wrong."""
    taken = {name: view.most for name, view in site.app.view_functions.items() if getattr(view, "most", 0)}
    assert "quizzes_bank.uploaded" in taken
    assert {name: most for name, most in taken.items() if most > serve.MOST_REQUEST} == {}


ARENAS = """
import ctypes, sys, threading
from lms.host import serve
if sys.argv[1] == "shared":
    serve.share_memory()
def use(meeting):
    held = [bytes(600) for _ in range(2_000)]
    meeting.wait(20)
meeting = threading.Barrier(5)
threads = [threading.Thread(target=use, args=(meeting,)) for _ in range(4)]
[thread.start() for thread in threads]
meeting.wait(20)
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="another C library than glibc")
@pytest.mark.database("sqlite")
def test_threads_share_their_memory():
    """The control: without it, each thread has an arena of its own."""
    arenas = {}
    for how in ("shared", "own"):
        told = subprocess.run([sys.executable, "-c", ARENAS, how], check=True, capture_output=True, text=True, cwd=ROOT)
        arenas[how] = told.stdout.count("<heap nr=")
    assert arenas["shared"] == 1
    assert arenas["own"] > 1
