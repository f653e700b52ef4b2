"""Requests are answered one after the other, and a slow one holds nobody up."""

import threading
import time

import pytest

from lms.host import lane
from lms.host.security.passphrases import Gate

LONG = 20


class Request:
    """What waitress gives to a lane."""

    def __init__(self, work):
        self._work = work
        self.told, self.thread = [], None

    def service(self):
        self.thread = threading.current_thread().name
        self.told.append("served")
        self._work()
        self.told.append("done")

    def writable(self):
        return True

    def handle_write(self):
        self.told.append("sent")

    def cancel(self):
        self.told.append("let go")


class Waitress:
    """A lane and its poll, which hands in what is asked and waits for no more than a moment."""

    def __init__(self, slow=4):
        self.lane, self.polls, self.fault = lane.Lane(slow), 0, None
        self._coming, self._woken = [], threading.Event()
        self._runner = threading.Thread(target=self._run)

    def _run(self):
        try:
            self.lane.run(self._poll, self._woken.set)
        except OSError as error:
            self.fault = error

    def _poll(self, seconds):
        self.polls += 1
        coming, self._coming = self._coming, []
        for request in coming:
            if isinstance(request, OSError):
                raise request
            self.lane.add_task(request)
        if not coming:
            self._woken.wait(seconds)
            self._woken.clear()

    def ask(self, *requests):
        self._coming = list(requests)
        self._woken.set()

    def __enter__(self):
        self._runner.start()
        return self

    def __exit__(self, *_error):
        until(lambda: not self._coming)
        self.lane.stop()
        self._runner.join(LONG)
        assert not self._runner.is_alive()


def until(true):
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_quick_ones_follow_each_other_in_one_thread(monkeypatch):
    monkeypatch.setattr(lane, "PATIENCE", 60)
    running, together = set(), []

    def work():
        running.add(threading.get_ident())
        together.append(len(running))
        time.sleep(0.001)  # as the database does, it lets others run
        running.discard(threading.get_ident())

    requests = [Request(work) for _ in range(12)]
    with Waitress() as waitress:
        waitress.ask(*requests)
        until(lambda: all(request.told == ["served", "done", "sent"] for request in requests))
    assert together == [1] * 12
    assert len({request.thread for request in requests}) == 1


def test_nobody_waits_longer_than_the_patience_for_a_slow_one(monkeypatch):
    """All of them meet: none could if one had to wait for another's end. Whoever lost the turn leaves sending to others."""
    monkeypatch.setattr(lane, "PATIENCE", 0.001)
    meeting = threading.Barrier(4)
    slow, quick = [Request(lambda: meeting.wait(LONG)) for _ in range(4)], Request(lambda: None)
    with Waitress() as waitress:
        waitress.ask(*slow)
        until(lambda: all("done" in request.told for request in slow))
        until(lambda: waitress.lane._beside == 0)
        waitress.ask(quick)
        until(lambda: quick.told)
        until(lambda: not waitress.lane._busy.is_set())  # and the watch sleeps


@pytest.mark.parametrize("how", ["by itself", "a hash"])
def test_what_works_outside_the_interpreter_leaves_the_lane(monkeypatch, how):
    monkeypatch.setattr(lane, "PATIENCE", 60)
    meeting, gate = threading.Barrier(2), Gate(width=2, queue=0)

    def work():
        if how == "by itself":
            lane.step_aside()
            lane.step_aside()  # again: it has no turn to give away any more
            meeting.wait(LONG)
        else:
            with gate():
                meeting.wait(LONG)

    requests = [Request(work), Request(work)]
    with Waitress() as waitress:
        waitress.ask(*requests)
        until(lambda: all("done" in request.told for request in requests))
        until(lambda: waitress.lane._beside == 0)
    lane.step_aside()  # a command hashes too, and is in no lane


def test_while_all_are_slow_connections_are_read_and_nobody_is_begun(monkeypatch):
    monkeypatch.setattr(lane, "PATIENCE", 0.001)
    over = threading.Event()
    slow, later = [Request(lambda: over.wait(LONG)) for _ in range(2)], Request(lambda: None)
    with Waitress(slow=2) as waitress:
        waitress.ask(*slow, later)
        until(lambda: waitress.lane._beside == 2)
        seen = waitress.polls
        waitress.ask()
        until(lambda: waitress.polls > seen)
        assert not later.told
        monkeypatch.setattr(lane, "POLL_SECONDS", 60)
        waitress.ask()
        until(lambda: waitress.polls > seen + 1)
        over.set()
        until(lambda: later.told == ["served", "done", "sent"])  # without a word from who is done, a minute later


def test_what_goes_wrong_is_told(caplog):
    """A request that fails is not the end of others; a poll that fails is the end of the server, and says why."""

    def fail():
        raise ValueError("planted")

    failing, next_one, never = Request(fail), Request(lambda: None), Request(lambda: None)
    with Waitress() as waitress:
        waitress.ask(failing, next_one)
        until(lambda: next_one.told)
        waitress.ask(never, OSError("no more files"))
    assert "a request was not answered" in caplog.text
    assert str(waitress.fault) == "no more files"
    assert never.told == ["let go"]
