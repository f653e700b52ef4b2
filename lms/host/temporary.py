"""Temporary data of people lies in one private folder a process, and what a crash left is removed at the next start (OPS-4)."""

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "run-"
LOCK = "held"
SWEEPING = "sweeping"
DAY = 86_400


def settle(folder: Path) -> Path:
    """Make this process put all temporary files into a folder of its own below `folder`, and sweep those of the dead.

    A living process holds a lock on its folder, and the system lets go of it however the process ends.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with _alone(folder):
        sweep(folder)
        own = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        descriptor = os.open(own / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    tempfile.tempdir = str(own)
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return own


def sweep(folder: Path) -> int:
    """Remove what processes that are gone have left; return how many folders and files went."""
    gone = 0
    for left in folder.iterdir():
        if left.name == SWEEPING or (_alive(left) if left.name.startswith(PREFIX) else _young(left)):
            continue
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
        gone += 1
    return gone


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time sweep and begin, so that none takes a folder away before its lock is held."""
    descriptor = os.open(folder / SWEEPING, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _young(path: Path) -> bool:
    """Whether something without a lock may still be in use: made within a day."""
    return time.time() - path.lstat().st_mtime < DAY


def _alive(folder: Path) -> bool:
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
