"""One request is answered at a time, and a slow one holds nobody up."""

import threading

import pytest

from lms.host import lane
from lms.host.security.passphrases import Gate


def together(work, number):
    """Answer so many requests at once; return how many ran beside each other, as each saw it."""
    running, seen = set(), []

    def answer(environ, _start_response):
        running.add(environ["number"])
        seen.append(len(running))
        work()
        running.discard(environ["number"])
        return [b""]

    served = lane.Lane(answer)
    threads = [threading.Thread(target=served, args=({"number": one}, None)) for one in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def a_statement():
    threading.Event().wait(0.001)  # as the database does, it lets others run


def test_quick_ones_follow_each_other(monkeypatch):
    monkeypatch.setattr(lane, "PATIENCE", 60)
    assert together(a_statement, 12) == [1] * 12


@pytest.mark.parametrize("patience", [0, 0.001])
def test_nobody_waits_longer_than_the_patience_for_a_slow_one(monkeypatch, patience):
    """All of them meet: none could if one had to wait for another's end. Then the lane is free again."""
    monkeypatch.setattr(lane, "PATIENCE", patience)
    meeting = threading.Barrier(4)
    assert max(together(lambda: meeting.wait(20), 4)) == 4
    assert together(lambda: None, 1) == [1]
    assert not lane._free.locked()


@pytest.mark.parametrize("outside", [lane.beside, Gate(width=2, queue=0)], ids=["beside", "a hash"])
def test_what_works_outside_the_interpreter_leaves_the_lane_and_comes_back(monkeypatch, outside):
    monkeypatch.setattr(lane, "PATIENCE", 60)
    meeting = threading.Barrier(2)

    def work():
        with outside():
            meeting.wait(20)
        assert lane._free.locked()

    together(work, 2)
    assert not lane._free.locked()
    with lane.beside():  # a command hashes too, and is in no lane
        assert not lane._free.locked()
