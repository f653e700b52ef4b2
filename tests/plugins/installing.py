"""Packages installed into folders of their own, and processes that find them there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LMS = ("-c", "from lms.cli import main; main()")


def install(source: Path, target: Path) -> Path:
    """Install a package into a new folder, without network."""
    options = ["--no-deps", "--no-build-isolation", "--no-index", "-q", "--disable-pip-version-check"]
    copy = target.with_name(f"{target.name}-source")  # building leaves files behind
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


def run(*arguments: str, path: tuple[Path, ...] = (), words: str = "", **environment: str) -> Any:
    """Run Python in a process that finds our code and the given folders."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LMS_", "PYTHON"))}
    places = os.pathsep.join(str(place) for place in (*path, ROOT))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd="/",  # not where a package's source lies, which would be found first
        env=kept | {"PYTHONPATH": places, "PYTHONDONTWRITEBYTECODE": "1"} | environment,
        input=words,
        capture_output=True,
        text=True,
        check=False,
    )
