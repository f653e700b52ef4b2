"""The bank as authors use it: by pages without scripts, from the first draft to a graded attempt."""

import io

import pytest
import yaml
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from lms.core.catalogue.api import current_outlines
from lms.host.security.audit import Entry
from lms.plugins.quizzes import access
from lms.plugins.quizzes.models import Attempt, Version
from lms.plugins.quizzes.privacy import erase, export
from lms.plugins.quizzes.queries.bank import versions
from tests.factories import make_person, sign_in
from tests.plugins.quizzes.conftest import COURSE, publish
from tests.plugins.quizzes.pages import Page, answers_on, fields
from tests.plugins.quizzes.samples import MAKERS, OTHERS, single

GIFT = """::First::What is wet?{=Water#It flows, and so it wets whatever it touches on its long way. ~Sand#Dry as it is.}

::Essay::Write about rain.{}

::Broken::What is dry?{=Sand
"""


@pytest.fixture
def author(site):
    person = make_person(site, grants=[("author", "site", "")])
    browser = sign_in(site, person)
    browser.person = person
    return browser


def form_of(page, holding):
    """Every field of the form that holds one, text areas with them."""
    for form in page.all("form"):
        if form.find(f".//*[@name='{holding}']") is not None:
            sent = fields(form)
            for area in form.iter("textarea"):
                sent[area.get("name")] = [(area.text or "").removeprefix("\n")]
            return sent
    raise AssertionError(holding)


def write(author, item):
    """Write one question as its author does: the form, a row more where it has too few, then save."""
    from lms.plugins.quizzes.domain.bank.draft import Draft, DraftForm
    from tests.plugins.quizzes.bank.test_forms import HEAD, posted
    from tests.plugins.quizzes.samples import TYPES

    address = f"/en/questions/new/{item['type']}"
    page = Page(author.get(address))
    draft = Draft.of(TYPES[item["type"]], item, {**HEAD, "tags": "water, Rain", "outcome": "T-1.1 o1"}, "en")
    sent = posted(DraftForm(draft, "")) | {"key": form_of(page, "key")["key"], "lang": ["en"]}
    answer = author.submit(address, sent)
    assert answer.status_code == 303, Page(answer).words("*[@id='problems']")
    again = author.submit(address, sent)
    assert again.headers["Location"] == answer.headers["Location"]
    return answer.headers["Location"].partition("?")[0].rpartition("/")[2]


def test_a_question_of_every_kind_is_written_shown_tried_and_found(author):
    for make in [*MAKERS.values(), *OTHERS.values()]:
        item = make()
        key = write(author, item)
        shown = Page(author.get(f"/en/questions/{key}"))
        assert "As learners see it" in shown.words("h2"), item["type"]
        again = form_of(Page(author.get(f"/en/questions/{key}/edit")), "key")
        assert again["key"] == ["1"]
        assert Page(author.submit(f"/en/questions/{key}/edit", {**again, "look": ["1"]})).status == 200
    listed = Page(author.get("/en/questions/?state=bank&words=which%20ACCOUNT&tag=rain"))
    assert "1 question" in listed.text
    tried = Page(author.get(f"/en/questions/{first_key(listed)}?q9=letters"))
    assert tried.status == 200


def first_key(page):
    return next(a.get("href") for a in page.all("a") if "/questions/b" in (a.get("href") or "")).rpartition("/")[2]


def test_errors_keep_what_was_typed_and_a_second_window_overwrites_nothing(author, site):
    new = form_of(Page(author.get("/en/questions/new/single")), "key")
    wrong = Page(author.submit("/en/questions/new/single", {**new, "options.0.text": ["Typed before"]}))
    assert wrong.status == 422
    assert wrong.title.startswith("Problem: ")
    assert "Typed before" in wrong.text
    assert wrong.all("*[@id='prompt-e']")
    more = Page(author.submit("/en/questions/new/single", {**new, "add": ["options"]}))
    assert len([one for one in more.all("textarea") if one.get("name", "").endswith(".text")]) == 3
    key = write(author, single())
    sent = {
        **new,
        "prompt": ["Sent?"],
        "options.0.text": ["One"],
        "options.1.text": ["Two"],
        "options.0.correct": ["1"],
    }
    sent |= {f"options.{n}.feedback": ["Why."] for n in range(2)}
    back = author.submit("/en/questions/new/single", sent).headers["Location"]
    assert author.submit("/en/questions/new/single", {**sent, "prompt": ["Went back?"]}).headers["Location"] == back
    assert "Went back?" in Page(author.get(back)).heading
    first = form_of(Page(author.get(f"/en/questions/{key}/edit")), "key")
    assert author.submit(f"/en/questions/{key}/edit", {**first, "prompt": ["Mine?"]}).status_code == 303
    second = Page(author.submit(f"/en/questions/{key}/edit", {**first, "prompt": ["Theirs?"]}))
    assert second.status == 422
    assert "Theirs?" in second.text
    with site.reading() as conn:
        assert [row.item["prompt"] for row in versions(conn, key)] == ["Mine?", "Which account comes first?"]


def test_a_translation_stands_beside_its_source_and_a_changed_source_shows(author, site):
    key = write(author, single())
    address = f"/en/questions/{key}/words/ar"
    page = form_of(Page(author.get(address)), "after")
    sent = {**page, **{name: ["نص"] for name in page if name.startswith("t")}}
    assert author.submit(address, sent).status_code == 303
    assert Page(author.submit(address, sent)).status == 422  # the page is older than what stands now
    with site.reading() as conn:
        assert versions(conn, key)[0].words["ar"]["prompt"] == {"of": "Which account comes first?", "text": "نص"}
    edit = form_of(Page(author.get(f"/en/questions/{key}/edit")), "key")
    author.submit(f"/en/questions/{key}/edit", {**edit, "prompt": ["Which one is first?"]})
    assert "The source has changed" in Page(author.get(address)).text
    assert author.get(f"/en/questions/{key}/words/en").status_code == 404


def use(site, key, *lessons):
    """Let quizzes of the course use a bank question."""
    for folder in lessons:
        path = site.app.config["LMS"].folder / "courses" / COURSE / "10-trial" / folder / "quiz.yaml"
        data = yaml.safe_load(path.read_text())
        data["items"] = [{"use": key, "outcome": "o1"}, *[one for one in data["items"] if "use" not in one]]
        path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
    return publish(site.app)


def test_two_quizzes_use_a_published_version_and_an_edit_leaves_attempts_alone(author, site, make_learner):
    """QZ8: a draft is in no quiz; an edit waits for the next publication; whoever began keeps theirs."""
    key = write(author, single(prompt="Is it wet?"))
    assert any("quiz-unknown-use" in str(problem.code) for problem in broken(site, key))
    page = Page(author.get(f"/en/questions/{key}"))
    assert author.submit(f"/en/questions/{key}/publish", form_of(page, "number")).status_code == 303
    use(site, key, "20-nothing", "40-answers")
    shown = Page(author.get(f"/en/questions/{key}"))
    assert "questions 1.2" in shown.text
    assert "questions 1.4" in shown.text
    told = [one.get("href") for one in shown.all("a") if "/answers/" in (one.get("href") or "")]
    assert [author.get(address).status_code for address in told] == [200]  # of the quiz that keeps nothing none is told
    learner = make_learner()
    paper = Page(learner.browser.get(learner.url(4)))
    edit = form_of(Page(author.get(f"/en/questions/{key}/edit")), "key")
    right = {"options.0.correct": [], "options.1.correct": ["1"], "prompt": ["Is it dry?"]}
    author.submit(f"/en/questions/{key}/edit", {**{k: v for k, v in edit.items() if k != "options.0.correct"}, **right})
    wrong_first = learner.browser.submit(learner.url(4), answers_on(paper, learner.quiz("T-1.4-q")))
    assert learner.standing("T-1.4-q").best == 100
    author.submit(f"/en/questions/{key}/publish", {"number": ["2"]})
    publish(site.app, kind="correction")
    assert "Is it wet?" in Page(learner.browser.get(wrong_first.headers["Location"])).text
    regraded(author, site, learner, key, wrong_first.headers["Location"])


def broken(site, key):
    from lms.core.catalogue.actions.publishing import PublishError

    try:
        use(site, key, "20-nothing")
    except PublishError as error:
        return error.problems
    return []


def regraded(author, site, learner, key, result):
    """QZ9: grading again asks why, says who in the audit, changes the score and takes nothing away."""
    address = f"/en/questions/{key}/regrade"
    assert Page(author.submit(address, {"reason": ""})).status == 422
    assert author.submit(address, {"reason": "The key named the wrong answer."}).status_code == 303
    site.run_jobs()
    with site.session() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.quiz_id == "T-1.4-q")).one()
        assert attempt.score == 66
        assert attempt.regraded.keys() == {key}
        assert all("@" in name for name in attempt.questions)
        assert [row.action for row in session.scalars(select(Entry))].count("question published") == 2
        reasons = [row.reason for row in session.scalars(select(Entry)) if row.action == "attempts graded again"]
        assert reasons == ["The key named the wrong answer."] * 2
    assert learner.standing("T-1.4-q").best == 100
    page = Page(learner.browser.get(result))
    assert "Is it dry?" in page.text
    assert page.heading.startswith("2 of 3")


def hand_in(author, data):
    """Choose a file, without the file on disk that werkzeug's own way of posting makes of a large one."""
    form = Page(author.get("/en/questions/import")).form(holding="file")
    fields = {"csrf": form["csrf"][0], "lang": "en", "file": FileStorage(io.BytesIO(data), filename="q")}
    boundary, body = encode_multipart(fields)
    kind = f"multipart/form-data; boundary={boundary}"
    origin = {"Sec-Fetch-Site": "same-origin"}
    return Page(author.post("/en/questions/import", data=body, content_type=kind, headers=origin))


def test_a_file_becomes_drafts_once_confirmed_and_the_same_file_twice_makes_nothing_twice(author, site):
    assert Page(author.submit("/en/questions/import", {"lang": "en"})).status == 422
    page = hand_in(author, GIFT.encode())
    assert [word for word in page.words("span") if word in {"Whole", "With losses", "Refused"}] == [
        "Whole",
        "With losses",
        "Refused",
    ]
    with site.session() as session:
        assert session.scalars(select(Version)).all() == []
    sent = form_of(page, "questions")
    for _twice in range(2):
        assert author.submit("/en/questions/import/keep", sent).status_code == 303
    with site.session() as session:
        assert len(session.scalars(select(Version)).all()) == 2
    again = hand_in(author, GIFT.encode())
    assert again.words("span").count("There already") == 2
    assert not again.all("*[@name='questions']")
    assert Page(author.submit("/en/questions/import/keep", {"questions": "x"})).status == 422
    for form in ("gift", "moodle-xml", "aiken", "qti21", "qti30"):
        held = Page(author.get(f"/en/questions/export?form={form}")).words("span")
        data = author.get(f"/en/questions/export/{form}").data
        back = hand_in(author, data)
        known = 0 if form == "aiken" else 2 - held.count("Refused")  # Aiken keeps neither ids nor reasons
        assert back.words("span").count("There already") == known, form
    assert hand_in(author, b"x" * 4_050_000).status == 422


@pytest.mark.safety
def test_only_authors_come_in_and_those_of_a_course_see_its_questions_alone(site, author):
    """AUTHZ-2: whoever writes for one course finds the questions of that course, and the bank that belongs to all."""
    theirs = sign_in(site, make_person(site, grants=[("author", "course", COURSE)]))
    nobody = sign_in(site, make_person(site, grants=[("author", "course", "another")]))
    learner = sign_in(site, make_person(site))
    key = write(author, single())
    of_file = next(
        a.get("href")
        for a in Page(theirs.get("/en/questions/?state=files")).all("a")
        if "/questions/f" in a.get("href")
    )
    assert theirs.get(of_file).status_code == 200
    assert nobody.get(of_file).status_code == 404
    assert nobody.get(f"{of_file}/regrade").status_code == 404
    assert nobody.get(f"/en/questions/{key}").status_code == 200
    assert learner.get("/en/questions/").status_code == 404
    large = learner.submit("/en/questions/import", {"file": "x" * 1_200_000})
    assert large.status_code == 413  # the room is made for authors alone
    with site.statements() as seen:
        author.get("/en/questions/")
    assert len(seen) <= 6


@pytest.mark.safety
def test_control_a_door_without_scopes_is_found(site, author, monkeypatch):
    """Planted fault: whoever writes for one course is shown them all."""
    nobody = sign_in(site, make_person(site, grants=[("author", "course", "another")]))
    assert "/questions/f" not in nobody.get("/en/questions/?state=files").text
    monkeypatch.setattr(access, "courses_for", lambda conn, _actor, lang: current_outlines(conn, lang))
    assert "/questions/f" in nobody.get("/en/questions/?state=files").text


@pytest.mark.safety
def test_who_wrote_a_question_is_handed_out_and_forgotten(author, site):
    """RET-3, RET-4: the question stays, the name goes."""
    key = write(author, single())
    with site.reading() as conn:
        assert [row["question"] for row in export(conn, author.person.id)["questions_written"]] == [key]
    with site.session() as session:
        erase(session, author.person.id)
    with site.reading() as conn:
        assert versions(conn, key)[0].person_id is None
        assert export(conn, author.person.id)["questions_written"] == []
