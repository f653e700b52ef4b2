"""Two hundred sign-ins at once, over the network, with the hashing that people meet: whoever reads goes on (ACC-5)."""

import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest

pytestmark = [pytest.mark.deep, pytest.mark.safety, pytest.mark.timeout(1800)]
ROOT = Path(__file__).parents[3]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NOTICED = 0.05  # seconds: what stays below is not worth the name of a delay


@contextmanager
def server(folder, queue=""):
    """Start a server; yield what asks it for its lesson, its port and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "tests.core.accounts.flooded", str(folder), str(port), queue]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as program:
        cookie, lesson = program.stdout.readline().split()
        try:
            yield partial(ask, port, "GET", lesson, headers={"Cookie": cookie}), port, psutil.Process(program.pid)
        finally:
            program.kill()


def ask(port, method, path, body=None, *, headers):
    """Return the status of an answer, and how long it took."""
    began, connection = time.perf_counter(), HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, time.perf_counter() - began


def read(lesson, goes_on):
    """Open a lesson as long as something goes on; return how long each took, the longest last."""
    took = []
    while goes_on():
        status, seconds = lesson()
        assert status == 200
        took.append(seconds)
        time.sleep(0.02)
    return sorted(took)


def usual(took):
    """Return what nineteen of twenty readers wait at most."""
    return took[len(took) * 19 // 20]


def flood(lesson, port, process, people):
    """Let so many sign in at once; return what they were answered, how long readers waited, and what memory it took."""
    quiet = read(lesson, partial(next, iter([True] * 40), False))
    before = most = process.memory_info().rss

    def sign_in(number):
        fields = urlencode({"handle": f"heron-{number}-x", "passphrase": "some other words"})
        return ask(port, "POST", "/en/sign-in", fields, headers=FORM)[0]

    with ThreadPoolExecutor(people) as pool:
        waiting = [pool.submit(sign_in, number) for number in range(people)]

        def goes_on():
            nonlocal most
            most = max(most, process.memory_info().rss)
            return not all(one.done() for one in waiting)

        loud = read(lesson, goes_on)
    return {one.result() for one in waiting}, quiet, loud, most - before


def test_acc_5_readers_go_on_while_two_hundred_sign_in(tmp_path):
    """ACC-5: no 500, at most 200 MiB more, and pages that take less than double."""
    with server(tmp_path / "site") as served:
        answers, quiet, loud, memory = flood(*served, 200)
    assert answers <= {422, 429, 503}
    assert memory < 200 * 2**20
    assert usual(loud) < max(2 * usual(quiet), NOTICED)


def test_acc_5_planted_without_threads_for_readers_they_wait(tmp_path):
    """ACC-5: the control: a queue as long as there are threads, and somebody stands behind all who sign in."""
    longest = {}
    for queue in ("", "50"):
        with server(tmp_path / f"site{queue}", queue=queue) as served:
            longest[queue] = flood(*served, 40)[2][-1]
    assert longest["50"] > 3 * longest[""]
