"""No file makes a reader fail, hang or keep silent."""

import pytest

from lms.plugins.quizzes.domain.exchange import gift_choices, moodle
from tests.plugins.quizzes.exchange import fuzzing

FORMS = ("gift", "aiken", "moodle-xml", "qti-xml", "qti21")


@pytest.mark.parametrize("form", FORMS)
def test_no_file_makes_a_reader_fail(form):
    done, wrong = fuzzing.hunt(form, seconds=1.5)
    assert not wrong, wrong
    assert done > 10


@pytest.mark.deep
@pytest.mark.parametrize("form", FORMS)
def test_no_file_of_a_million_makes_a_reader_fail(form):
    done, wrong = fuzzing.hunt(form, count=1_000_000)
    assert not wrong, wrong
    assert done == 1_000_000


@pytest.mark.parametrize("path", sorted(fuzzing.FAILURES.glob("*.bin")) or [None], ids=str)
def test_what_once_failed_does_not_fail_again(path):
    assert path is None or fuzzing.tried(path.read_bytes()) == ""


PLANTED = {
    "gift: a weight is taken for a number unseen": (gift_choices, "fraction", float),
    "moodle-xml: an element is taken to be there": (
        moodle,
        "_right",
        lambda draft, sub: draft.text(sub.one("answer").inner("text")),
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_reader_that_fails_is_found(fault, monkeypatch, tmp_path):
    """The planted faults; the second one only by files that are hurt in their elements."""
    monkeypatch.setattr(fuzzing, "FAILURES", tmp_path)
    monkeypatch.setattr(*PLANTED[fault])
    _done, wrong = fuzzing.hunt(fault.partition(":")[0], seconds=60, number=1)
    assert "Error" in wrong
    assert [path.name for path in tmp_path.iterdir()] == [wrong.split("(")[1].split(",")[0]]
