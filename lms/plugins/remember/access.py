"""The only doors to a question that comes back: one's own, and only where the course still has it (AUTHZ-2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from lms.core.catalogue.api import OutlineLesson, outline
from lms.host.actor import Actor
from lms.plugins.quizzes.api import Outside, question_outside
from lms.plugins.remember import queries
from lms.plugins.remember.domain.sitting import Asked, Card, hash_of


@dataclass(frozen=True, slots=True)
class Place:
    """A question on its page.

    Args:
        card: what it is for this person.
        asked: what its form carries.
        question: to show, read and grade.
        tile: class of the course's tiles.
        lesson: where to read about it, if the person's own course has the lesson.

    """

    card: Card
    asked: Asked
    question: Outside
    tile: str
    lesson: OutlineLesson | None

    @property
    def changed(self) -> bool:
        """Whether the question is another one than when it was last asked."""
        return self.asked.version != self.card.version


def next_for(conn: Connection, cards: Iterable[Card], lang: str) -> Place | None:
    """Return the first question that can be asked; what a newer release no longer has is passed over."""
    places = (_place(conn, card, card.memory.due, lang) for card in cards)
    return next((place for place in places if place is not None), None)


def place_for(conn: Connection, actor: Actor, asked: Asked, lang: str) -> Place | None:
    """Return the question of a form, as it was shown; None if it is not the actor's, or was changed meanwhile."""
    card = queries.card(conn, actor.person, asked.card_id)
    place = _place(conn, card, asked.due, lang) if card else None
    return place if place is not None and place.asked == asked else None


def _place(conn: Connection, card: Card, due: date, lang: str) -> Place | None:
    found = question_outside(conn, card.release_id, card.quiz_id, card.question, lang=lang, seed=card.seed(due))
    if found is None:
        return None
    asked = Asked(card.id, due, hash_of(found.question.version))
    mine = outline(conn, card.own_release_id, lang)
    lesson = mine.by_id.get(found.lesson_id) if mine else None
    return Place(card, asked, found, mine.tile if mine else "", lesson)
