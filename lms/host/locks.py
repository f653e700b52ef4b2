"""One writer at a time, first come first served: in this process and between processes.

SQLite's own busy handler starves: eight writers on it wait up to two seconds each. A queue in
the process and a file lock between processes keep the wait short and fair.
"""

import fcntl
import os
import time
from collections import deque
from pathlib import Path
from threading import Event, Lock

POLL_SECONDS = 0.005


class Busy(Exception):  # noqa: N818 - a state, not a fault
    """Somebody else is writing, and the caller did not want to wait longer."""


class FairLock:
    """A lock that is handed over in the order in which it was asked for."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._waiting: deque[Event] = deque()
        self._held = False

    def acquire(self, patience: float | None = None) -> bool:
        """Take the lock, waiting at most `patience` seconds (for ever when `None`)."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = Event()
            self._waiting.append(turn)
        if turn.wait(patience):
            return True
        with self._guard:
            if turn.is_set():  # handed over between the end of the wait and here
                return True
            self._waiting.remove(turn)
            return False

    def release(self) -> None:
        """Hand the lock to the next in line."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._held = False


class WriteLock:
    """The fair lock of this process plus a file lock between processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fair = FairLock()
        self._descriptor = -1

    def acquire(self, patience: float | None = None) -> None:
        """Take both locks.

        Raises:
            Busy: not free within `patience` seconds.

        """
        deadline = None if patience is None else time.monotonic() + patience
        if not self._fair.acquire(patience):
            raise Busy
        try:
            self._lock_file(deadline)
        except BaseException:
            self._fair.release()
            raise

    def release(self) -> None:
        """Give both locks back."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self._fair.release()

    def _lock_file(self, deadline: float | None) -> None:
        if self._descriptor < 0:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if deadline is None:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            return
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise Busy from None
                time.sleep(POLL_SECONDS)
            else:
                return
