"""Reading the bank, and the questions of the releases that are offered."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from lms.core.catalogue.api import KeptPicture, Medium, Outline, all_activities
from lms.host.db import reader
from lms.host.kept import Kept
from lms.plugins.quizzes.domain.bank.lent import Lent
from lms.plugins.quizzes.domain.bank.listing import Place, Standing, plain, standing
from lms.plugins.quizzes.domain.bank.pictured import name_in
from lms.plugins.quizzes.domain.content import Question
from lms.plugins.quizzes.models import Picture, Version

_standing: Kept[tuple[Standing, ...]] = Kept(64)
_COLUMNS = (
    Version.question,
    Version.number,
    Version.type,
    Version.lang,
    Version.item,
    Version.words,
    Version.tags,
    Version.outcome,
    Version.review_due,
    Version.person_id,
    Version.day,
    Version.published,
)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a bank question."""

    question: str
    number: int
    type: str
    lang: str
    item: Mapping[str, Any]
    words: Mapping[str, Mapping[str, Mapping[str, str]]]
    tags: tuple[str, ...]
    outcome: str
    review_due: date | None
    person_id: UUID | None
    day: date
    published: date | None

    @property
    def lent(self) -> Lent:
        return Lent(
            self.question, self.number, self.lang, self.item, self.words, frozenset(plain(tag) for tag in self.tags)
        )


def _row(row: Any) -> VersionRow:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's own name for a row as a mapping
    return VersionRow(**{**values, "tags": tuple(values["tags"])})


def versions(conn: Connection, question: str) -> list[VersionRow]:
    """Return every version of a bank question, the newest first."""
    statement = select(*_COLUMNS).where(Version.question == question).order_by(Version.number.desc())
    return [_row(row) for row in conn.execute(statement)]


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest version of a bank question, and the number of the newest one that is published."""

    version: VersionRow
    published: int


def newest(conn: Connection) -> list[Newest]:
    """Return the newest version of every bank question, those written last first, in one statement."""
    last = (
        select(
            Version.question,
            func.max(Version.number).label("number"),
            func.max(Version.number).filter(Version.published.is_not(None)).label("out"),
        )
        .group_by(Version.question)
        .subquery()
    )
    statement = (
        select(*_COLUMNS, last.c.out)
        .join(last, (last.c.question == Version.question) & (last.c.number == Version.number))
        .order_by(Version.day.desc(), Version.question)
    )
    found = []
    for row in conn.execute(statement):
        values = dict(row._mapping)  # noqa: SLF001 - as above
        out = values.pop("out") or 0
        found.append(Newest(VersionRow(**{**values, "tags": tuple(values["tags"])}), out))
    return found


_OUT = (
    select(Version.question, func.max(Version.number).label("number"))
    .where(Version.published.is_not(None))
    .group_by(Version.question)
)


def shelf(questions: Collection[str]) -> Mapping[str, Lent]:
    """Return the newest published version of each question, for the files that use it."""
    out = _OUT.where(Version.question.in_(list(questions))).subquery()
    statement = select(*_COLUMNS).join(out, (out.c.question == Version.question) & (out.c.number == Version.number))
    return {found.question: found for found in _with_pictures([_row(row).lent for row in reader().execute(statement)])}


def _with_pictures(lent: list[Lent]) -> list[Lent]:
    """Put to each question how its picture is kept; asks for them only if there is one."""
    kept = sizes(reader(), [name for one in lent if (name := name_in(one.item))])
    return [replace(one, picture=kept.get(name_in(one.item))) for one in lent]


def sizes(conn: Connection, names: Collection[str]) -> Mapping[str, KeptPicture]:
    """Return how these pictures are kept, by name."""
    if not names:
        return {}
    columns = Picture.name, Picture.width, Picture.height, func.length(Picture.data)
    rows = conn.execute(select(*columns).where(Picture.name.in_(list(names))))
    return {row.name: KeptPicture(*row) for row in rows}


def size(conn: Connection, item: Mapping[str, Any]) -> KeptPicture | None:
    """Return how the picture of a question is kept."""
    name = name_in(item)
    return sizes(conn, [name]).get(name) if name else None


def pictures(conn: Connection, names: Collection[str]) -> list[Medium]:
    """Return these pictures of the bank."""
    if not names:
        return []
    columns = Picture.name, Picture.data, Picture.width, Picture.height
    return [Medium(*row) for row in conn.execute(select(*columns).where(Picture.name.in_(list(names))))]


def pictured(names: Collection[str]) -> list[Medium]:
    """Return these pictures of the bank, for the files that use its questions."""
    return pictures(reader(), names)


def tagged(tags: Collection[str]) -> Iterable[Lent]:
    """Return the newest published version of each question that carries one of these tags, for files that draw by them."""
    out = _OUT.subquery()
    marks = select(Version.question, Version.tags).join(
        out, (out.c.question == Version.question) & (out.c.number == Version.number)
    )
    rows = reader().execute(marks)
    names = [row.question for row in rows if not {plain(tag) for tag in row.tags}.isdisjoint(tags)]
    return shelf(names).values() if names else ()


def state() -> int:
    """Return another number whenever files that use the bank may get something else from it.

    What is published is never changed or taken back, so their number says it all.
    """
    count = select(func.count()).select_from(Version).where(Version.published.is_not(None))
    return int(reader().execute(count).scalar_one())


def standings(conn: Connection, outlines: Iterable[Outline]) -> list[Standing]:
    """Return every question of these releases; one statement for those that are not kept yet."""
    wanted = {outline.release_id: outline.course_id for outline in outlines}
    missing = [release for release in wanted if _standing.get(release) is None]
    if missing:
        by_question: dict[UUID, dict[Place, dict[str, Question]]] = {release: {} for release in missing}
        for found in all_activities(conn, missing):
            for question, by_line in _questions(found.data) if found.kind in {"quiz", "check"} else ():
                place = Place(found.release_id, wanted[found.release_id], found.owner, found.id, question.id, by_line)
                by_question[found.release_id].setdefault(place, {})[found.lang] = question
        for release, places in by_question.items():
            _standing.put(release, tuple(standing(place, by_lang) for place, by_lang in places.items()))
    return [one for release in wanted for one in _standing.get(release) or ()]


def _questions(data: Mapping[str, Any]) -> list[tuple[Question, bool]]:
    """Return the questions of a compiled quiz, and whether a line of its file draws each by chance."""
    drawn = {name for lot in data.get("lots", ()) for name in lot["of"]}
    return [(Question.load(stored), stored["id"] in drawn) for stored in data["questions"]]


def places_of(found: Iterable[Standing]) -> Mapping[str, tuple[Standing, ...]]:
    """Return where each question is asked, by its key."""
    places: dict[str, list[Standing]] = defaultdict(list)
    for one in found:
        places[one.key].append(one)
    return {key: tuple(rows) for key, rows in places.items()}
