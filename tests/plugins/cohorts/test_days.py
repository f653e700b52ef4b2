"""Making a group and moving its days."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import html5lib
import pytest
from sqlalchemy import func, select

from lms.core.learning.api import date_table
from lms.host import clock
from lms.plugins.cohorts.actions.members import leave_cohort
from lms.plugins.cohorts.api import cohort_table
from lms.plugins.cohorts.domain.dates import ModuleDays, coming, lesson_dates, week, weekly
from tests.factories import make_person, sign_in
from tests.plugins.cohorts.groups import COURSE, garden, make_group


@pytest.fixture
def operator(site):
    return sign_in(site, make_person(site, grants=[("operator", "site", "")]))


def new(**more):
    fields = {"name": "Spring", "course": COURSE, "starts": "2027-03-01", "weeks": "8", "lang": "en", "key": "k1"}
    return fields | more


def cohorts(site):
    with site.reading() as conn:
        return conn.execute(select(cohort_table)).mappings().all()


def dates(site):
    with site.reading() as conn:
        rows = conn.execute(select(date_table)).mappings()
        return {row["lesson_id"]: (row["opens_at"], row["due_at"]) for row in rows}


def test_an_operator_makes_a_group_that_opens_a_module_a_week(site, operator):
    page = operator.get("/en/cohorts/new")
    assert page.status_code == 200
    answer = operator.submit("/en/cohorts/new", new())
    (cohort,) = cohorts(site)
    assert answer.headers["Location"] == f"/en/cohorts/{cohort['id']}/days"
    assert (cohort["starts"], cohort["ends"]) == (date(2027, 3, 1), date(2027, 4, 25))
    second = garden(site).modules[1].lessons[0].id
    assert dates(site)[second][0] == datetime(2027, 3, 8, tzinfo=UTC)
    assert operator.get(answer.headers["Location"]).status_code == 200


def test_dur_5_the_same_form_twice_makes_one_group(site, operator):
    first = operator.submit("/en/cohorts/new", new())
    again = operator.submit("/en/cohorts/new", new())
    assert first.headers["Location"] == again.headers["Location"]
    operator.submit("/en/cohorts/new", new(key="k2"))
    assert len(cohorts(site)) == 2


def test_a_facilitator_guides_the_group_they_make(site):
    group = make_group(site)
    browser = group.facilitator()
    answer = browser.submit("/en/cohorts/new", new())
    again = group.browser("guide")
    assert again.get(answer.headers["Location"].removesuffix("/days")).status_code == 200


def test_authz_5_sending_the_old_form_again_gives_no_group_back(site):
    """AUTHZ-5: who guides a group no more does not come back to it by the form that made it."""
    group = make_group(site)
    address = group.facilitator().submit("/en/cohorts/new", new()).headers["Location"].removesuffix("/days")
    cohort_id = UUID(address.rpartition("/")[2])
    with site.session() as session:
        leave_cohort(session, cohort_id=cohort_id, person_id=group.people["guide"].id)
    again = group.browser("guide").submit("/en/cohorts/new", new())
    assert again.headers["Location"] == f"{address}/days"
    assert group.browser("guide").get(address).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Please fill this in."),
        ({"starts": "31.3.2027"}, "Write the day as year-month-day"),
        ({"starts": "9999-12-31"}, "Write the day as year-month-day"),
        ({"weeks": "0"}, "Write a number between 1 and 104."),
        ({"course": "nowhere"}, "Choose one of the answers in the list."),
    ],
)
def test_wrong_input_says_so_and_keeps_what_was_typed(site, operator, wrong, said):
    answer = operator.submit("/en/cohorts/new", new(name="Kept label") | wrong)
    assert answer.status_code == 422
    assert "<title>Problem: New group" in answer.text
    assert answer.text.count(said) == 2
    assert "Kept label" in answer.text or "name" in wrong
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert cohorts(site) == []


def test_moving_the_first_day_moves_every_date(site):
    group = make_group(site, starts=date(2027, 1, 4))
    browser = group.facilitator()
    before = dates(site)
    fields = {"name": "Later", "starts": "2027-01-14", "weeks": "10"}
    for number, (opens, due) in enumerate([(0, 6), (7, 13)]):
        fields |= {f"modules-{number}-opens": str(opens), f"modules-{number}-due": str(due)}
    answer = browser.submit(f"/en/cohorts/{group.id}/days", fields)
    assert answer.status_code == 303
    after = dates(site)
    shift = timedelta(days=10)
    assert after == {lesson: (opens + shift, due + shift) for lesson, (opens, due) in before.items()}
    assert "Saved." in browser.get(answer.headers["Location"]).text
    assert cohorts(site)[0]["name"] == "Later"


def test_empty_days_leave_a_module_open_and_a_due_day_before_the_opening_is_refused(site):
    group = make_group(site)
    browser = group.facilitator()
    start = {"name": "A", "starts": "2027-01-14", "weeks": "10"}
    wrong = start | {"modules-0-opens": "9", "modules-0-due": "3", "modules-1-opens": "x"}
    answer = browser.submit(f"/en/cohorts/{group.id}/days", wrong)
    assert answer.status_code == 422
    assert answer.text.count("This is before the module opens.") == 2
    assert 'value="x"' in answer.text
    assert len(dates(site)) > 0
    browser.submit(f"/en/cohorts/{group.id}/days", start)
    assert dates(site) == {}


def test_authz_5_only_the_group_s_own_facilitators_and_operators_move_its_days(site, operator):
    group, other = make_group(site), make_group(site)
    browser = other.facilitator()
    fields = {"name": "Taken over", "starts": "2027-01-14", "weeks": "10"}
    assert browser.get(f"/en/cohorts/{group.id}/days").status_code == 404
    assert browser.submit(f"/en/cohorts/{group.id}/days", fields).status_code == 404
    assert {row["name"] for row in cohorts(site)} == {"Autumn"}
    assert operator.submit(f"/en/cohorts/{group.id}/days", fields).status_code == 303


def test_the_list_shows_own_groups_to_facilitators_and_all_to_operators(site, operator):
    make_group(site, name="Mine"), make_group(site, name="Other")
    mine, other = (row for row in sorted(cohorts(site), key=lambda row: row["name"]))
    group = make_group(site, name="Third")
    text = group.facilitator().get("/en/cohorts/").text
    assert "Third" in text
    assert "Mine" not in text
    listed = operator.get("/en/cohorts/").text
    assert all(name in listed for name in ("Mine", "Other", "Third"))
    assert f'href="/en/cohorts/{mine["id"]}"' not in listed
    assert other["name"] == "Other"


def test_authz_6_extra_fields_change_nothing(site, operator):
    operator.submit("/en/cohorts/new", new(organisation_id=str(make_person(site).id), plan_id="x", id="y"))
    assert cohorts(site)[0]["organisation_id"] is None


def test_offsets_and_weeks(site):
    outline = garden(site)
    offsets = weekly(outline)
    start = date(2027, 3, 1)
    second = outline.modules[1]
    assert lesson_dates(outline, start, {second.id: ModuleDays(opens=7)}).keys() == {
        lesson.id for lesson in second.lessons
    }
    assert lesson_dates(outline, start, {}) == {}
    days = [(item.day, item.kind, item.module.number) for item in coming(outline, start, offsets, date(2027, 3, 8))]
    assert days[0] == (date(2027, 3, 8), "opens", second.number)
    assert [
        week(start, date(2027, 5, 9), day).number
        for day in (date(2027, 2, 1), start, date(2027, 3, 8), date(2030, 1, 1))
    ] == [0, 1, 2, 10]


def test_the_command_line_makes_lists_and_invites(site):
    run = site.app.test_cli_runner().invoke
    from lms.plugins.cohorts.commands import cohorts as group

    made = run(group, ["create", "North", "--course", COURSE, "--start", "2027-03-01", "--weeks", "4"])
    assert made.exit_code == 0
    cohort = made.output.strip()
    assert f"{cohort}  garden  2027-03-01 to 2027-03-28  North" in run(group, ["list"]).output
    codes = run(group, ["invite", cohort, "-n", "3"]).output.split()
    assert len(codes) == 3
    assert all(len(code) == 19 for code in codes)
    assert run(group, ["create", "X", "--course", "nowhere"]).exit_code == 1
    assert run(group, ["delete", cohort, "--yes"]).exit_code == 0
    assert run(group, ["delete", cohort, "--yes"]).exit_code == 1
    assert cohorts(site) == []
    assert run(group, ["invite", str(make_person(site).id)]).exit_code == 1


def test_dur_7_no_code_is_shown_before_it_is_kept(site, monkeypatch):
    """DUR-7: what the disk does not take is not told."""
    from lms.host.db import db
    from lms.plugins.cohorts.commands import cohorts as group

    def full_disk(*_args):
        raise OSError

    made = make_group(site)
    monkeypatch.setattr(db.session, "commit", full_disk)
    answer = site.app.test_cli_runner().invoke(group, ["invite", str(made.id)])
    assert isinstance(answer.exception, OSError)
    assert answer.output == ""


def test_a_demonstration_has_labelled_examples_once_and_fresh_codes_each_time(make_site):
    from lms.plugins.cohorts.commands import examples, start
    from lms.plugins.cohorts.queries import demonstration

    site = make_site(demo=True)
    with site.app.app_context():
        assert start(False) == []
        first, second = start(True), start(True)
    assert [line.split(":")[0] for line in first[:3]] == [
        "Code for a learner",
        "Code for a facilitator",
        "Code for an author",
    ]
    assert first[0] != second[0]
    assert len(cohorts(site)) == 1
    with site.reading() as conn:
        cohort = demonstration(conn).cohort_id
    joined = sign_in(site, make_person(site)).submit("/en/account/code", {"code": first[1].split()[-1]})
    assert joined.status_code == 303
    with site.app.app_context():
        from lms.host.db import reader

        assert examples(reader()).ok
    member = make_person(site)
    sign_in(site, member).submit("/en/account/code", {"code": second[1].split()[-1]})
    wall = sign_in(site, member).get(f"/en/cohorts/{cohort}").text
    assert wall.count('class="tag">example<') >= 8
    assert "4 weeks ago" in wall
    plain = make_site()
    with plain.app.app_context():
        start(True)
        assert not examples(reader()).ok


def test_a_demonstration_without_courses_waits(site, monkeypatch):
    from lms.plugins.cohorts.actions import demonstration
    from lms.plugins.cohorts.commands import start

    monkeypatch.setattr(demonstration, "current_outlines", lambda _conn, _lang: ())
    with site.app.app_context():
        assert start(True) == []
    with site.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(cohort_table)) == 0
    assert clock.today()
