"""A small published course: a lesson with every kind of question, one for each way of keeping, and a module check."""

from dataclasses import dataclass
from datetime import date

import polib
import pytest
import yaml

from lms.core.catalogue.api import activity, current_release, outline
from lms.core.catalogue.commands import publish_place
from lms.core.catalogue.compile.places import Place
from lms.core.learning.api import enrol, standing
from lms.host.seed import SIZES, Seed
from lms.plugins.quizzes.domain.attempt import sheet
from lms.plugins.quizzes.domain.invented import Inventor
from lms.plugins.quizzes.domain.quiz import Quiz, segments
from tests.factories import make_person, sign_in
from tests.plugins.quizzes.samples import MAKERS, OTHERS, TYPES, branching, check_data, numeric, quiz_data, single

COURSE = "trial"
CANARY = "KEYCANARY"
FRONT = {
    "discreet_title": "Part",
    "summary": "A lesson to try things out.",
    "level": "foundation",
    "minutes": 5,
    "outcomes": [{"id": "o1", "text": "Try things out."}],
    "content_note": {"level": 0, "text": "No hard themes."},
    "requires": [],
    "glossary": [],
    "workbook": [],
    "cards": [],
    "sources": [],
    "status": "draft",
    "reviewed": None,
    "review_due": "2028-11-22",
    "ageing": "C",
    "translation_notes": [],
}
BODY = (
    ":::safe-version\n**In short**\n\nTry it.\n:::\n\n## What it is\n\nA text.\n\n:::scenario{ref=s1}\nA story.\n:::\n"
)
ARABIC = {
    "T-1.1-q title": "أسئلة الساعة الأولى",
    "T-1.1-q q1 prompt": "أي حساب يأتي أولا؟",
    "T-1.1-q q1 a text": "البريد الإلكتروني الرئيسي",
    "T-1.1-q q4 a step": "أخبر شخص الاتصال",
}


def spoiled(items):
    """The same items with a canary in everything that must not be seen before answering (AUTHZ-7)."""
    for item in items:
        for option in item.get("options", ()):
            option["feedback"] = f"{CANARY} {option['feedback']}"
        if "feedback" in item:
            item["feedback"] = {kind: f"{CANARY} {text}" for kind, text in item["feedback"].items()}
        for node in item.get("nodes", ()):
            for choice in node.get("choices", ()):
                choice["feedback"] = f"{CANARY} {choice['feedback']}"
    return items


def lesson(folder, number, quiz, module=1):
    folder.mkdir(parents=True)
    front = {"id": f"T-{module}.{number}", "title": f"Lesson of trial {number}", **FRONT}
    (folder / "lesson.md").write_text(f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n\n{BODY}")
    data = {**quiz, "id": f"T-{module}.{number}-q"}
    (folder / "quiz.yaml").write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))


def write_course(root):
    root.mkdir(parents=True)
    course = {
        "id": COURSE,
        "title": "A course to try things out",
        "discreet_title": "Trial",
        "summary": "Used by tests only.",
        "pillar": "digital",
        "level": "foundation",
        "hours": 1,
        "source_language": "en",
        "licence": "CC-BY-SA-4.0",
        "requires": [],
        "outcomes": [{"id": "o1", "text": "Try things out."}],
        "completion": {"pass_mark": 80},
    }
    (root / "course.yaml").write_text(yaml.safe_dump(course, sort_keys=False))
    module = root / "10-trial"
    lesson(module / "10-all", 1, quiz_data(*spoiled([make() for make in {**MAKERS, **OTHERS}.values()])))
    lesson(module / "20-nothing", 2, quiz_data(single(), store="nothing"))
    lesson(module / "30-tick", 3, quiz_data(single(), store="tick"))
    lesson(module / "40-answers", 4, quiz_data(single(), numeric(), store="answers"))
    twenty = Inventor(Seed(SIZES["XS"], 7, ("en",), date(2026, 11, 22))).items(20, ["o1"])
    lesson(module / "50-twenty", 5, quiz_data(*twenty))
    about = {"id": "T-1", "title": "A module", "discreet_title": "Part", "summary": "Trying."}
    (module / "module.yaml").write_text(yaml.safe_dump(about, sort_keys=False))
    check = {**check_data(10, draw=5), "id": "T-1-check"}
    for item in check["items"]:
        item["outcome"] = "T-1.1 o1"
        item["prompt"] = f"Question {item['id']} of the check?"
    (module / "check.yaml").write_text(yaml.safe_dump(check, sort_keys=False))
    write_pages(root / "20-pages")
    return root


def write_pages(module):
    """A quiz of three pages, and a check of four with two tries of half an hour each."""
    lesson(module / "10-paged", 1, quiz_data(*(make() for make in MAKERS.values()), page=3), module=2)
    lesson(module / "20-story", 2, quiz_data(branching()), module=2)
    about = {"id": "T-2", "title": "Pages", "discreet_title": "Part", "summary": "Trying."}
    (module / "module.yaml").write_text(yaml.safe_dump(about, sort_keys=False))
    check = {**check_data(8, page=2, minutes=30, attempts=2), "id": "T-2-check"}
    for item in check["items"]:
        item["outcome"] = "T-2.1 o1"
        item["prompt"] = f"Question {item['id']} of the check?"
    (module / "check.yaml").write_text(yaml.safe_dump(check, sort_keys=False))


def translate(root):
    """Some words in Arabic; the others fall back to their source."""
    words = polib.POFile()
    words.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "ar"}
    found = dict(sources(root))
    for context, text in ARABIC.items():
        words.append(polib.POEntry(msgctxt=context, msgid=found[context], msgstr=text))
    (root / "translations").mkdir()
    words.save(str(root / "translations" / "ar.po"))


def sources(root):
    for path in root.rglob("quiz.yaml"):
        data = yaml.safe_load(path.read_text())
        for kind, text in segments(data, TYPES):
            yield f"{data['id']} {kind}", text


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning", "quizzes")


@pytest.fixture(scope="session")
def prepare_site():
    def prepare(app):
        (app.config["LMS"].folder / "courses").mkdir(mode=0o700)
        root = write_course(app.config["LMS"].folder / "courses" / COURSE)
        translate(root)
        publish(app)

    return prepare


def publish(app, kind="edition"):
    """Publish the course as `lms courses publish` does."""
    with app.app_context():
        place = Place(COURSE, app.config["LMS"].folder / "courses" / COURSE, editable=True)
        return publish_place(place, kind=kind, accept_unreviewed=True)


@dataclass
class Learner:
    """Somebody in the course, with a browser."""

    site: object
    person: object
    browser: object
    enrolment: object
    lang: str = "en"

    @property
    def codes(self):
        with self.site.reading() as conn:
            found = outline(conn, current_release(conn, COURSE), self.lang)
            return {each.id: each.code for each in (*found.lessons, *found.modules)}

    def url(self, number=1):
        return f"/{self.lang}/l/{self.codes[f'T-1.{number}']}/quiz"

    @property
    def check(self):
        return f"/{self.lang}/m/{self.codes['T-1']}/check"

    def standing(self, quiz_id):
        with self.site.reading() as conn:
            return standing(conn, self.enrolment).results.get(quiz_id)

    def quiz(self, quiz_id="T-1.1-q"):
        with self.site.reading() as conn:
            return Quiz.load(activity(conn, current_release(conn, COURSE), quiz_id, self.lang).data)


@pytest.fixture
def make_learner(site):
    def make(lang="en"):
        person = make_person(site, lang=lang)
        with site.session() as session:
            enrolment = enrol(session, person_id=person.id, course_id=COURSE)
        return Learner(site, person, sign_in(site, person), enrolment, lang)

    return make


@pytest.fixture
def learner(make_learner):
    return make_learner()


def sheet_of(learner, quiz_id, seed):
    return sheet(learner.quiz(quiz_id), seed, TYPES)
