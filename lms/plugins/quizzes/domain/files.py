"""The two files that hold questions: `quiz.yaml` beside a lesson, `check.yaml` beside a module."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lms.core.catalogue.api import ActivityContext, ActivityType, KeptPicture, Level, Medium, Problem, Translate
from lms.host.i18n import language
from lms.host.plugin import current_host
from lms.host.seed import Seed
from lms.plugins.quizzes.domain import quiz
from lms.plugins.quizzes.domain.bank.away import stand_ins, unseen
from lms.plugins.quizzes.domain.bank.draws import Draws, Tagged, draws, none_tagged
from lms.plugins.quizzes.domain.bank.lent import Lent, Shelf, Whole, no_bank, whole
from lms.plugins.quizzes.domain.contracts import QuestionType
from lms.plugins.quizzes.domain.invented import Inventor


def known_types() -> dict[str, QuestionType[Any]]:
    """Every loaded question type by its key."""
    return {kind.key: kind for kind in current_host().all(QuestionType)}  # type: ignore[type-abstract]


def no_pictures(_names: Collection[str]) -> Iterable[Medium]:
    return ()


@dataclass(frozen=True)
class QuizFile(ActivityType):
    """Practice after a lesson: feedback for each option, nothing to pass.

    Args:
        shelf: gives the questions of the bank by id.
        tagged: gives those that carry tags; None where there is no bank.
        pictured: gives the pictures of the bank by name.
        state: stands for all that the bank gives.

    """

    key: str = "quiz"
    filename: str = "quiz.yaml"
    level: Level = "lesson"
    shelf: Shelf = no_bank
    tagged: Tagged | None = none_tagged
    pictured: Callable[[Collection[str]], Iterable[Medium]] = no_pictures
    state: Callable[[], Hashable] | None = None

    @property
    def model(self) -> type[quiz.QuizSource]:
        return quiz.QuizSource

    def check(self, data: Mapping[str, Any], ctx: ActivityContext) -> list[Problem]:
        """Return everything that is wrong, each with its line."""
        full = self.whole(data)
        chance = self.draws(full, ctx.lang)
        written = quiz.flaws(full.data, self.model, known_types(), ctx.outcomes, chance.lines)
        return [
            ctx.problem(flaw.code, flaw.message, flaw.mend, at=flaw.path, severity=flaw.severity, **flaw.values)
            for flaw in (*full.flaws, *chance.flaws, *written, *(() if self.tagged else unseen(data)))
        ]

    def offline(self) -> "QuizFile":
        return replace(self, shelf=stand_ins, tagged=None)

    def rests_on(self) -> Callable[[], Hashable] | None:
        return self.state

    def whole(self, data: Mapping[str, Any]) -> Whole:
        return whole(data, self.shelf)

    def draws(self, full: Whole, lang: str = "") -> Draws:
        """Return what the lines of a file draw that draw by chance; of the bank, what is there in this language."""
        return draws(full.data, self.tagged, known_types(), lang)

    def segments(self, data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        return quiz.segments(data, known_types())

    def pictures(self, data: Mapping[str, Any]) -> Iterable[tuple[tuple[str | int, ...], str]]:
        rows = data.get("items")
        for place, row in enumerate(rows if isinstance(rows, list | tuple) else ()):
            named = row.get("picture") if isinstance(row, Mapping) else None
            if isinstance(named, Mapping) and isinstance(named.get("file"), str):
                yield ("items", place, "picture", "file"), named["file"].strip()

    def lends(self, data: Mapping[str, Any], lang: str) -> Iterable[Medium]:
        _full, lent, _chance = self._lent(data, lambda: lang)
        names = {found.picture.name for found in lent.values() if found.picture}
        return self.pictured(names) if names else ()

    def compile(
        self, data: Mapping[str, Any], translate: Translate, pictures: Mapping[str, KeptPicture]
    ) -> dict[str, Any]:
        full, lent, chance = self._lent(data, lambda: _source_of(translate))
        return quiz.compiled(
            full.data,
            self.model,
            known_types(),
            translate,
            {name: found.speaking(language().code) for name, found in lent.items()},
            draws=chance.lines,
            pictures=pictures,
            lent_pictures={name: found.picture for name, found in lent.items() if found.picture},
        )

    def _lent(self, data: Mapping[str, Any], lang: Callable[[], str]) -> tuple[Whole, Mapping[str, Lent], Draws]:
        """Return the file with what the bank gives it; `lang` gives the language of the course."""
        full = self.whole(data)
        chance = self.draws(full, lang()) if any(map(quiz.is_draw, data["items"])) else Draws()
        return full, {**full.lent, **chance.lent}, chance

    def ids(self, data: Mapping[str, Any]) -> Iterable[str]:
        return [item.id for _, item, _ in self.items(data)]

    def items(self, data: Mapping[str, Any]) -> list[quiz.Found]:
        return quiz.items(self.whole(data).data, known_types())[0]

    def summary(self, data: Mapping[str, Any]) -> dict[str, int | str | bool]:
        lines = [row for row in data["items"] if quiz.is_draw(row)]
        pools = {row["pool"] for row in lines if "pool" in row}
        asked = [
            item for _, item, kind in self.items(data) if kind.graded and not kind.alone and pools.isdisjoint(item.pool)
        ]
        return {"questions": len(asked) + sum(row["draw"] for row in lines), "store": str(data.get("store", "score"))}

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
        source, facts = quiz.CheckSource.model_validate(data), super().summary(data)
        possible = int(facts["questions"])
        return {**facts, "questions": min(source.draw or possible, possible), "pass_mark": source.pass_mark}

    def example(self, owner: str, outcomes: Sequence[str], seed: Seed) -> Mapping[str, Any]:
        return Inventor(seed).check(owner, outcomes)


def _source_of(translate: Translate) -> str:
    """Return the language of the course: what has no translation stays in it."""
    return translate("", "").lang
