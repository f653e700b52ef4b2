"""Numbers about people: never of few, in steps, once a week, and nothing is left when one is taken from another (STAT-1)."""

import random  # noqa: TID251 - repeats from a seed
from datetime import timedelta
from types import SimpleNamespace

import pytest

from lms.host import clock
from lms.host.statistics import frozen as store
from lms.host.statistics.frozen import Statistic
from lms.host.statistics.rules import (
    HIDDEN,
    Counted,
    Shown,
    Table,
    amount,
    average,
    measure,
    never_shown,
    people,
    share,
    split,
    table,
)

pytestmark = pytest.mark.safety
WEEKS, SITES = 20, 60


def test_stat_1_counts_of_few_are_hidden_and_others_go_in_steps_of_five():
    """STAT-1: from 0 to 30 people, the number changes six times and never tells one person from the next."""
    assert [people(n, 5).value for n in (0, 4, 5, 9, 10, 24)] == [None, None, 5, 5, 10, 20]
    assert people(9, 10) == HIDDEN
    assert people(4, 2) == HIDDEN
    assert sum(people(n, 5) != people(n + 1, 5) for n in range(30)) == 6
    assert [people(n, 5, of=9).value for n in (4, 5, 9)] == [None, 5, 5]
    assert {people(n, 5, of=8) for n in range(9)} == {HIDDEN}


def test_stat_1_sums_and_shares_rest_on_enough_people_too():
    assert amount(40, 4, 5) == HIDDEN
    assert amount(44, 5, 5).value == 40
    assert amount(150, 5, 5, step=60).value == 120
    assert average(83, 4, 5) == HIDDEN
    assert [average(value, 5, 5).value for value in (0, 82, 83, 100)] == [0, 80, 85, 100]
    assert share(9, 9, 5) == share(0, 0, 5) == HIDDEN
    assert [share(part, 10, 5).value for part in (0, 2, 3, 7, 8, 10)] == [0, 0, 50, 50, 100, 100]
    assert [measure(value, 50, 5).value for value in (-16, -14, 4, 96)] == [-20, -10, 0, 100]


def test_stat_1_one_answer_more_hardly_ever_shows_in_a_share():
    """STAT-1: from one step of a share to the next there are five people or more, in a group of any size."""
    for group in range(10, 220):
        shown = [share(part, group, 5).value for part in range(group + 1)]
        inner = [shown.count(value) for value in set(shown) - {shown[0], shown[-1]}]
        assert min(inner, default=5) >= 5 - (group % 5 > 0), group


def test_stat_1_a_part_of_a_split_needs_ten_or_is_in_no_number():
    """STAT-1: seven people alone are one group; beside a row of others they are nowhere."""
    assert split({"en": 4, "fr": 3}, 5).together == ("en", "fr")
    assert split({"en": 4}, 5) == split({}, 5) or split({"en": 4}, 5).together == ()
    parted = split({"en": 12, "fr": 9, "ar": 3, "es": 1}, 5)
    assert (parted.rows, parted.together) == (("en",), ("fr", "ar", "es"))
    assert split({"en": 12, "fr": 7}, 5).together == ()


class Attacker:
    """Reads every table that was ever shown of some batches, and works out what the true counts can be."""

    def __init__(self, sizes, slack):
        self.sizes = sizes
        self.slack = slack
        self.bounds = [(0, size) for size in sizes]

    def read(self, shown, rule):
        """Take in the table of a week; return the batches whose number is now known to the person."""
        fits = [
            [n for n in range(low, size + 1) if rule(n, 5, size) == cell]
            for (low, _), size, cell in zip(self.bounds, self.sizes, shown.cells, strict=True)
        ]
        bounds = [(min(ways), max(ways)) for ways in fits]
        bounds = self.taken_off(shown, bounds)
        before, self.bounds = self.bounds, bounds
        known = [low == high for low, high in bounds]
        return [
            index
            for index, sure in enumerate(known)
            if sure and (before[index][0] != before[index][1] or bounds[index] != before[index])
        ]

    def taken_off(self, shown, bounds):
        """Take the parts off the total: what is left are the hidden ones together."""
        hidden = [index for index, cell in enumerate(shown.cells) if cell.value is None]
        left = (shown.total.value or 0) - sum(cell.value or 0 for cell in shown.cells)
        if not hidden or left <= 0 or (not self.slack and len(hidden) < len(bounds)):
            return bounds  # a true total is worth most when nothing else is shown
        ceiling = sum(bounds[index][1] for index in hidden)
        low, high = left, min(ceiling, left + self.slack if left + 4 < ceiling - 4 else ceiling)
        narrowed = list(bounds)
        for index in hidden:
            others = [bounds[other] for other in hidden if other != index]
            narrowed[index] = (
                max(bounds[index][0], low - sum(top for _, top in others)),
                min(bounds[index][1], high - sum(bottom for bottom, _ in others)),
            )
        return narrowed


def recovered(make, rule, slack=4):
    """Let codes of invented batches be used over twenty weeks; return how often somebody can be counted out."""
    chance, found = random.Random(7), 0
    for _ in range(SITES):
        sizes = [chance.randint(1, 24) for _ in range(chance.randint(1, 6))]
        used = [0] * len(sizes)
        attacker = Attacker(sizes, slack)
        for _ in range(WEEKS):
            used = [min(size, n + chance.choice((0, 0, 1, 1, 2))) for n, size in zip(used, sizes, strict=True)]
            found += len(attacker.read(make(list(zip(used, sizes, strict=True))), rule))
    return found


def test_stat_1_an_attacker_who_differences_twenty_weeks_recovers_nobody():
    """STAT-1: parts, totals, sizes and every week before: no true number comes out."""
    assert recovered(lambda parts: table(parts, 5), people) == 0


def bare_total(parts):
    """The planted fault: the true total beside hidden parts."""
    return Table(tuple(people(n, 5, of) for n, of in parts), Shown(sum(n for n, _ in parts)))


def no_ceiling(parts):
    """The planted fault: a part that may say that everybody is in it."""
    cells = tuple(people(n, 5) for n, _ in parts)
    return Table(cells, Shown(sum(cell.value or 0 for cell in cells)))


@pytest.mark.parametrize(
    ("fault", "rule", "slack"),
    [(bare_total, people, 0), (no_ceiling, lambda n, least, _of: people(n, least), 4)],
    ids=["bare total", "no ceiling"],
)
def test_stat_1_planted_the_attacker_finds_people_where_a_rule_is_left_out(fault, rule, slack):
    """STAT-1: the attacker of the test above is able to."""
    assert recovered(fault, rule, slack) > 0


def test_stat_1_used_and_left_over_would_give_each_other_away():
    """STAT-1: why what is left of a batch stands nowhere beside what is used."""
    both = [n for n in range(21) if people(n, 5) == Shown(10) and people(20 - n, 5) == Shown(10)]
    assert both == [10]
    assert never_shown(8, 5)
    assert not never_shown(9, 5)


@pytest.fixture
def week(site, frozen_clock, monkeypatch):
    """A statistic whose true numbers a test sets; `count` runs the daily job after some days."""
    world = SimpleNamespace(people=0, step=0, figure=None)

    def source(_conn, least):
        yield Counted("t", "s", {"n": world.figure or people(world.people, least)}, world.people, world.step)

    def fails(_conn, _least):
        raise RuntimeError

    host = SimpleNamespace(all=lambda _kind: (Statistic("a.fails", fails), Statistic("b", source)))
    monkeypatch.setattr(store, "current_host", lambda: host)

    def count(days=0):
        frozen_clock.moment += timedelta(days=days)
        with site.session() as session:
            store.count(session, {})
        with site.reading() as conn:
            found = store.frozen(conn, "b", ["t"])
        group = found.group("t", "s")
        return (group.get("n").value if group else None), found.day

    world.count = count
    world.site = site
    return world


def test_stat_1_a_number_stands_still_for_a_week(week):
    """STAT-1, PLG-3: whatever happens in between, and although another source fails."""
    began = clock.today()
    week.people = 5
    assert week.count() == (5, began)
    for number in (10, 4, 25):
        week.people = number
        assert week.count(2) == (5, began)
    assert week.count(1) == (25, began + timedelta(days=7))


def test_stat_1_a_growing_count_changes_only_with_enough_new_people(week):
    """STAT-1: two weeks never differ by fewer than the step; what says nothing yet is counted anew."""
    week.step = 5
    shown = []
    for week.people in (4, 5, 9, 9, 10, 14, 15):
        shown.append(week.count(7)[0])
    assert shown == [None, 5, 5, 5, 10, 10, 15]


def test_stat_1_planted_a_number_that_no_rule_has_seen_is_refused(week):
    """STAT-1: a source that hands out a true number is left out: its figures stay as they were."""
    week.people = 6
    week.count()
    week.figure = 6
    assert week.count(7)[0] == 5


def test_org_1_what_may_no_longer_be_shown_goes_at_once(week):
    """ORG-1, STAT-1: and nothing new appears in the middle of a week."""
    week.people = 12
    week.count()
    for figures, left in (({"n": people(14, 5)}, 10), ({"n": HIDDEN}, None), ({"n": people(14, 5)}, None)):
        with week.site.session() as session:
            store.hide(session, "b", Counted("t", "s", figures))
        with week.site.reading() as conn:
            assert store.frozen(conn, "b", ["t"]).group("t", "s").get("n").value == left
