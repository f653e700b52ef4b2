"""A question as learners meet it, to be tried by its author; nothing of it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.host.db import connection
from lms.plugins.quizzes.api import Question, QuestionType, Text
from lms.plugins.quizzes.domain import attempt, quiz
from lms.plugins.quizzes.domain.alone import stand
from lms.plugins.quizzes.domain.attempt import Readings, Sheet
from lms.plugins.quizzes.domain.bank.lent import Lent
from lms.plugins.quizzes.domain.bank.words import source_of
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.domain.quiz import Quiz
from lms.plugins.quizzes.domain.review import Reviewed, reviewed
from lms.plugins.quizzes.forms import AttemptForm
from lms.plugins.quizzes.queries import bank

SEED = "preview"


@dataclass(frozen=True, slots=True)
class Preview:
    """The form of one question, and what is said to the answer that was tried."""

    form: AttemptForm
    prompt: Text
    result: tuple[Reviewed, ...] = ()


def of_lent(lent: Lent, kind: QuestionType[Any], lang: str) -> Question | None:
    """Return a bank question in one language; None if its type cannot read it any more."""
    source = source_of(kind, lent.item)
    if source is None:
        return None
    shown = bank.size(connection(), lent.item)
    return quiz.bank_question(source.model_copy(update={"id": lent.question}), kind, lent.speaking(lang), shown)


def preview(question: Question, typed: Mapping[str, Sequence[str]]) -> Preview | None:
    """Return a question to try; of a story, its first step."""
    sheet = _sheet(question)
    if sheet is None or not sheet.asked:
        return None
    tried = any(name in typed for asked in sheet.asked for name in (field.name for field in asked.fields))
    readings = attempt.read(sheet, typed) if tried else Readings({}, ())
    form = AttemptForm(sheet, "", typed, readings)
    answered = bool(readings.answers) and not readings.wrong and not known_types()[question.type].alone
    return Preview(form, question.prompt, reviewed(sheet, attempt.graded(sheet, readings.answers)) if answered else ())


def _sheet(question: Question) -> Sheet | None:
    alone = Quiz("preview", Text(""), None, "nothing", (question,))
    kind = known_types().get(question.type)
    if kind is not None and kind.alone:
        found = stand(alone, question.id, known_types(), SEED, ())
        return found.sheet if found else None
    return attempt.sheet(alone, SEED, known_types())
