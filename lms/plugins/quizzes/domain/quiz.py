"""A whole quiz or module check: how it is written, what may be wrong with it, and what it compiles to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field as Limit
from pydantic import ValidationError

from lms import lazy_gettext as L_
from lms.core.catalogue.api import KeptPicture, Translate, Words
from lms.plugins.quizzes.domain.content import Picture, Question, Text
from lms.plugins.quizzes.domain.contracts import QuestionType
from lms.plugins.quizzes.domain.faults import flaws_of
from lms.plugins.quizzes.domain.source import Flaw, ItemSource, Line, Prose, Source, doubles, undescribed, version

Store = Literal["nothing", "tick", "score", "answers"]
Types = Mapping[str, QuestionType[Any]]
Found = tuple[int, ItemSource, QuestionType[Any]]
FEWEST_OF_CHECK = 8
MOST_ITEMS = 60
BANK = "bank"
"""Stands in versions in place of the quiz, for questions that more than one may use."""


class QuizSource(Source):
    """`quiz.yaml`. `store` says what is kept after grading, `page` how many questions stand on a page."""

    id: Line
    title: Line
    intro: Prose | None = None
    mode: Literal["practice"] = "practice"
    store: Store = "score"
    review_due: date | None = None
    page: Annotated[int, Limit(ge=1, le=60)] | None = None
    items: Annotated[tuple[dict[str, Any], ...], Limit(min_length=1, max_length=MOST_ITEMS)]


class CheckSource(QuizSource):
    """`check.yaml`. `draw` is how many items one attempt asks; those of `must_know` are always asked.

    `attempts` is how many tries there are, `minutes` how long one may take.
    """

    mode: Literal["module-check"] = "module-check"  # type: ignore[assignment]
    store: Literal["score", "answers"] = "score"
    pass_mark: Annotated[int, Limit(ge=1, le=100)] = 80
    draw: Annotated[int, Limit(ge=1)] | None = None
    attempts: Annotated[int, Limit(ge=1, le=20)] | None = None
    minutes: Annotated[int, Limit(ge=5, le=600)] | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """A line that draws by chance.

    Args:
        place: of the line in its file.
        count: how many questions it asks.
        of: the ids that it draws from.
        items: those of the bank among them.
        outcome: what they ask for.

    """

    place: int
    count: int
    of: tuple[str, ...]
    items: tuple[Found, ...] = ()
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Lot:
    """So many of these questions are asked in an attempt."""

    count: int
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quiz:
    """A compiled quiz of one release in one language. `pass_mark` 0: practice, nothing to pass."""

    id: str
    title: Text
    intro: Text | None
    store: Store
    questions: tuple[Question, ...]
    pass_mark: int = 0
    draw: int | None = None
    page: int | None = None
    attempts: int | None = None
    minutes: int | None = None
    lots: tuple[Lot, ...] = ()

    @property
    def by_chance(self) -> bool:
        """Whether attempts differ in what they ask."""
        return self.is_check or bool(self.lots)

    @property
    def asks(self) -> int:
        """How many of its questions an attempt has."""
        possible = len(self.questions) - sum(len(lot.of) - lot.count for lot in self.lots)
        return min(self.draw or possible, possible)

    @property
    def is_check(self) -> bool:
        return self.pass_mark > 0

    @property
    def must_know(self) -> frozenset[str]:
        return frozenset(question.id for question in self.questions if question.must_know)

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "Quiz":
        return cls(
            id=stored["id"],
            title=Text.load(stored["title"]),
            intro=Text.load(stored["intro"]) if stored["intro"] else None,
            store=stored["store"],
            questions=tuple(Question.load(question) for question in stored["questions"]),
            pass_mark=stored["pass_mark"],
            draw=stored["draw"],
            page=stored.get("page"),
            attempts=stored.get("attempts"),
            minutes=stored.get("minutes"),
            lots=tuple(Lot(lot["count"], tuple(lot["of"])) for lot in stored.get("lots", ())),
        )


def is_draw(row: object) -> bool:
    """Whether a line of a file draws by chance instead of being a question."""
    return isinstance(row, Mapping) and "draw" in row and "type" not in row


def items(data: Mapping[str, Any], types: Types) -> tuple[list[Found], list[Flaw]]:
    """The items that can be read, with their place and type, and what is wrong with the others."""
    found: list[Found] = []
    flaws: list[Flaw] = []
    raw = data.get("items")
    for place, item in enumerate(raw if isinstance(raw, list | tuple) else ()):
        if is_draw(item) or (isinstance(item, Mapping) and "use" in item):
            continue  # settled elsewhere, or a question of the bank that is not there
        kind = types.get(str(item.get("type"))) if isinstance(item, Mapping) else None
        if kind is None:
            flaws.append(_unknown_type(place, item, types))
            continue
        try:
            found.append((place, kind.source.model_validate(item), kind))
        except ValidationError as error:
            flaws.extend(_inside(place, flaws_of(error)))
    return found, flaws


def flaws(
    data: Mapping[str, Any],
    model: type[QuizSource],
    types: Types,
    outcomes: frozenset[str],
    draws: Sequence[Draw] = (),
) -> list[Flaw]:
    """Everything to mend in a quiz file, at once; `draws` are its lines that draw."""
    wrong: list[Flaw] = []
    try:
        model.model_validate(data)
    except ValidationError as error:
        wrong.extend(flaws_of(error))
    found, unread = items(data, types)
    wrong.extend(unread)
    wrong.extend(doubles([item.id for _, item, _ in found], "items"))
    for place, item, kind in found:
        wrong.extend(_inside(place, kind.problems(item)))
        if item.outcome not in outcomes:
            wrong.append(_unknown_outcome(place, item.outcome, outcomes))
        wrong.extend(_inside(place, _misplaced(item, kind, in_check=issubclass(model, CheckSource))))
        wrong.extend(_inside(place, undescribed(item)))
    unknown = [draw for draw in draws if draw.outcome and draw.outcome not in outcomes]
    wrong.extend(_unknown_outcome(draw.place, draw.outcome, outcomes) for draw in unknown)
    if issubclass(model, CheckSource):
        wrong.extend(_check_flaws(data, [item for _, item, _ in found], draws))
    return wrong


def _misplaced(item: ItemSource, kind: QuestionType[Any], *, in_check: bool) -> Iterable[Flaw]:
    """A check asks what can be right on one page."""
    if kind.graded and not kind.alone:
        return
    values = {"type": kind.key}
    if in_check:
        yield Flaw(
            ("type",),
            "quiz-not-in-check",
            L_("“%(type)s” cannot be part of a check."),
            L_("Put it into the quiz of a lesson."),
            values=values,
        )
    elif item.must_know:
        yield Flaw(
            ("must_know",),
            "quiz-not-known",
            L_("“%(type)s” cannot be `must_know`."),
            L_("Take the line out."),
            values=values,
        )


def _inside(place: int, inner: Iterable[Flaw]) -> Iterable[Flaw]:
    for flaw in inner:
        yield Flaw(("items", place, *flaw.path), flaw.code, flaw.message, flaw.mend, flaw.severity, flaw.values)


def _unknown_type(place: int, item: object, types: Types) -> Flaw:
    name = item.get("type") if isinstance(item, Mapping) else None
    return Flaw(
        ("items", place, "type"),
        "quiz-unknown-type",
        L_("“%(type)s” is not a kind of question."),
        L_("Write one of these: %(types)s."),
        values={"type": name or "", "types": ", ".join(sorted(types))},
    )


def _unknown_outcome(place: int, outcome: str, outcomes: frozenset[str]) -> Flaw:
    return Flaw(
        ("items", place, "outcome"),
        "quiz-unknown-outcome",
        L_("No outcome is called “%(outcome)s”."),
        L_("Tie the question to one of these: %(outcomes)s."),
        values={"outcome": outcome, "outcomes": ", ".join(sorted(outcomes)) or "–"},
    )


def _check_flaws(data: Mapping[str, Any], found: Sequence[ItemSource], draws: Sequence[Draw]) -> Iterable[Flaw]:
    drawn = {name for line in draws for name in line.of}
    alone = [item for item in found if item.id not in drawn]
    by_lines = sum(line.count for line in draws)
    count = len(alone) + by_lines
    if isinstance(data.get("draw"), int):
        always = sum(item.must_know for item in alone)
        yield from _draw_flaws(data["draw"], count, always, by_lines)
    if count < FEWEST_OF_CHECK:
        yield Flaw(
            ("items",),
            "quiz-check-short",
            L_("This check has %(count)s questions."),
            L_("Eight to twelve are needed to show what somebody knows."),
            "warning",
            {"count": count},
        )
    if not any(item.must_know for item in found):
        yield Flaw(
            ("items",),
            "quiz-no-must-know",
            L_("No question is marked `must_know: true`."),
            L_("Mark the questions on which somebody's safety rests."),
            "warning",
        )


def _draw_flaws(draw: int, count: int, always: int, by_lines: int) -> Iterable[Flaw]:
    """What is wrong with how many questions a check asks: of `count`, so many always, and so many by lines that draw."""
    if draw > count:
        yield Flaw(
            ("draw",),
            "quiz-draw-high",
            L_("`draw` asks for %(draw)s questions, but there are %(count)s."),
            L_("Write more questions or draw fewer."),
            values={"draw": draw, "count": count},
        )
    if always + by_lines > draw:
        told = L_("%(must)s questions are `must_know`, but only %(draw)s are drawn.")
        lines = L_(
            "%(must)s questions are `must_know` or drawn by lines of their own, but only %(draw)s are drawn in all."
        )
        yield Flaw(
            ("draw",),
            "quiz-draw-low",
            lines if by_lines else told,
            L_("Draw at least as many as are always asked."),
            values={"must": always + by_lines, "draw": draw},
        )


def segments(data: Mapping[str, Any], types: Types) -> Iterable[tuple[str, str]]:
    """(kind, text) of everything to translate; what cannot be read, and what the bank lends, is left out."""
    for key in ("title", "intro"):
        if isinstance(data.get(key), str) and data[key].strip():
            yield key, data[key].strip()
    for _, item, kind in items(data, types)[0]:
        if item.prompt:
            yield f"{item.id} prompt", item.prompt
        if item.picture and item.picture.alt:
            yield f"{item.id} picture", item.picture.alt
        for name, text in kind.segments(item):
            yield f"{item.id} {name}", text


def compiled(
    data: Mapping[str, Any],
    model: type[QuizSource],
    types: Types,
    translate: Translate,
    lent: Mapping[str, Translate] | None = None,
    *,
    draws: Sequence[Draw] = (),
    pictures: Mapping[str, KeptPicture] | None = None,
    lent_pictures: Mapping[str, KeptPicture] | None = None,
) -> dict[str, Any]:
    """The quiz in one language as JSON. Only for data without errors; `lent` says the texts of bank questions.

    What the lines of `draws` draw from stands where they stand. `pictures` are those of the folder by their address,
    `lent_pictures` those of bank questions by the id of the question.
    """
    source = model.model_validate(data)
    drawn = [one for draw in draws for one in draw.items]
    found = sorted([*items(data, types)[0], *drawn], key=lambda one: one[0])
    check = source if isinstance(source, CheckSource) else None
    lots = [{"count": draw.count, "of": list(draw.of)} for draw in draws]
    return {
        "id": source.id,
        "title": translate("title", source.title).as_json(),
        "intro": translate("intro", source.intro).as_json() if source.intro else None,
        "store": source.store,
        "pass_mark": check.pass_mark if check else 0,
        "draw": check.draw if check else None,
        "page": source.page,
        "attempts": check.attempts if check else None,
        "minutes": check.minutes if check else None,
        "questions": [
            (
                bank_question(item, kind, lent[item.id], (lent_pictures or {}).get(item.id))
                if lent and item.id in lent
                else _in_quiz(source.id, item, kind, translate, pictures or {})
            ).dump()
            for _, item, kind in found
        ],
        **({"lots": lots} if lots else {}),
    }


def _in_quiz(
    quiz: str,
    item: ItemSource,
    form: QuestionType[Any],
    translate: Translate,
    pictures: Mapping[str, KeptPicture],
) -> Question:
    def of_item(kind: str, text: str) -> Words:
        return translate(f"{item.id} {kind}", text)

    shown = pictures.get(item.picture.file) if item.picture else None
    return question(item, form, of_item, version(quiz, item, shown.name if shown else ""), shown)


def bank_question(
    item: ItemSource, form: QuestionType[Any], translate: Translate, shown: KeptPicture | None = None
) -> Question:
    """A question of the bank: the same version in every quiz that uses it, whatever that quiz says of it."""
    content = item.model_copy(update={"outcome": "", "must_know": False, "pool": ()})
    return question(item, form, translate, version(BANK, content), shown)


def question(
    item: ItemSource, form: QuestionType[Any], translate: Translate, named: str, shown: KeptPicture | None = None
) -> Question:
    """One question in one language, under its version."""
    return Question(
        id=item.id,
        type=form.key,
        version=named,
        prompt=Text.load(translate("prompt", item.prompt).as_json()) if item.prompt else Text(str(form.label)),
        outcome=item.outcome,
        must_know=item.must_know,
        body=form.compile(item, translate),
        plain=tuple(str(line) for line in form.lines(item, translate)),
        picture=_picture(item, translate, shown),
    )


def _picture(item: ItemSource, translate: Translate, shown: KeptPicture | None) -> Picture | None:
    if item.picture is None or shown is None:
        return None
    alt = Text.load(translate("picture", item.picture.alt).as_json())
    return Picture(shown.name, alt, shown.width, shown.height, shown.bytes)
