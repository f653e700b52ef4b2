"""A checkout with a false environment: start.py is the real one, pip and the tools are recorded scripts."""

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Stands for .venv/bin/python. It records how it was called; the file `behaviour` says what its pip does.
FALSE_PYTHON = """#!/bin/sh
echo "python $*" >> "{root}/calls"
env | grep -E '^(PIP_|PYTHON)' >> "{root}/seen-environment"
case "$*" in
  *tests/run.py*) exec "{real}" "$@";;
  *pytest*) echo "=== 3 passed ==="; exit "$(cat {root}/pytest-code 2>/dev/null || echo 0)";;
  *--require-hashes*) . "{root}/behaviour";;
esac
"""
FALSE_SERVER = """#!/bin/sh
echo "lms $*" >> "{root}/calls"
echo "pid=$$ port=$LMS_PORT data=$LMS_DATA demo=$LMS_DEMO"
"""
FALSE_CHECK = """#!/bin/sh
echo "{name} $*" >> "{root}/calls"
test ! -e "{root}/{name}-fails"
"""
CHECKS = ("ruff", "mypy", "lint-imports", "deptry")


@dataclass
class Checkout:
    """A folder that looks like a clone, and what happened in it."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "start.py", *arguments],
            cwd=self.root,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "start.py", *arguments],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def behave(self, script: str) -> None:
        (self.root / "behaviour").write_text(script)

    def program(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    @property
    def calls(self) -> list[str]:
        path = self.root / "calls"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def stamps(self) -> set[str]:
        return {path.name for path in (self.root / ".venv").glob(".veer-*")}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """Nothing installed yet; no network, no apt-get and no tool is in reach."""
    root = tmp_path / "veer"
    root.mkdir()
    (root / "tests").mkdir()
    for name in ("start.py", "pyproject.toml", "requirements.lock", "requirements-dev.lock", "tests/run.py"):
        shutil.copy(ROOT / name, root / name)
    found = Checkout(root, {"PATH": str(root / "bin"), "HOME": str(tmp_path), "LANG": "C.UTF-8"})
    found.program(".venv/bin/python", FALSE_PYTHON.format(root=root, real=sys.executable))
    found.program(".venv/bin/lms", FALSE_SERVER.format(root=root))
    for name in CHECKS:
        found.program(f".venv/bin/{name}", FALSE_CHECK.format(root=root, name=name))
    for name in ("sh", "cat", "env", "grep", "kill"):
        (root / "bin").mkdir(exist_ok=True)
        (root / "bin" / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    found.behave("echo 'Collecting flask==3'\necho 'Installing collected packages: flask'\n")
    return found


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

    return os.geteuid() != 0
