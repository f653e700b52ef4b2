"""One thread reads, answers and sends as long as each answer is quick; from a slow one the next thread takes over.

Threads of Python share one interpreter. Where one thread reads and others answer, the interpreter changes hands at each
request and at each statement in it, which costs a page half as much again as the page itself. Here the threads take
turns at the whole work, so that a quick request meets no other thread at all. Whoever needs longer than `PATIENCE`, or
works outside the interpreter (a hash, a PDF), loses the turn and ends its request beside the others.

The pattern is "leader/followers" (Schmidt and others, Pattern-Oriented Software Architecture 2, 2000).
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

log = logging.getLogger(__name__)

PATIENCE = 0.02
POLL_SECONDS = 1.0
ENDING_SECONDS = 5.0
_here = threading.local()


class Task(Protocol):
    """A connection of waitress that has a whole request."""

    def service(self) -> None:
        """Answer the request; what goes wrong in it is logged there."""

    def writable(self) -> object:
        """Whether something waits to be sent."""

    def handle_write(self) -> None:
        """Send it."""

    def cancel(self) -> None:
        """Let go of the request."""


class Lane:
    """The threads of a server; stands in place of waitress's own dispatcher of tasks.

    Args:
        slow: how many requests may lose their turn at once. While so many do, connections are read and nobody is answered.

    """

    def __init__(self, slow: int) -> None:
        self._slow = slow
        self._ready: deque[Task] = deque()
        self._change = threading.Condition()
        self._leader: int | None = None
        self._began: float | None = None
        self._beside = 0
        self._busy = threading.Event()
        self._over = threading.Event()
        self._fault: BaseException | None = None
        self._wake: Callable[[], None] = lambda: None

    def add_task(self, task: Task) -> None:
        """Take in a whole request; called by waitress while it reads."""
        self._ready.append(task)

    def stop(self) -> None:
        """Let `run` come to its end."""
        self._over.set()

    def run(self, poll: Callable[[float], None], wake: Callable[[], None]) -> None:
        """Serve until `stop` is called by another thread, or an exception comes by a signal.

        Requests that nobody has begun by then are let go.

        Args:
            poll: reads and sends whatever can be within so many seconds, and gives what is whole to `add_task`.
            wake: ends a `poll` that waits.

        """
        self._wake = wake
        names = [f"lane-{number}" for number in range(self._slow + 1)]
        threads = [threading.Thread(target=self._take_turns, args=(poll,), name=name, daemon=True) for name in names]
        watch = threading.Thread(target=self._watch, name="lane-watch", daemon=True)
        for thread in (*threads, watch):
            thread.start()
        try:
            self._over.wait()
        finally:
            self._over.set()
            wake()
            with self._change:
                self._change.notify_all()
            until = time.monotonic() + ENDING_SECONDS
            for thread in threads:
                thread.join(max(0.0, until - time.monotonic()))
            while self._ready:
                self._ready.popleft().cancel()
        if self._fault:
            raise self._fault

    def step_aside(self) -> None:
        """Give the turn away, if it is the calling thread's."""
        with self._change:
            if self._leader == threading.get_ident():
                self._pass_on()

    def _take_turns(self, poll: Callable[[float], None]) -> None:
        _here.lane = self
        while not self._over.is_set():
            with self._change:
                self._change.wait_for(lambda: self._leader is None or self._over.is_set())
                self._leader = threading.get_ident()
            try:
                self._lead(poll)
            except Exception as error:
                log.exception("the server cannot go on")
                self._fault = error
                self._over.set()

    def _lead(self, poll: Callable[[float], None]) -> None:
        while not self._over.is_set():
            while self._ready and self._beside < self._slow:
                if not self._answer(self._ready.popleft()):
                    return
            poll(POLL_SECONDS)

    def _answer(self, task: Task) -> bool:
        """Answer a request; return whether the turn is still ours."""
        self._began = time.monotonic()
        if not self._busy.is_set():
            self._busy.set()
        try:
            task.service()
        except Exception:
            log.exception("a request was not answered")
        if not self._still_leads():
            if self._ready:
                self._wake()  # who leads may wait for a place beside
            return False
        if task.writable():  # now, rather than after all others that are ready
            task.handle_write()
        return True

    def _still_leads(self) -> bool:
        with self._change:
            if self._leader == threading.get_ident():
                self._began = None
                return True
            self._beside -= 1
            return False

    def _watch(self) -> None:
        while not self._over.is_set():
            self._busy.wait(POLL_SECONDS)
            time.sleep(PATIENCE)
            with self._change:
                if self._began is not None and time.monotonic() - self._began >= PATIENCE:
                    self._pass_on()
            self._busy.clear()  # a quiet site need not wake up fifty times a second
            if self._began is not None:
                self._busy.set()

    def _pass_on(self) -> None:
        self._leader = self._began = None
        self._beside += 1
        self._change.notify()


def step_aside() -> None:
    """Let others be answered from now on, beside the rest of this request; outside a lane there is nothing to do."""
    lane: Lane | None = getattr(_here, "lane", None)
    if lane is not None:
        lane.step_aside()
