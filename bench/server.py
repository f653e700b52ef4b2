"""Servers under measurement, as processes of their own, and what the system says about them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends, in an environment that keeps compiled modules, as an installed one does."""
    around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with log.open("wb") as words:
        process = subprocess.Popen(
            command, cwd=ROOT, env=around | environment, stdout=words, stderr=words, stdin=subprocess.DEVNULL
        )
    try:
        wait_for(port, process, log)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the port answers.

    Raises:
        RuntimeError: the server ended instead.

    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended:\n{log.read_text()[-2000:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise RuntimeError("the server does not answer")


def bare(how: str, port: int) -> list[str]:
    """Return the command of the bare Flask view, under our server (`ours`) or under waitress as it comes (`plain`)."""
    return [sys.executable, "-m", "bench.bare", how, str(port)]


def veer(command: str) -> list[str]:
    """Return a command of ours."""
    return [sys.executable, "-c", "from lms.cli import main; main()", command]


def memory(pid: int) -> float:
    """Return the proportional set size of a process and its children, in MiB; shared pages count once."""
    total = 0
    for number in [pid, *_children(pid)]:
        rollup = Path(f"/proc/{number}/smaps_rollup")
        if rollup.exists():
            total += sum(int(line.split()[1]) for line in rollup.read_text().splitlines() if line.startswith("Pss:"))
    return total / 1024


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    direct = [int(number) for number in listed.read_text().split()] if listed.exists() else []
    return [number for child in direct for number in (child, *_children(child))]
