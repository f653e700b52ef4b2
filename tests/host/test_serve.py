"""The server ends when it is told to, whatever it is doing."""

import os
import signal
import socket
import threading

import pytest
from waitress.channel import HTTPChannel

from bench.server import free_port
from lms.host import serve
from lms.host.settings import Settings


@pytest.mark.timeout(60)
@pytest.mark.database("sqlite")
def test_it_ends_when_told_in_the_middle_of_reading(site, monkeypatch):
    """Waitress keeps what goes wrong while it reads to itself; the order to end must not go the same way."""
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
    met[0].socket.close()


@pytest.mark.database("sqlite")
def test_the_server_lets_through_what_a_view_takes(site):
    """It refuses a larger body in its own words, before any page of ours can say what is wrong."""
    taken = {name: view.most for name, view in site.app.view_functions.items() if getattr(view, "most", 0)}
    assert "quizzes_bank.uploaded" in taken
    assert {name: most for name, most in taken.items() if most > serve.MOST_REQUEST} == {}
