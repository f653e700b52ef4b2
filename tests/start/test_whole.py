"""The real thing: a clone that starts with one command, and an installed wheel that is the same product."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lms.host import render
from tests.start.conftest import ROOT
from tests.start.test_wheel import wheel  # noqa: F401 - a fixture

pytestmark = pytest.mark.packaging
CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")
ROLES = ("learner", "facilitator", "author", "coordinator", "operator")
PATIENCE = 120


# What a shell starts in the background ignores Ctrl-C, and so do its children.
HEED_CTRL_C = ("env", "--default-signal=INT")


def clean_environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LMS_", "PYTHON"))}
    return kept | more


def page(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        assert answer.status == 200
        return str(answer.read().decode())


@contextmanager
def served(command: list[str], folder: Path, port: int, **environment: str) -> Iterator[Path]:
    """Run a command until it serves; yield its words; end it with Ctrl-C and see that it ends well."""
    log = folder / f"words-{time.monotonic_ns()}.txt"
    with log.open("wb") as words:
        process = subprocess.Popen(
            [*HEED_CTRL_C, *command],
            cwd=folder,
            env=clean_environment(**environment),
            stdout=words,
            stderr=subprocess.STDOUT,
        )
    try:
        for _ in range(PATIENCE * 10):
            assert process.poll() is None, log.read_text()
            if "Ctrl-C" in log.read_text():
                break
            time.sleep(0.1)
        yield log
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0, log.read_text()
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose environment finds every locked package already there, so that this test needs no network."""
    root = tmp_path / "veer"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(root)], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(root / ".venv")], check=True)
    (target,) = (root / ".venv").glob("lib/python*/site-packages")
    (here,) = [Path(place) for place in sys.path if place.endswith("site-packages")]
    (target / "already-there.pth").write_text(f"{here}\n")
    return root


def test_one_command_makes_a_site_and_the_next_start_keeps_it(clone: Path, free_port: int) -> None:
    command = [sys.executable, "start.py", "--port", str(free_port)]
    with served(command, clone, free_port, PIP_NO_INDEX="1") as words:
        first = words.read_text()
        assert f"http://127.0.0.1:{free_port}" in first
        assert f"http://localhost:{free_port}" in first
        for role in ROLES:
            assert re.search(rf"{role}.*{CODE.pattern}", first), role
        assert 'lang="en"' in page(free_port, "/en/")
        assert 'dir="rtl"' in page(free_port, "/ar/")
    data = clone / "data"
    assert not list(data.glob("*.db-wal")), "the log was not folded in"
    open_to_others = [path.name for path in [data, *data.iterdir()] if path.stat().st_mode & 0o077]
    assert open_to_others == []  # OPS-2

    with served(command, clone, free_port, PIP_NO_INDEX="1") as words:
        second = words.read_text()
        assert "Fetching" not in second
        assert "published" not in second
        assert not set(CODE.findall(first)) & set(CODE.findall(second))  # fresh codes at each start
        assert 'lang="en"' in page(free_port, "/en/")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811 - the fixture
    """The wheel in a folder of its own; the locked packages are those of this environment."""
    target = tmp_path_factory.mktemp("installed")
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(install, check=True)
    return target


def test_the_installed_wheel_is_the_same_product(installed: Path, tmp_path: Path, free_port: int) -> None:
    """Courses, translations, styles, starters and the parts of PDF come out of the wheel; `lms serve` then goes on."""
    data = tmp_path / "data"
    run = [
        sys.executable,
        "-c",
        "import sys, lms; assert lms.__file__.startswith(sys.argv.pop(1)); from lms.cli import main; main()",
        str(installed),
    ]
    command = [*run, "start", "--demo", "--port", str(free_port), "--data", str(data)]
    with served(command, tmp_path, free_port, PYTHONPATH=str(installed)) as words:
        said = words.read_text()
        for role in ROLES:
            assert re.search(rf"{role}.*{CODE.pattern}", said), role
    places = {"PYTHONPATH": str(installed), "LMS_DATA": str(data), "LMS_DEMO": "1"}
    with served([*run, "serve"], tmp_path, free_port, LMS_PORT=str(free_port), **places):
        home, arabic = page(free_port, "/en/"), page(free_port, "/ar/")
        style = re.search(r'href="(/static/[^"]+\.css)"', home)
        assert style
        assert "{" in page(free_port, style[1])
        assert '<html lang="ar" dir="rtl"' in arabic
        assert arabic.count("ا") > 50  # compiled catalogues are inside
        course = re.search(r'href="(/ar/course/[^"]+)"', arabic)
        assert course
        title = re.search(r"<h1[^>]*>(.*?)</h1>", page(free_port, course[1]))
        assert title
        assert re.search("[\u0621-\u064a]{3}", title[1]), "the course is not translated"
    check = [*run, "check"]
    done = subprocess.run(
        check, cwd=tmp_path, env=clean_environment(**places), capture_output=True, text=True, check=False
    )
    assert "The audit chain is whole" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0 or not render.available(), done.stdout
