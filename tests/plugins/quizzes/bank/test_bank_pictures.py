"""Pictures of bank questions: handed in and kept while other things are mended, lent to quizzes, swept when unused."""

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from PIL import Image
from sqlalchemy import delete, func, select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from lms.core.catalogue.api import KeptPicture, Medium
from lms.host import clock
from lms.host.pictures import here
from lms.plugins.quizzes.actions.bank import NoPicture, Written, add_version, sweep_pictures
from lms.plugins.quizzes.domain import files
from lms.plugins.quizzes.domain.bank.draft import Draft, DraftForm, flaws_in
from lms.plugins.quizzes.domain.bank.lent import Lent
from lms.plugins.quizzes.domain.bank.pictured import Shown, described, name_in, readable
from lms.plugins.quizzes.domain.bank.words import kept, pairs_of, segments_of, sent
from lms.plugins.quizzes.domain.content import Question
from lms.plugins.quizzes.domain.files import QuizFile
from lms.plugins.quizzes.models import Picture, Version
from lms.plugins.quizzes.queries.bank import versions
from tests.host.test_pictures import CANARY, carrying, drawn
from tests.plugins.quizzes.bank.test_forms import HEAD, posted
from tests.plugins.quizzes.bank.test_pages import author, form_of, hand_in, use  # noqa: F401 - a fixture among them
from tests.plugins.quizzes.conftest import publish
from tests.plugins.quizzes.exchange.test_carried import asked, file, image
from tests.plugins.quizzes.pages import Page
from tests.plugins.quizzes.samples import MAKERS, OTHERS, TYPES, as_written, quiz_data, single
from tests.plugins.quizzes.test_pictures import pictures

NAME = "0" * 32 + ".png"
ALT = "A map of the well"
SHOWN = {"file": f"media/{NAME}", "alt": ALT}
KEPT = KeptPicture(NAME, 40, 30, 1_000)


def codes(draft):
    return [flaw.code for flaw in draft.flaws() if flaw.severity == "error"]


@pytest.mark.parametrize("name", [*MAKERS, *OTHERS])
def test_a_picture_goes_through_the_form_of_every_kind(name):
    item = {**MAKERS, **OTHERS}[name](picture=SHOWN)
    kind = TYPES[item["type"]]
    draft = Draft.of(kind, item, HEAD, "en")
    fields = {**posted(DraftForm(draft, "k")), "picture.name": [NAME], "picture.alt": [f" {ALT}\n"]}
    again = Draft.sent(kind, fields, "en").settled()
    made, wrong = again.item()
    assert (made["picture"], wrong, codes(again)) == (SHOWN, [], [])
    assert ("picture", ALT) in segments_of(kind, made)
    without = Draft.sent(kind, {**fields, "picture.name": [""], "picture.alt": [""]}, "en").settled()
    assert "picture" not in without.item()[0]


def test_what_is_wrong_with_a_picture_stands_beside_its_fields():
    kind, item = TYPES["single"], single()

    def form(name, alt):
        return DraftForm(
            Draft(kind, Draft.of(kind, item, HEAD, "en").raw, HEAD, "en", Shown(name, alt)), "k", checked=True
        )

    assert form(NAME, "").summary() == [], "a draft may lack the words"
    assert [target for target, _text in form("", ALT).summary()] == ["picture.file"]
    assert [target for target, _text in form(NAME, "x" * 301).summary()] == ["picture.alt"]
    assert len(form(NAME, "\u202ea map").summary()) == 1
    for name in ("../x.png", "x.svg", NAME.replace("png", "gif"), "<script>"):
        assert Draft.sent(kind, {"picture.name": [name]}, "en").picture.name == ""
    assert [flaw.code for flaw in flaws_in(kind, {**item, "picture": SHOWN})] == [
        flaw.code for flaw in flaws_in(kind, item)
    ]
    assert [described({}), described({"picture": SHOWN}), described({"picture": {"file": SHOWN["file"]}})] == [
        True,
        True,
        False,
    ]
    heavy = here([drawn()])[0]
    assert readable(heavy) == Medium(heavy.name, heavy.data, 40, 30)


def test_a_quiz_that_uses_it_takes_the_picture_and_its_words(monkeypatch):
    monkeypatch.setattr(files, "known_types", lambda: TYPES)
    monkeypatch.setattr(files, "language", lambda: SimpleNamespace(code="en"))
    content = {key: value for key, value in single(picture=SHOWN).items() if key not in {"id", "outcome"}}
    pairs = sent(pairs_of(segments_of(TYPES["single"], content), {}), {"t2": "خريطة البئر"})
    lent = Lent("bwet", 1, "en", content, {"ar": kept(pairs)}, frozenset({"wet"}), KEPT)
    wanted = []

    def pictured(names):
        wanted.append(set(names))
        return [Medium(NAME, b"x", 40, 30)]

    quiz = QuizFile(shelf=lambda _ids: {"bwet": lent}, tagged=lambda _tags: [lent], pictured=pictured)
    used, drawing = {"use": "bwet", "outcome": "o1"}, {"draw": 1, "tags": ["wet"], "outcome": "o1"}
    for line in (used, drawing):
        data = quiz_data(line)
        assert list(quiz.lends(data, "en")) == [Medium(NAME, b"x", 40, 30)]
        (stored,) = quiz.compile(data, as_written, {})["questions"]
        question = Question.load(stored)
        assert (question.picture.name, str(question.picture.alt), question.picture.bytes) == (NAME, ALT, 1_000)
    assert wanted == [{NAME}] * 2
    assert list(quiz.lends(quiz_data(single()), "en")) == []
    assert str(lent.speaking("ar")("picture", ALT)) != ALT
    other = Lent(
        "bwet", 2, "en", {**content, "picture": {**SHOWN, "file": "media/" + "1" * 32 + ".png"}}, {}, frozenset(), KEPT
    )
    made = [
        QuizFile(shelf=lambda _ids, one=one: {"bwet": one}).compile(quiz_data(used), as_written, {})["questions"][0][
            "version"
        ]
        for one in (lent, other)
    ]
    assert made[0] != made[1], "another picture makes another version"


def send(browser, address, fields, data=None, name="map.jpg"):
    """Post a form with a file, as a browser does whether one is chosen or not."""
    whole = {key: value if len(value) > 1 else value[0] for key, value in fields.items() if value}
    whole["picture.file"] = FileStorage(io.BytesIO(data or b""), filename=name if data else "")
    boundary, body = encode_multipart(whole)
    origin = {"Sec-Fetch-Site": "same-origin"}
    return browser.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}", headers=origin)


def shown(page):
    return [one.get("src") for one in page.all("main//img")]


def rows(site, question):
    with site.reading() as conn:
        return versions(conn, question)[::-1]


def test_a_picture_from_the_form_to_the_quiz_and_out_and_in_again(author, site, make_learner):  # noqa: F811 - the fixture
    """UPL-1 to UPL-3: one path of an author; nothing that was typed or handed in is asked for twice."""
    address = "/en/questions/new/single"
    fields = {
        **form_of(Page(author.get(address)), "key"),
        **posted(DraftForm(Draft.of(TYPES["single"], single(), HEAD, "en"), "")),
    }
    refused = Page(send(author, address, fields, b"<svg onload='alert(1)'/>", "x.png"))
    assert refused.status == 422
    assert "SVG files can hold scripts" in refused.words("*[@id='picture.file-e']")[0]
    wrong = Page(send(author, address, {**fields, "prompt": [""], "picture.alt": [""]}, carrying("JPEG")))
    assert (wrong.status, wrong.all("*[@id='picture.file-e']")) == (422, [])
    again = form_of(wrong, "key")
    name = again["picture.name"][0]
    assert shown(wrong) == [f"/en/questions/picture/{name}"]
    only_for_authors(author, site, make_learner, shown(wrong)[0])
    looked = Page(send(author, address, {**again, "prompt": ["Is it wet?"], "look": ["1"]}))
    assert len(shown(looked)) == 2
    done = send(author, address, {**again, "prompt": ["Is it wet?"]})
    key = done.headers["Location"].partition("?")[0].rpartition("/")[2]
    page = Page(author.get(f"/en/questions/{key}"))
    assert pictures(page)[0][0] == ""
    assert "The picture has no description." in page.text
    assert "saved=undescribed" in author.submit(f"/en/questions/{key}/publish", {"number": "1"}).headers["Location"]
    edit = form_of(Page(author.get(f"/en/questions/{key}/edit")), "key")
    assert send(author, f"/en/questions/{key}/edit", {**edit, "picture.alt": [ALT]}).status_code == 303
    assert "saved=published" in author.submit(f"/en/questions/{key}/publish", {"number": "2"}).headers["Location"]
    words = Page(author.get(f"/en/questions/{key}/words/ar"))
    assert (ALT in words.text, shown(words)) == (True, [f"/en/questions/picture/{name}"])
    author.submit("/en/settings", {"low_data": "on", "back": "/en/home"})
    for light in ("edit", "words/ar"):
        page = Page(author.get(f"/en/questions/{key}/{light}"))
        assert (shown(page), "Load the picture (" in page.text) == ([], True)
    author.submit("/en/settings", {"low_data": "off", "back": "/en/home"})
    lent_to_learners(site, make_learner, key, name)
    replaced_and_taken_out(author, site, key, name)
    out_and_in(author, site, key)
    swept(site, author, name)


def only_for_authors(author, site, make_learner, address):  # noqa: F811 - the fixture's value
    got = author.get(address)
    assert (got.status_code, got.mimetype, got.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert (got.headers["X-Content-Type-Options"], got.headers["Content-Disposition"]) == ("nosniff", "inline")
    assert CANARY not in got.data
    with Image.open(io.BytesIO(got.data)) as image:
        assert image.format == "JPEG"
    learner = make_learner().browser
    assert learner.get(address).status_code in {403, 404}
    assert site.client().get(address.replace("/questions/picture/", "/l/media/")).status_code == 404, "not published"
    assert author.get("/en/questions/picture/none.png").status_code == 404


def lent_to_learners(site, make_learner, key, name):
    use(site, key, "20-nothing", "40-answers")
    learner = make_learner()
    for place in (2, 4):
        page = Page(learner.browser.get(learner.url(place)))
        assert pictures(page) == [(ALT, None, "40")]
        assert shown(page) == [f"/en/l/media/{name}"]
    assert pictures(Page(learner.browser.get(f"{learner.url(4)}/sheet"))) == [(ALT, None, "40")]
    got = site.client().get(f"/en/l/media/{name}")
    assert (got.status_code, got.mimetype, CANARY in got.data) == (200, "image/jpeg", False)


def replaced_and_taken_out(author, site, key, name):  # noqa: F811 - the fixture's value
    edit = form_of(Page(author.get(f"/en/questions/{key}/edit")), "key")
    assert send(author, f"/en/questions/{key}/edit", edit, drawn(size=(80, 60)), "b.png").status_code == 303
    edit = form_of(Page(author.get(f"/en/questions/{key}/edit")), "key")
    assert send(author, f"/en/questions/{key}/edit", {**edit, "picture.drop": ["1"]}).status_code == 303
    names = [name_in(row.item) for row in rows(site, key)]
    assert names[:2] == [name, name]
    assert names[2] not in {name, ""}
    assert names[3] == ""
    old = Page(author.get(f"/en/questions/{key}?version=2"))
    assert [shown(old), pictures(old)[0][0]] == [[f"/en/questions/picture/{name}"], ALT]
    publish(site.app)  # the quiz keeps what was published until another version is


def out_and_in(author, site, key):  # noqa: F811 - the fixture's value
    edit = form_of(Page(author.get(f"/en/questions/{key}/edit?version=3")), "key")
    assert send(author, f"/en/questions/{key}/edit", edit).status_code == 303
    item = rows(site, key)[-1].item
    assert item["picture"]["alt"] == ALT
    for form in ("moodle-xml", "qti21", "qti30", "gift"):
        held = Page(author.get(f"/en/questions/export?form={form}"))
        assert ("The picture of the question is not exported." in held.text) == (form == "gift")
    data = author.get("/en/questions/export/qti30").data
    assert hand_in(author, data).words("span").count("There already") == 1
    bare = hand_in(author, asked([image("@@PLUGINFILE@@/a.png", "")], file("a.png", drawn())).encode())
    assert "Its picture has no description" in bare.text
    with site.session() as session:
        session.execute(delete(Version).where(Version.question == key))
        session.execute(delete(Picture))
    page = hand_in(author, data)
    assert "The pictures wait here for two days" in page.text
    link = next(one.get("href") for one in page.all("a") if "/picture/" in (one.get("href") or ""))
    assert author.get(link).status_code == 200
    sent_on = form_of(page, "questions")
    for _twice in range(2):
        assert author.submit("/en/questions/import/keep", sent_on).status_code == 303
    with site.session() as session:
        (again,) = session.scalars(select(Version)).all()
        assert again.item["picture"] == item["picture"]
        assert session.scalar(select(func.count()).select_from(Picture)) == 1


def swept(site, author, name):  # noqa: F811 - the fixture's value
    with site.session() as session:
        session.execute(update(Picture).values(day=clock.today() - timedelta(days=30)))
        (used,) = session.scalars(select(Picture.name)).all()
        for number, days in ((1, 3), (2, 2)):
            late = {"data": b"x", "width": 1, "height": 1, "day": clock.today() - timedelta(days=days)}
            session.add(Picture(name=f"{number}" * 32 + ".png", **late))
        session.flush()
        sweep_pictures(session)
        assert set(session.scalars(select(Picture.name))) == {used, "2" * 32 + ".png"}
        lost = Written({**single(), "picture": {"file": f"media/{'3' * 32}.png"}}, "en")
        with pytest.raises(NoPicture):
            add_version(session, question="blost", after=0, written=lost, by=author.person.id)
    fields = {
        **form_of(Page(author.get("/en/questions/new/single")), "key"),
        "picture.name": [name],
        "picture.alt": [ALT],
    }
    gone = Page(send(author, "/en/questions/new/single", fields))
    assert (gone.status, "no longer kept" in gone.words("*[@id='picture.file-e']")[0]) == (422, True)
    assert gone.all("textarea[@name='picture.alt']")[0].text.strip() == ALT
