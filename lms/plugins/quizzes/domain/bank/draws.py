"""Lines of a quiz file that draw by chance: `- {draw: 3, tags: [phishing], outcome: o1}` from the bank, or
`- {draw: 2, pool: passwords}` from the items of the file.

From which questions a line draws is settled when the course is published; which of them are asked, by each attempt's
seed.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import Field as Limit
from pydantic import ValidationError

from lms import lazy_gettext as L_
from lms.plugins.quizzes.domain.bank.lent import Lent
from lms.plugins.quizzes.domain.bank.listing import plain
from lms.plugins.quizzes.domain.contracts import QuestionType
from lms.plugins.quizzes.domain.faults import flaws_of
from lms.plugins.quizzes.domain.quiz import MOST_ITEMS, Draw, Found, Types, is_draw, items
from lms.plugins.quizzes.domain.source import Flaw, ItemSource, Line, Name, Prose, Source

MOST = 150
"""Questions of the bank that one quiz may draw from: its page reads all of them."""
Tagged = Callable[[Collection[str]], Iterable[Lent]]
"""Gives the published versions that carry at least one of these tags, written as `plain` writes them."""


class DrawSource(Source):
    """What every line has that draws."""

    draw: Annotated[int, Limit(ge=1, le=MOST_ITEMS, strict=True)]


class TagLine(DrawSource):
    """Draws from the questions of the bank that carry all these tags."""

    tags: Annotated[tuple[Line, ...], Limit(min_length=1)]
    outcome: Prose


class PoolLine(DrawSource):
    """Draws from the items of the file that name this pool."""

    pool: Name


@dataclass(frozen=True, slots=True)
class Draws:
    """The lines of a file that draw, the questions of the bank that they draw from, and what is wrong with them."""

    lines: tuple[Draw, ...] = ()
    lent: Mapping[str, Lent] = field(default_factory=dict)
    flaws: tuple[Flaw, ...] = ()


def none_tagged(_tags: Collection[str]) -> Iterable[Lent]:
    return ()


def draws(data: Mapping[str, Any], tagged: Tagged | None, types: Types, lang: str) -> Draws:
    """Settle what each line of a file may draw; asks the bank only if a line names tags.

    Args:
        data: the file, with the bank questions put in that it uses by id.
        tagged: the bank; None where there is none, and what tags mean cannot be known.
        types: the question types of the site.
        lang: the language that every question must be there in; "" for any.

    """
    lines, flaws = _lines(data)
    if not lines and not flaws:
        return Draws()
    return _Drawing(data, tagged, types, lang).settled(lines, flaws)


def _lines(data: Mapping[str, Any]) -> tuple[dict[int, TagLine | PoolLine], list[Flaw]]:
    rows = data.get("items")
    lines: dict[int, TagLine | PoolLine] = {}
    flaws: list[Flaw] = []
    for place, row in enumerate(rows if isinstance(rows, list | tuple) else ()):
        if is_draw(row):
            try:
                lines[place] = (PoolLine if "pool" in row else TagLine).model_validate(row)
            except ValidationError as error:
                flaws += [replace(flaw, path=("items", place, *flaw.path)) for flaw in flaws_of(error)]
    return lines, flaws


class _Drawing:
    """One file. A question is drawn by one line only: by the first that it fits, and never if it is asked anyway."""

    def __init__(self, data: Mapping[str, Any], tagged: Tagged | None, types: Types, lang: str) -> None:
        self.tagged, self.types, self.lang = tagged, types, lang
        self.own = [item for _place, item, _kind in items(data, types)[0]]
        self.taken = {item.id for item in self.own}
        self.pooled: set[str] = set()
        self.lent: dict[str, Lent] = {}
        self.flaws: list[Flaw] = []

    def settled(self, lines: Mapping[int, TagLine | PoolLine], flaws: Sequence[Flaw]) -> Draws:
        sought = {plain(tag) for line in lines.values() if isinstance(line, TagLine) for tag in line.tags}
        shelf = sorted(self.tagged(sought), key=lambda lent: lent.question) if sought and self.tagged else []
        made = [
            self._by_tags(place, line, shelf) if isinstance(line, TagLine) else self._by_pool(place, line)
            for place, line in lines.items()
        ]
        return Draws(tuple(made), self.lent, (*flaws, *self.flaws))

    def _by_tags(self, place: int, line: TagLine, shelf: Sequence[Lent]) -> Draw:
        if self.tagged is None:
            return Draw(place, line.draw, (), outcome=line.outcome)
        tags = {plain(tag): tag for tag in line.tags}
        unknown = [tag for key, tag in tags.items() if not any(key in lent.marks for lent in shelf)]
        fits = [lent for lent in shelf if tags.keys() <= lent.marks and lent.question not in self.taken]
        found = [(lent, one) for lent in fits if (one := self._asked(place, line, lent)) is not None]
        self.taken |= {lent.question for lent, _one in found}
        self.lent |= {lent.question: lent for lent, _one in found}
        for tag in unknown:
            message = L_("No published question of the bank carries the tag “%(tag)s”.")
            self._wrong(place, "tags", "quiz-unknown-tag", message, _PUBLISH, tag=tag)
        if not unknown and len(found) < line.draw:
            self._wrong(place, "draw", "quiz-draw-few", _FEW, _PUBLISH, draw=line.draw, count=len(found))
        if len(self.lent) > MOST >= len(self.lent) - len(found):
            message = L_("This quiz draws from %(count)s questions of the bank; %(most)s are possible.")
            mend = L_("Name one tag more, so that fewer questions fit.")
            self._wrong(place, "tags", "quiz-draw-many", message, mend, count=len(self.lent), most=MOST)
        of = tuple(lent.question for lent, _one in found)
        return Draw(place, line.draw, of, tuple(one for _lent, one in found), line.outcome)

    def _by_pool(self, place: int, line: PoolLine) -> Draw:
        found = [item for item in self.own if line.pool in item.pool and item.id not in self.pooled]
        self.pooled |= {item.id for item in found}
        must = sum(item.must_know for item in found)
        if len(found) < line.draw:
            mend = L_("Write more questions or draw fewer.")
            message = L_("%(draw)s questions are to be drawn from the pool “%(pool)s”, and it has %(count)s.")
            values = {"draw": line.draw, "count": len(found), "pool": line.pool}
            self._wrong(place, "draw", "quiz-draw-few", message, mend, **values)
        if must > line.draw:
            message = L_("%(must)s questions are `must_know`, but only %(draw)s are drawn.")
            mend = L_("Draw at least as many as are always asked.")
            self._wrong(place, "draw", "quiz-draw-low", message, mend, must=must, draw=line.draw)
        return Draw(place, line.draw, tuple(item.id for item in found))

    def _asked(self, place: int, line: TagLine, lent: Lent) -> Found | None:
        """Return a question of the bank as an item at the place of the line; None if it cannot be drawn.

        Only what can be right on one page is drawn, and what is there in the language of the course.
        """
        kind = self.types.get(str(lent.item.get("type")))
        if kind is None or not kind.graded or kind.alone:
            return None
        try:
            item = kind.source.model_validate({**lent.item, "id": lent.question, "outcome": line.outcome})
        except ValidationError:
            return None
        whole = not any(flaw.severity == "error" for flaw in kind.problems(item))
        return (place, item, kind) if whole and _speaks(lent, item, kind, self.lang) else None

    def _wrong(self, place: int, key: str, code: str, message: Any, mend: Any, **values: object) -> None:
        self.flaws.append(Flaw(("items", place, key), code, message, mend, values=values))


_FEW = L_(
    "%(draw)s questions are to be drawn. Those that are published, carry these tags, exist in the language of the "
    "course and are not asked by another line: %(count)s."
)
_PUBLISH = L_("Look at the tags in the bank, and publish the questions that are meant.")


def _speaks(lent: Lent, item: ItemSource, kind: QuestionType[Any], lang: str) -> bool:
    say = lent.speaking(lang or lent.lang)
    texts = [*([("prompt", item.prompt)] if item.prompt else []), *kind.segments(item)]
    texts += [("picture", item.picture.alt)] if item.picture else []
    return not any(say(name, text).fallback for name, text in texts)
