"""What `python3 start.py test` does once its environment is there: tools, checks, then pytest, which has the last word."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
import start  # noqa: E402 - beside us, in the folder above

POSTGRESQL = Path("/usr/lib/postgresql")
CHECKER = ROOT / "tests" / "tools"
MEMORY = Path("/dev/shm")
ROOM = 8 * 1024**3
JAR = CHECKER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


@dataclass(frozen=True)
class Tool:
    """What a group of tests needs.

    Args:
        group: the pytest marker.
        present: tells whether it is here.
        packages: Debian's, which bring it.

    """

    group: str
    present: Callable[[], object]
    packages: tuple[str, ...]


TOOLS = (
    Tool(
        "browser",
        lambda: shutil.which("chromium") or shutil.which("chromium-browser"),
        ("chromium", "fonts-noto-core"),
    ),
    Tool(
        "postgres",
        lambda: shutil.which("initdb") or list(POSTGRESQL.glob("*/bin/initdb")),
        ("postgresql",),
    ),
    Tool("poppler", lambda: shutil.which("pdftotext"), ("poppler-utils",)),
    Tool("pdf", lambda: not start.missing_libraries(), tuple(start.LIBRARIES.values())),
    Tool("html", lambda: shutil.which("java") and fetched_checker(), ("default-jre-headless", "npm")),
)
CHECKS = (
    ("lint", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("types", ["mypy"]),
    ("import rules", ["lint-imports"]),
    ("dependencies", ["deptry", "."]),
)


def fetched_checker() -> bool:
    """Fetch the W3C's HTML checker by its lock, unless it is here; no script of a package runs."""
    if not JAR.exists() and shutil.which("npm"):
        start.say("Fetching the HTML checker")
        start.capture(["npm", "ci", "--prefix", str(CHECKER), "--ignore-scripts"], start.clean_environment())
    return JAR.exists()


def in_ci() -> bool:
    """Whether nothing may be skipped."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def absent_groups() -> list[str]:
    """Return the groups whose tools are not here and cannot be installed.

    Raises:
        StartError: in CI, where none may be absent.

    """
    packages = [name for tool in TOOLS if not tool.present() for name in tool.packages]
    if not packages or (start.apt(packages) and all(tool.present() for tool in TOOLS)):
        return []
    absent = [tool for tool in TOOLS if not tool.present()]
    groups = [tool.group for tool in absent]
    line = start.apt_line([name for tool in absent for name in tool.packages])
    if in_ci():
        raise start.StartError(
            f"In CI no test may be skipped, and these groups lack their tools: {', '.join(groups)}. {line}"
        )
    start.say(f"Skipped groups, for want of their tools: {', '.join(groups)}. To run them: {line}")
    return groups


def passes(name: str, command: list[str]) -> bool:
    """Run one check and say how it went."""
    begun = time.monotonic()
    code, words = start.capture([start.program(command[0]), *command[1:]], start.clean_environment())
    verdict = "failed" if code else "ok"
    start.say(f"{name:<14}{verdict:>7} {time.monotonic() - begun:6.1f} s   {' '.join(command)}")
    if code:
        start.say(words.rstrip())
    return code == 0


@contextmanager
def scratch() -> Iterator[dict[str, str]]:
    """Say where tests keep their files: in memory where there is plenty, because each of their commits waits for a disk."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if not MEMORY.is_dir() or min(free, shutil.disk_usage(MEMORY).free) < ROOM or not os.access(MEMORY, os.W_OK):
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="veer-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as a user of its own, in a folder inside
        yield {"TMPDIR": folder}


def main(suite: str, arguments: list[str]) -> int:
    """Run a suite; with arguments only pytest, with them."""
    absent = absent_groups()
    deep = suite == "deep"
    failed = [] if arguments or deep else [name for name, command in CHECKS if not passes(name, command)]
    groups = ["deep" if deep else "not deep"] + [f"not {group}" for group in absent]
    command = [start.program("python"), "-m", "pytest", "-m", " and ".join(groups)]
    command += ["--timeout=7200"] if deep else []
    command += arguments or ["-n", "2", "-q"]
    with scratch() as place:
        code = subprocess.call(command, cwd=ROOT, env=start.clean_environment() | place)
    if failed:
        start.say(f"The tests ran, but before them failed: {', '.join(failed)}")
    return code or int(bool(failed))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except start.StartError as problem:
        sys.exit(f"start.py: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
