"""From an address of the bank to what stands there; what is absent and what is not the author's are the same answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lms.core.catalogue.api import Outline
from lms.host.db import connection
from lms.host.i18n import language
from lms.host.web import actor, not_found
from lms.plugins.quizzes import access
from lms.plugins.quizzes.api import QuestionType
from lms.plugins.quizzes.domain.bank import listing, words
from lms.plugins.quizzes.domain.bank.listing import Listed, Place, Standing
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.queries import bank
from lms.plugins.quizzes.queries.bank import Newest, VersionRow


@dataclass(frozen=True, slots=True)
class Where:
    """A place where a question is asked, in words: the course, and the number of the lesson or module.

    `course` and `code` stand in addresses; `counted` where anything of its answers is kept; `drawn` where not everybody
    is asked it.
    """

    title: Any
    number: str
    is_check: bool
    course: str
    code: str
    counted: bool
    drawn: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that an author may look at."""

    outlines: tuple[Outline, ...]
    standing: list[Standing]

    def everything(self) -> list[Listed]:
        """Return the bank's questions, then those of files."""
        places = bank.places_of(self.standing)
        own = [_listed(found, places.get(found.version.question, ())) for found in bank.newest(connection())]
        of_files = [one.listed(language().code) for one in self.standing if not listing.lent_name(one.version)]
        return [*own, *of_files]

    def at(self, key: str) -> tuple[Standing, ...]:
        """Return where a question is asked."""
        return bank.places_of(self.standing).get(key, ())

    def where(self, places: Iterable[Place]) -> list[Where]:
        """Return the same in words."""
        found = []
        for place in places:
            outline = next(one for one in self.outlines if one.release_id == place.release_id)
            lesson = outline.by_id.get(place.owner)
            owner = lesson or outline.module_by_id[place.owner]
            counted = any(one.id == place.quiz and one.summary.get("store") != "nothing" for one in owner.activities)
            here = (outline.title, owner.number, lesson is None, outline.code, owner.code)
            found.append(Where(*here, counted, place.drawn))
        return found


def desk() -> Desk:
    """Return what the author of this request may look at."""
    outlines = access.courses_for(connection(), actor(), language().code)
    return Desk(outlines, bank.standings(connection(), outlines))


def _listed(found: Newest, standing: Iterable[Standing]) -> Listed:
    row = found.version
    return words.listed(
        known_types().get(row.type),
        row.lent,
        language().code,
        outcome=row.outcome,
        places=tuple(one.place for one in standing),
        published=found.published,
        tags=row.tags,
        review_due=row.review_due,
    )


def versions_of(key: str) -> list[VersionRow]:
    """Return all versions of a bank question, the newest first, or answer that there is none."""
    found = bank.versions(connection(), key)
    if not found:
        not_found()
    return found


def kind_of(name: str) -> QuestionType[Any]:
    """Return a question type, or answer that there is none."""
    found = known_types().get(name)
    if found is None:
        not_found()
    return found
