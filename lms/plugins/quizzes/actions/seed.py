"""Invented attempts with their counts and results, to measure with."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from lms.core.catalogue.api import Outline, activity, outline
from lms.core.learning.api import DONE, enrolment_table, lesson_table, seed_results
from lms.host.contributions import Seeder
from lms.host.seed import Seed, store
from lms.plugins.quizzes.domain.attempt import sheet
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.domain.quiz import Quiz
from lms.plugins.quizzes.domain.statistics import band
from lms.plugins.quizzes.models import Attempt, Count

ANY_LANGUAGE = "en"
CHECK_TRIED = 0.5
FIRST_TRIES = 0.75
"""Share of the attempts that are somebody's first at a quiz."""
FEWEST_POINTS, STEP = 30, 12
LATELY = 90
ANSWERING = 3
"""In how many of the site's languages people answer."""

Points = dict[tuple[tuple[str, ...], str, str], list[int]]
"""(question versions, language, band) → the percents of the attempts that asked them."""


@dataclass(frozen=True, slots=True)
class _Place:
    """An enrolment and how far it is."""

    enrolment_id: UUID
    person_id: UUID
    release_id: UUID
    last_on: date
    completed: bool
    done: int


class _Paper:
    """A quiz with a few of the orders that its attempts have."""

    def __init__(self, quiz: Quiz) -> None:
        self.quiz = quiz

    @cached_property
    def drawn(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return (seed, question versions) of some attempts."""
        types = known_types()
        return [(seed, sheet(self.quiz, seed, types).versions) for seed in ("0" * 16, "1" * 16)]


@dataclass(slots=True)
class _Going:
    """Somebody at one quiz, and how well they did each time."""

    place: _Place
    paper: _Paper
    tries: int = 1
    scores: Sequence[int] = ()

    def score(self, seed: Seed) -> None:
        """Draw a percent for each try, better each time; whoever completed the course has passed its checks."""
        quiz = self.paper.quiz
        least = quiz.pass_mark if quiz.is_check and self.place.completed else FEWEST_POINTS
        last = seed.random.randint(least, 100)
        self.scores = [max(0, last - STEP * before) for before in reversed(range(self.tries))]

    @property
    def passed(self) -> bool:
        return self.scores[-1] >= self.paper.quiz.pass_mark

    @property
    def result(self) -> dict[str, Any]:
        """What learning keeps of it."""
        return {
            "enrolment_id": self.place.enrolment_id,
            "activity_id": self.paper.quiz.id,
            "best": self.scores[-1],
            "passed": self.passed,
            "known": sorted(self.paper.quiz.must_know) if self.passed else [],
            "day": self.place.last_on,
        }


class _Library:
    """The quizzes of all releases, each read once: there are more of them than the process keeps for pages."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self._papers: dict[tuple[UUID, str], _Paper | None] = {}

    def paper(self, release_id: UUID, quiz_id: str) -> _Paper | None:
        """Return a quiz that keeps scores."""
        key = (release_id, quiz_id)
        if key not in self._papers:
            found = activity(self.conn, release_id, quiz_id, ANY_LANGUAGE)
            quiz = Quiz.load(found.data) if found else None
            self._papers[key] = _Paper(quiz) if quiz and quiz.store in {"score", "answers"} else None
        return self._papers[key]

    def goings(self, place: _Place, quiz_ids: Iterable[str]) -> list[_Going]:
        """Return somebody's first go at each of some quizzes."""
        papers = [self.paper(place.release_id, quiz_id) for quiz_id in quiz_ids]
        return [_Going(place, paper) for paper in papers if paper]


def seed_attempts(session: Session, seed: Seed) -> str:
    """Let people answer: every check of what they completed, other quizzes, then again until the number is reached."""
    going = _goings(session.connection(), seed)
    for _ in range(seed.scale.attempts - len(going) if going else 0):
        seed.random.choice(going).tries += 1
    for item in going:
        item.score(seed)
    going.sort(key=lambda item: (item.place.person_id, item.paper.quiz.id))
    points: Points = {}
    made = store(session, Attempt.__table__, (row for item in going for row in _attempts(seed, item, points)))
    store(session, Count.__table__, _counts(points))
    going.sort(key=lambda item: (item.place.enrolment_id, item.paper.quiz.id))
    seed_results(session, (item.result for item in going))
    return f"{made:,} attempts"


def _goings(conn: Connection, seed: Seed) -> list[_Going]:
    """Who takes which quiz: the checks of courses completed, and by chance some others that are within reach."""
    library = _Library(conn)
    must: list[_Going] = []
    may: list[_Going] = []
    for place in _places(conn):
        course = outline(conn, place.release_id, ANY_LANGUAGE)
        checks, quizzes = _within_reach(course, place.done) if course else ([], [])
        tried = [] if place.completed else [check for check in checks if seed.chance(CHECK_TRIED)]
        must += library.goings(place, checks if place.completed else ())
        may += library.goings(place, [*tried, *quizzes])
    room = max(0, int(seed.scale.attempts * FIRST_TRIES) - len(must))
    return must + seed.random.sample(may, min(room, len(may)))


def _places(conn: Connection) -> list[_Place]:
    table = enrolment_table
    done = (lesson_table.c.enrolment_id == table.c.id) & (lesson_table.c.state == DONE)
    columns = (table.c.id, table.c.person_id, table.c.release_id, table.c.last_on, table.c.completed_on.is_not(None))
    statement = select(*columns, func.count(lesson_table.c.lesson_id)).outerjoin(lesson_table, done)
    ordered = statement.group_by(table.c.id).order_by(table.c.person_id, table.c.course_id)
    return [_Place(*row) for row in conn.execute(ordered)]


def _within_reach(course: Outline, done: int) -> tuple[list[str], list[str]]:
    """Checks of modules whose lessons are all done, and quizzes of lessons done; invented people go in order."""
    lessons = {lesson.id for lesson in course.lessons[:done]}
    checks = [
        listed.id
        for module in course.modules
        if all(lesson.id in lessons for lesson in module.lessons)
        for listed in module.activities
        if listed.kind == "check"
    ]
    quizzes = [listed.id for lesson in course.lessons[:done] for listed in lesson.activities if listed.kind == "quiz"]
    return checks, quizzes


def _attempts(seed: Seed, item: _Going, points: Points) -> Iterator[dict[str, Any]]:
    lang = seed.random.choice(seed.languages[:ANSWERING])
    for seq, score in enumerate(item.scores, start=1):
        order, versions = seed.random.choice(item.paper.drawn)
        if seq == 1:
            points.setdefault((versions, lang, band(score)), []).append(score)
        day = item.place.last_on - timedelta(days=seed.random.randrange(LATELY))
        yield {
            "person_id": item.place.person_id,
            "quiz_id": item.paper.quiz.id,
            "seq": seq,
            "token": f"{seed.random.getrandbits(128):032x}",
            "release_id": item.place.release_id,
            "seed": order,
            "state": "graded",
            "store": item.paper.quiz.store,
            "questions": list(versions),
            "answers": None,
            "score": score,
            "version": 1,
            "changed": datetime.combine(day, time(), UTC),
        }


def _counts(points: Points) -> Iterator[dict[str, Any]]:
    """Count each question of first tries as asked, and as right in the share that the attempts earned."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for (versions, lang, third), percents in points.items():
        for version in versions:
            counts[version, lang, third, "asked"] += len(percents)
            counts[version, lang, third, "right"] += sum(percents) // 100
    for (version, lang, third, part), total in sorted(counts.items()):
        if total:
            yield {"question": version, "lang": lang, "band": third, "part": part, "total": total}


seeder = Seeder("quizzes", seed_attempts, order=40)
