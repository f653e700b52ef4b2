"""The two files that hold questions: `quiz.yaml` beside a lesson, `check.yaml` beside a module."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.core.catalogue.api import ActivityContext, ActivityType, KeptPicture, Level, Problem, Translate
from lms.host.i18n import language
from lms.host.plugin import current_host
from lms.host.seed import Seed
from lms.plugins.quizzes.domain import quiz
from lms.plugins.quizzes.domain.bank.lent import Shelf, Whole, no_bank, whole
from lms.plugins.quizzes.domain.contracts import QuestionType
from lms.plugins.quizzes.domain.invented import Inventor


def known_types() -> dict[str, QuestionType[Any]]:
    """Every loaded question type by its key."""
    return {kind.key: kind for kind in current_host().all(QuestionType)}  # type: ignore[type-abstract]


@dataclass(frozen=True)
class QuizFile(ActivityType):
    """Practice after a lesson: feedback for each option, nothing to pass. `shelf` gives the questions of the bank."""

    key: str = "quiz"
    filename: str = "quiz.yaml"
    level: Level = "lesson"
    shelf: Shelf = no_bank

    @property
    def model(self) -> type[quiz.QuizSource]:
        return quiz.QuizSource

    def check(self, data: Mapping[str, Any], ctx: ActivityContext) -> list[Problem]:
        """Return everything that is wrong, each with its line."""
        full = self.whole(data)
        return [
            ctx.problem(flaw.code, flaw.message, flaw.mend, at=flaw.path, severity=flaw.severity, **flaw.values)
            for flaw in (*full.flaws, *quiz.flaws(full.data, self.model, known_types(), ctx.outcomes))
        ]

    def whole(self, data: Mapping[str, Any]) -> Whole:
        return whole(data, self.shelf)

    def segments(self, data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        return quiz.segments(data, known_types())

    def pictures(self, data: Mapping[str, Any]) -> Iterable[tuple[tuple[str | int, ...], str]]:
        rows = data.get("items")
        for place, row in enumerate(rows if isinstance(rows, list | tuple) else ()):
            named = row.get("picture") if isinstance(row, Mapping) else None
            if isinstance(named, Mapping) and isinstance(named.get("file"), str):
                yield ("items", place, "picture", "file"), named["file"].strip()

    def compile(
        self, data: Mapping[str, Any], translate: Translate, pictures: Mapping[str, KeptPicture]
    ) -> dict[str, Any]:
        full, lang = self.whole(data), language().code
        lent = {name: found.speaking(lang) for name, found in full.lent.items()}
        return quiz.compiled(full.data, self.model, known_types(), translate, lent, pictures=pictures)

    def ids(self, data: Mapping[str, Any]) -> Iterable[str]:
        return [item.id for _, item, _ in self.items(data)]

    def items(self, data: Mapping[str, Any]) -> list[quiz.Found]:
        return quiz.items(self.whole(data).data, known_types())[0]

    def summary(self, data: Mapping[str, Any]) -> dict[str, int | str | bool]:
        asked = [kind for _, _, kind in self.items(data) if kind.graded and not kind.alone]
        return {"questions": len(asked), "store": str(data.get("store", "score"))}

    def links(self, data: Mapping[str, Any]) -> Mapping[str, str]:
        """Return where each item stands that is taken alone."""
        return {item.id: f"story/{item.id}" for _, item, kind in self.items(data) if kind.alone}

    def example(self, owner: str, outcomes: Sequence[str], seed: Seed) -> Mapping[str, Any]:
        return Inventor(seed).quiz(owner, outcomes)


@dataclass(frozen=True)
class CheckFile(QuizFile):
    """What a module asks at its end: a pass mark, and questions that must have been right once."""

    key: str = "check"
    filename: str = "check.yaml"
    level: Level = "module"

    @property
    def model(self) -> type[quiz.QuizSource]:
        return quiz.CheckSource

    def summary(self, data: Mapping[str, Any]) -> dict[str, int | str | bool]:
        source = quiz.CheckSource.model_validate(data)
        asked = min(source.draw or len(source.items), len(source.items))
        return {**super().summary(data), "questions": asked, "pass_mark": source.pass_mark}

    def example(self, owner: str, outcomes: Sequence[str], seed: Seed) -> Mapping[str, Any]:
        return Inventor(seed).check(owner, outcomes)
