"""Nothing of people is left on disk in clear by a crash (OPS-4)."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from lms.host import serve, temporary
from lms.host.settings import Settings

pytestmark = pytest.mark.safety
WORK = """
import sys, tempfile, time
from pathlib import Path
from lms.host import temporary
temporary.settle(Path(sys.argv[1]))
made = tempfile.NamedTemporaryFile(delete=False)
made.write(b"a plan of somebody"); made.flush()
print(made.name, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def usual_folder():
    before = tempfile.tempdir
    yield
    tempfile.tempdir = before


def worker(folder):
    process = subprocess.Popen([sys.executable, "-c", WORK, str(folder)], stdout=subprocess.PIPE, text=True)
    return process, Path(process.stdout.readline().strip())


def test_ops_4_what_a_killed_process_left_is_swept_at_the_next_start(tmp_path):
    """OPS-4: kill mid-work, then start: the file is there before and gone after; a living process keeps its own."""
    folder = tmp_path / "tmp"
    dead, left = worker(folder)
    alive, kept = worker(folder)
    try:
        assert folder in left.parents
        assert left.parent.stat().st_mode & 0o077 == folder.stat().st_mode & 0o077 == 0
        os.kill(dead.pid, signal.SIGKILL)
        dead.wait()
        assert left.read_bytes() == b"a plan of somebody"
        own = temporary.settle(folder)
        assert not left.exists()
        assert kept.exists()
        assert Path(tempfile.gettempdir()) == own
        assert own.stat().st_mode & 0o077 == 0
    finally:
        for process in (dead, alive):
            process.kill()
            process.wait()
            process.stdout.close()


def test_ops_4_control_other_leftovers_go_after_a_day(tmp_path):
    """OPS-4: planted: a folder and a file that no process holds."""
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "page").write_text("x")
    (tmp_path / "new").write_text("x")
    ago = time.time() - 2 * temporary.DAY
    os.utime(tmp_path / "old", (ago, ago))
    assert temporary.sweep(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_ops_4_what_people_send_is_never_spooled_to_disk(site, monkeypatch):
    """OPS-4: a large form with a file part stays in memory; a spool (planted) raises."""

    def spooled(*_args, **_named):
        raise AssertionError("a request was written to disk")

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", spooled)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", spooled, raising=False)
    body = b"--x\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n" + b"y" * 900_000 + b"\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Sec-Fetch-Site": "same-origin"}
    assert site.client().post("/en/sign-in", data=body, headers=headers).status_code == 422
    from flask import Request
    from werkzeug.test import EnvironBuilder

    with pytest.raises(AssertionError, match="written to disk"):
        Request(EnvironBuilder(method="POST", data=body, headers=headers).get_environ()).files  # noqa: B018 - parses it


def test_ops_4_the_server_keeps_requests_and_answers_in_memory(site, monkeypatch):
    """OPS-4: waitress writes to disk above two sizes; ours are above what it lets through."""
    given = {}

    def create_server(_app, **named):
        given.update(named)

    monkeypatch.setattr(serve, "create_server", create_server)
    serve.Server(site.app, Settings(data=site.settings.folder))
    assert given["inbuf_overflow"] > given["max_request_body_size"]
    assert given["outbuf_overflow"] >= 64 * 1024 * 1024
