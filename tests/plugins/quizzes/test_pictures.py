"""Pictures of questions: written, checked and kept as those of lessons are, and shown wherever the question is."""

import io
import shutil
from dataclasses import replace
from datetime import date

import polib
import pytest
import yaml
from PIL import Image

from lms.core.catalogue.api import KeptPicture, Words
from lms.core.catalogue.compile.blocks import BLOCKS
from lms.core.catalogue.compile.check import check_course
from lms.plugins.quizzes.domain import files
from lms.plugins.quizzes.domain.content import Question
from lms.plugins.quizzes.domain.exchange import FORMATS, formats
from lms.plugins.quizzes.domain.files import CheckFile, QuizFile
from lms.plugins.quizzes.domain.quiz import QuizSource, compiled, segments
from tests.pages.checks import Page as Looked
from tests.pages.checks import faults
from tests.plugins.quizzes.conftest import COURSE, publish, write_course
from tests.plugins.quizzes.pages import Page, answers_on
from tests.plugins.quizzes.samples import MAKERS, OTHERS, TYPES, as_written, quiz_data, single
from tests.plugins.quizzes.test_budgets import VIEW, sent

ALT = "A map of the <well>"
SHOWN = {"file": "media/map.png", "alt": ALT}
KEPT = {"media/map.png": KeptPicture("0" * 32 + ".png", 40, 30, 38_000)}


def drawn(colour="green", size=(40, 30)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def put(folder, name="map.png", data=None):
    (folder / "media").mkdir(exist_ok=True)
    (folder / "media" / name).write_bytes(drawn() if data is None else data)


def with_pictures(path, **picture):
    """Give every question of a file a picture."""
    data = yaml.safe_load(path.read_text())
    for item in data["items"]:
        item["picture"] = {**SHOWN, **picture}
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
    return data


def test_every_type_has_a_picture_whose_description_is_translated():
    items = [make(picture=SHOWN) for make in {**MAKERS, **OTHERS}.values()]
    data = quiz_data(*items)
    assert [text for kind, text in segments(data, TYPES) if kind.endswith(" picture")] == [ALT] * len(items)

    def french(kind, text):
        return Words("Un plan", "fr", "ltr") if kind == "q1 picture" else Words(text, "en", "ltr", fallback=True)

    stored = compiled(data, QuizSource, TYPES, french, pictures=KEPT)["questions"]
    questions = [Question.load(one) for one in stored]
    assert [one.dump() for one in questions] == stored
    assert [(str(one.picture.alt), one.picture.alt.lang) for one in questions][:2] == [("Un plan", ""), (ALT, "en")]
    assert {one.picture.name for one in questions} == {"0" * 32 + ".png"}
    other = {"media/map.png": replace(KEPT["media/map.png"], name="1" * 32 + ".png")}
    again = compiled(data, QuizSource, TYPES, as_written, pictures=other)["questions"]
    assert {one["version"] for one in stored}.isdisjoint(one["version"] for one in again), "another picture"
    assert "picture" not in compiled(quiz_data(), QuizSource, TYPES, as_written, pictures=KEPT)["questions"][0]


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "known_types", lambda: TYPES)
    root = write_course(tmp_path / COURSE)
    for spare in (root / "20-pages", *(root / "10-trial").glob("[2-9]0-*")):
        shutil.rmtree(spare)
    for path in (root / "10-trial" / "10-all" / "quiz.yaml", root / "10-trial" / "check.yaml"):
        with_pictures(path)
        put(path.parent)
    return root


def found(root):
    checked = check_course(root, kinds=(QuizFile(), CheckFile()), blocks=BLOCKS, today=date(2026, 11, 23))
    return {
        (one.file.partition("/")[2], one.code): one for one in checked.problems if "picture" in one.code or one.is_error
    }


def changed(root, place, **picture):
    path = root / "10-trial" / place
    return with_pictures(path, **picture)


FAULTS = [
    ("picture-alt", lambda item: item["picture"].pop("alt")),
    ("picture-alt", lambda item: item["picture"].update(alt=" ")),
    ("quiz-unknown-key", lambda item: item["picture"].update(caption="x")),
    ("quiz-not-mapping", lambda item: item.update(picture="media/map.png")),
    ("picture-missing", lambda item: item["picture"].update(file="media/none.png")),
    ("picture-address", lambda item: item["picture"].update(file="https://example.org/x.png")),
    ("picture-address", lambda item: item["picture"].update(file="media/../../x.png")),
    ("picture-address", lambda item: item["picture"].update(file="media/x.svg")),
    ("bidi-override", lambda item: item["picture"].update(alt="\u202ea map")),
]


def test_a_file_with_pictures_is_checked(course):
    """UPL-1: what no lesson may show, no question may; each planted fault is found at its line."""
    assert found(course) == {}
    for place, planted in (("10-all/quiz.yaml", FAULTS), ("check.yaml", FAULTS[3:5])):
        path = course / "10-trial" / place
        good = path.read_text()
        for code, spoil in planted:
            data = yaml.safe_load(good)
            spoil(data["items"][0])
            path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
            problems = found(course)
            assert list(problems) == [(f"10-trial/{place}", code)]
            lines = path.read_text().split("\n")
            line = problems[f"10-trial/{place}", code].line
            assert line < lines.index(f"- id: {data['items'][1]['id']}") + 1
        path.write_text(good)


def test_files_of_pictures_are_checked(course):
    """UPL-1, UPL-2: nothing but pictures, none too large, none that nobody sees."""
    module, lesson = course / "10-trial", course / "10-trial" / "10-all"
    put(module, "spare.png")
    assert list(found(course)) == [("10-trial/module.yaml", "picture-unused")]
    (module / "media" / "spare.png").unlink()
    put(module, "map.png", b"no picture")
    put(lesson, "map.png", drawn() + b"\0" * 2_000_000)
    put(lesson, "x.svg", b"<svg/>")
    assert {key[0].rpartition("/")[0]: key[1] for key in found(course) if key[1] == "media-broken"} == {
        "10-trial/media": "media-broken",
        "10-trial/10-all/media": "media-broken",
    }
    assert {code for _file, code in found(course)} == {"media-broken", "media-kind", "picture-missing"}


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_names_the_picture_that_it_leaves_behind(form):
    _data, partings = formats.write([("a", single()), ("b", single("q2", picture=SHOWN))], form)
    assert ["picture-left" in parting.losses for parting in partings] == [False, True]


@pytest.fixture
def pictured(site):
    """The course with a picture at every question, one translated into Arabic."""
    root = site.app.config["LMS"].folder / "courses" / COURSE
    module = root / "10-trial"
    for folder in (module / "10-all", module / "50-twenty", module):
        with_pictures(folder / ("check.yaml" if folder == module else "quiz.yaml"))
        put(folder)
    for number, item in enumerate(data := with_pictures(module / "50-twenty" / "quiz.yaml")["items"]):
        item["picture"]["file"] = f"media/map{number}.png"
        put(module / "50-twenty", f"map{number}.png", drawn(size=(40 + number, 30)))
    (module / "50-twenty" / "media" / "map.png").unlink()
    path = module / "50-twenty" / "quiz.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), "items": data}, sort_keys=False))
    po = polib.pofile(str(root / "translations" / "ar.po"))
    po.append(polib.POEntry(msgctxt="T-1.1-q q1 picture", msgid=ALT, msgstr="خريطة البئر"))
    po.save()
    publish(site.app)
    return site


def pictures(page):
    return [(one.get("alt"), one.get("lang"), one.get("width")) for one in page.all("main//img")]


def test_a_picture_stands_above_its_question_wherever_that_is_shown(pictured, make_learner):
    """The page, its result, the sheet and the check; with low data its description and what it weighs."""
    learner = make_learner()
    url = learner.url()
    page = Page(learner.browser.get(url))
    asked = page.text.count("<fieldset")
    assert pictures(page) == [(ALT, None, "40")] * asked
    for block in page.all("fieldset"):
        order = [one.tag for one in block.iter()]
        first = (
            min(order.index(tag) for tag in ("input", "select") if tag in order)
            if {"input", "select"} & {*order}
            else None
        )
        assert first is None or order.index("img") < first
    address = page.all("main//img")[0].get("src")
    picture = pictured.client().get(address)
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    result = learner.browser.submit(url, answers_on(page, learner.quiz()))
    assert len(pictures(Page(learner.browser.get(result.headers["Location"])))) == len(MAKERS)
    assert len(pictures(Page(learner.browser.get(f"{url}/sheet")))) == asked
    story = url.replace("/quiz", f"/story/{OTHERS['branching']()['id']}")
    assert len(pictures(Page(learner.browser.get(story)))) == 1
    learner.browser.submit(f"{learner.check}/start")
    assert len(pictures(Page(learner.browser.get(learner.check)))) == 5
    learner.browser.submit("/en/settings", {"low_data": "on", "back": "/en/home"})
    with pictured.statements() as seen:
        light = Page(learner.browser.get(url))
    assert len(seen) <= VIEW
    assert pictures(light) == []
    assert [faults(Looked(one.text, "en", url, who="learner")) for one in (page, light)] == [[], []]
    assert light.text.count("[A map of the &lt;well&gt;]") == asked
    assert light.text.count(f'<a href="{address}">Load the picture (') == asked


def test_a_picture_speaks_the_language_of_the_page(pictured, make_learner):
    """Its description in Arabic, or marked as English where nobody has translated it; 20 pictures fit in one flight."""
    learner = make_learner("ar")
    page = Page(learner.browser.get(learner.url()))
    shown = pictures(page)
    assert faults(Looked(page.text, "ar", learner.url(), who="learner")) == []
    assert shown[0] == ("خريطة البئر", None, "40")
    assert shown[1:] == [(ALT, "en", "40")] * (len(shown) - 1)
    assert len({one.get("src") for one in Page(learner.browser.get(learner.url(5))).all("main//img")}) == 20
    assert sent(learner, learner.url(5)) < 14_336
