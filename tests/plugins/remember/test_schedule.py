"""When a question comes back, over whatever somebody answers on whatever days."""

import subprocess
import sys
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.plugins.remember.domain.schedule import LONGEST, again, first, interval
from lms.plugins.remember.domain.sitting import Asked, place

DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)
recalls = st.sampled_from(["missed", "unsure", "known"])
lives = st.tuples(recalls, st.lists(st.tuples(recalls, st.integers(0, 400)), max_size=30))


def lived(life):
    """Yield (day, how it went, what was kept before and after) of each time a question was asked."""
    began, times = life
    day = TODAY
    memory = first(began, day)
    yield day, began, None, memory
    for recall, late in times:
        day = memory.due + late * DAY
        before, memory = memory, again(memory, recall, day)
        yield day, recall, before, memory


@given(lives)
def test_it_always_comes_back_and_never_on_the_same_day(life):
    for day, _recall, _before, memory in lived(life):
        assert day + DAY <= memory.due <= day + LONGEST * DAY
        assert memory.stability > 0
        assert 1 <= memory.difficulty <= 10
        assert memory.asked == day  # what is not kept follows from what is


@given(lives)
def test_what_is_known_better_comes_back_later(life):
    for day, _recall, before, _memory in lived(life):
        if before is not None:
            missed, unsure, known = (again(before, recall, day) for recall in ("missed", "unsure", "known"))
            assert missed.due <= unsure.due <= known.due
            assert missed.stability < known.stability
            assert known.stability >= before.stability
            assert missed.stability <= before.stability


def test_right_answers_carry_it_further_each_time():
    gaps, memory = [], first("missed", TODAY)
    for _ in range(8):
        gaps.append((memory.due - memory.asked).days)
        memory = again(memory, "known", memory.due)
    assert gaps == sorted(gaps)
    assert gaps[0] == 1
    assert gaps[-1] > 20


def test_a_day_set_back_breaks_nothing():
    memory = first("known", TODAY)
    assert again(memory, "known", TODAY - 400 * DAY).due > TODAY - 400 * DAY


def test_the_days_are_those_of_the_library():
    from fsrs import Card, Rating, Scheduler

    scheduler = Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=LONGEST, enable_fuzzing=False)
    card, _log = scheduler.review_card(Card(card_id=1), Rating.Good)
    for _ in range(12):
        assert (card.due - card.last_review).days == interval(card.stability)
        card, _log = scheduler.review_card(card, Rating.Good, card.due)


def test_the_library_is_loaded_when_it_is_needed_and_brings_nothing_heavy():
    program = (
        "import sys; import lms.plugins.remember.plugin as p; early = 'fsrs' in sys.modules\n"
        "from lms.plugins.remember.domain.schedule import first; import datetime\n"
        "first('known', datetime.date(2026, 1, 1))\n"
        "print(early, 'fsrs' in sys.modules, {'torch', 'numpy', 'pandas', 'fsrs.optimizer'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "set()"]


@given(st.text(max_size=60))
def test_no_form_breaks_the_page(sent):
    assert 1 <= place(sent) < 100
    found = Asked.read(sent)
    assert found is None or Asked.read(str(found)) == found
