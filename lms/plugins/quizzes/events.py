"""Facts about quizzes. They name an attempt and hold nothing of it: what was answered stays where it is kept."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class HandedIn:
    """Somebody handed in a quiz or check, and its result is kept.

    Args:
        person_id: who.
        token: of the attempt; `how_it_went` says what was right.
        lang: language of the page: what is typed into a gap is read by its words.

    """

    person_id: UUID
    token: str
    lang: str
