"""One sitting: two minutes, a question a page, and what the page carries from one to the next."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lms.plugins.remember.domain.schedule import Memory

MOST_QUESTIONS = 6
"""About two minutes."""


@dataclass(frozen=True, slots=True)
class Card:
    """A question that comes back to one person.

    Args:
        id: of the row; it stands in forms and says nothing.
        quiz_id: the quiz or check that the question belongs to.
        question: its id there.
        version: of its content when it was last asked.
        memory: how well it is remembered.
        release_id: the course as it is published now.
        own_release_id: the course as the person has it.

    """

    id: UUID
    quiz_id: str
    question: str
    version: str
    memory: Memory
    release_id: UUID
    own_release_id: UUID

    def seed(self, due: date) -> str:
        """The order of choices on the page that was shown for `due`; another one each time."""
        return f"{self.id.hex}{due.toordinal():x}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form of a question says of itself."""

    card_id: UUID
    due: date
    version: str

    def __str__(self) -> str:
        return f"{self.card_id.hex} {self.due.isoformat()} {self.version}"

    @classmethod
    def read(cls, sent: str) -> "Asked | None":
        """Read it back; None if it was not written here."""
        try:
            card_id, due, version = sent.split(" ")
            return cls(UUID(card_id), date.fromisoformat(due), version)
        except ValueError:
            return None


def place(sent: str) -> int:
    """Return which question of the sitting is meant, from 1."""
    wanted = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 3 else 1
    return max(wanted, 1)


def hash_of(version: str) -> str:
    """Return the part of a question's version that changes with its content."""
    return version.rpartition("@")[2]
