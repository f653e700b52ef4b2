"""A small course in four languages, people who have completed it, and a renderer that is shared."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polib
import pytest
import yaml

from lms.core.catalogue.api import current_release, outline
from lms.core.catalogue.commands import publish_place
from lms.core.catalogue.compile.places import Place
from lms.core.learning.api import enrol, mark_done
from tests.factories import make_person, sign_in

COURSE = "lantern"
TITLE = "Lantern work in the dark season"
DISCREET = "Evening course"
MODULES = ((("L-1", "Oil and wick", "Part one"), 2), (("L-2", "Keeping watch", "Part two"), 1))
WORDS = {
    "fr": {TITLE: "Le travail à la lanterne", DISCREET: "Cours du soir", "Oil and wick": "L’huile et la mèche"},
    "es": {TITLE: "El trabajo con el farol", DISCREET: "Curso de tarde", "Oil and wick": "Aceite y mecha: año"},
    "ar": {
        TITLE: "العمل بالمصباح والسلامة",
        DISCREET: "دورة مسائية",
        "Oil and wick": "الزيت والفتيلة",
        "Part one": "الجزء الأول",
    },
}
FRONT = {
    "discreet_title": "Hour",
    "summary": "A lesson.",
    "level": "foundation",
    "minutes": 10,
    "outcomes": [{"id": "o1", "text": "Keep a light."}],
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


def write_course(root):
    course = {
        "id": COURSE,
        "title": TITLE,
        "discreet_title": DISCREET,
        "summary": "Used by tests only.",
        "pillar": "physical",
        "level": "foundation",
        "hours": 2.5,
        "source_language": "en",
        "licence": "CC-BY-SA-4.0",
        "requires": [],
        "outcomes": [{"id": "o1", "text": "Keep a light."}],
        "completion": {"pass_mark": 80},
    }
    for number, ((ident, title, discreet), lessons) in enumerate(MODULES, 1):
        module = root / f"{number}0-part"
        for lesson in range(1, lessons + 1):
            folder = module / f"{lesson}0-hour"
            folder.mkdir(parents=True)
            front = {"id": f"{ident}.{lesson}", "title": f"Hour {number}.{lesson}", **FRONT}
            body = ":::safe-version\n**In short**\n\nKeep it.\n:::\n\n## Light\n\nA text.\n"
            (folder / "lesson.md").write_text(f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n\n{body}")
        about = {"id": ident, "title": title, "discreet_title": discreet, "summary": "Part."}
        (module / "module.yaml").write_text(yaml.safe_dump(about, sort_keys=False))
    (root / "course.yaml").write_text(yaml.safe_dump(course, sort_keys=False))
    return root


def translate(root):
    contexts = {TITLE: f"{COURSE} title", DISCREET: f"{COURSE} discreet_title"}
    for (ident, title, discreet), _ in MODULES:
        contexts |= {title: f"{ident} title", discreet: f"{ident} discreet_title"}
    (root / "translations").mkdir()
    for lang, words in WORDS.items():
        file = polib.POFile()
        file.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": lang}
        for source, text in words.items():
            file.append(polib.POEntry(msgctxt=contexts[source], msgid=source, msgstr=text))
        file.save(str(root / "translations" / f"{lang}.po"))


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning", "quizzes", "certificates")


@pytest.fixture(scope="session")
def prepare_site():
    def prepare(app):
        root = write_course(app.config["LMS"].folder / "courses" / COURSE)
        translate(root)
        with app.app_context():
            publish_place(Place(COURSE, root, editable=True), kind="edition", accept_unreviewed=True)

    return prepare


@dataclass
class Learner:
    """Somebody in the course, with a browser."""

    site: Any
    person: Any
    browser: Any
    enrolment: UUID
    code: str
    lang: str = "en"

    @property
    def url(self):
        return f"/{self.lang}/my/{self.code}/certificate"

    def complete(self):
        with self.site.session() as session:
            found = outline(session.connection(), current_release(session.connection(), COURSE), "en")
            for lesson in found.lessons:
                mark_done(session, enrolment_id=self.enrolment, lesson_id=lesson.id)
        return self

    def choices(self, **more):
        return {"name": "", "lang": self.lang, "form": "full", **more}

    def issue(self, **more):
        """Choose, issue, and return the address of the document's page."""
        answer = self.browser.submit(f"{self.url}/issue", self.choices(**more))
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def file(self, **more):
        """Choose, issue, let the job run, and return the PDF."""
        page = self.issue(**more)
        self.site.run_jobs()
        answer = self.browser.get(f"{page}/file")
        assert answer.status_code == 200, self.browser.get(page).text
        return answer.data


@pytest.fixture
def make_learner(site):
    def make(lang="en", *, complete=True):
        person = make_person(site, lang=lang)
        with site.session() as session:
            enrolment = enrol(session, person_id=person.id, course_id=COURSE)
            release = current_release(session.connection(), COURSE)
            code = outline(session.connection(), release, lang).code
        learner = Learner(site, person, sign_in(site, person), enrolment, code, lang)
        return learner.complete() if complete else learner

    return make


@pytest.fixture
def learner(make_learner):
    return make_learner()
