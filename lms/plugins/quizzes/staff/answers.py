"""What answers tell authors about their questions: numbers of many people, counted once a week (STAT-1)."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, url_for

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.catalogue.api import (
    DESK_COURSE,
    DeskCourse,
    ModuleOutline,
    Outline,
    OutlineActivity,
    OutlineLesson,
    Words,
)
from lms.host import i18n
from lms.host.contributions import StaffView
from lms.host.db import connection
from lms.host.security import audit
from lms.host.slots import Panel
from lms.host.statistics.frozen import Frozen, Group, frozen, least
from lms.host.statistics.rules import SPLIT, Shown
from lms.host.web import actor, allowed, not_found, page
from lms.plugins.quizzes import access
from lms.plugins.quizzes.api import Part, Question, Text
from lms.plugins.quizzes.domain.bank.listing import key_of
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.domain.statistics import EVERY, Remark, chosen, language_remarks, name_of, remarks
from lms.plugins.quizzes.queries.answers import statistic
from lms.plugins.quizzes.staff.questions import page_number
from lms.plugins.quizzes.views.cards import card

blueprint = Blueprint("quizzes_answers", __name__, url_prefix="/answers")
PAGE = 20
ANSWERS = StaffView("quizzes.answers", L_("Answers to questions, as numbers of many people"), "quizzes_answers.quiz")


@dataclass(frozen=True, slots=True)
class QuizLine:
    """A quiz of a course: where it stands and how many questions it has."""

    code: str
    number: str
    title: Words
    is_check: bool
    activity: OutlineActivity


@dataclass(frozen=True, slots=True)
class OptionLine:
    """An option and how many chose it: of all, and of those with strong answers to the rest."""

    part: Part
    chosen: Shown
    strong: Shown


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question with its numbers; without `counted` it is new, or nobody has answered it."""

    number: int
    question: Question
    counted: Group | None
    options: tuple[OptionLine, ...]
    languages: tuple[tuple[str, Group], ...]
    remarks: tuple[Remark, ...]

    @property
    def key(self) -> str:
        """What stands in the address of its own page."""
        return key_of(self.question.version)

    def text_of(self, option: str) -> Text:
        """Return the words of an option."""
        return next(line.part.text for line in self.options if line.part.key == option)


@blueprint.get("/<code>")
@allowed(access.WRITE)
def course(code: str) -> Response:
    """List the quizzes of a course."""
    outline = _outline(code)
    return page("quizzes/answers/course.html", title=_("Answers"), outline=outline, lines=list(_quizzes(outline)))


@blueprint.get("/<code>/<lesson>")
@allowed(access.WRITE)
def quiz(code: str, lesson: str) -> Response:
    """Show what answers tell about each question of the quiz of a lesson, or of the check of a module."""
    outline = _outline(code)
    line = next((line for line in _quizzes(outline) if line.code == lesson), None)
    lang = i18n.language().code
    found = access.quiz_of(connection(), outline.release_id, line.activity.id, lang) if line else None
    if line is None or found is None:
        not_found()
    audit.opened(actor(), (), ANSWERS.key, role="author", scope=f"course {outline.course_id}")
    names = {question.id: name_of(found.id, question.version) for question in found.questions}
    numbers = frozen(connection(), statistic.key, set(names.values()))
    kinds = known_types()
    asked = [
        one for one in found.questions if one.type in kinds and kinds[one.type].graded and not kinds[one.type].alone
    ]
    lines = [_question(number, one, names[one.id], numbers) for number, one in enumerate(asked, 1)]
    pages = max(1, -(-len(lines) // PAGE))
    here = min(page_number(), pages)
    return page(
        "quizzes/answers/quiz.html",
        title=_("Answers %(number)s", number=line.number),
        outline=outline,
        line=line,
        every=lines,
        shown=lines[(here - 1) * PAGE : here * PAGE],
        most=PAGE,
        here=here,
        pages=pages,
        day=numbers.day,
        fewest=max(least(), SPLIT),
        spoken=_spoken,
    )


def _outline(code: str) -> Outline:
    mine = access.courses_for(connection(), actor(), i18n.language().code)
    found = next((outline for outline in mine if outline.code == code), None)
    if found is None:
        not_found()
    return found


def _quizzes(outline: Outline) -> Iterator[QuizLine]:
    """The quizzes whose answers are counted: with questions, and where something is kept at all."""
    for module in outline.modules:
        places: tuple[OutlineLesson | ModuleOutline, ...] = (*module.lessons, module)
        for place in places:
            for one in place.activities:
                facts = one.summary
                if one.kind in {"quiz", "check"} and facts["questions"] and facts.get("store") != "nothing":
                    yield QuizLine(place.code, place.number, place.title, is_check=one.kind == "check", activity=one)


def _spoken(lang: str) -> str:
    """Return the name of a language in the language of the page."""
    return str(i18n.locale().languages.get(lang, i18n.endonym(lang)))


def _question(number: int, question: Question, name: str, numbers: Frozen) -> QuestionLine:
    parts = known_types()[question.type].tally(question)
    counted = numbers.group(name, EVERY)
    if counted is None:
        return QuestionLine(number, question, None, (), (), ())
    options = tuple(
        OptionLine(part, chosen(counted.figures, part.key), chosen(counted.figures, part.key, strong=True))
        for part in parts
    )
    groups = ((language.code, numbers.group(name, language.code)) for language in i18n.languages())
    languages = tuple((lang, group) for lang, group in groups if group is not None)
    said = remarks(counted.figures, {part.key: part.verdict == "hit" for part in parts})
    said += language_remarks({lang: group.figures for lang, group in languages})
    return QuestionLine(number, question, counted, options, languages, tuple(said))


def on_desk(shown: DeskCourse) -> str:
    """Return the way from an author's course to its answers."""
    if not actor().has("author"):
        return ""
    mine = access.courses_for(connection(), actor(), i18n.language().code)
    code = next((outline.code for outline in mine if outline.course_id == shown.id), None)
    return card("answers", address=url_for("quizzes_answers.course", code=code)) if code else ""


panel = Panel(DESK_COURSE, "quizzes.answers", on_desk, statements=1)
