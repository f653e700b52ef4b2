"""What others see of a person, shown to that person: drawn from the very queries of the pages that others open."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms.host.contributions import Contribution, Text

Audience = Literal["peer", "facilitator", "coordinator", "operator"]
AUDIENCES: tuple[Audience, ...] = ("peer", "facilitator", "coordinator", "operator")


@dataclass(frozen=True, slots=True)
class Sight:
    """One place in which somebody sees a person.

    Args:
        place: where that is, for example the course of the group.
        html: what the real page shows of them, drawn by the same template part.

    """

    place: Text
    html: str


class SeenBy(Contribution):
    """Shows a person what one audience sees of them, with the queries and template parts of that audience's own page.

    `audience` is who sees it. Nothing of anybody else may be in the answer.
    """

    key: str
    audience: Audience

    def sights(self, conn: Connection, person_id: UUID) -> Iterable[Sight]:
        """Return what is seen of this person, place by place; nothing where they are not seen at all."""
        raise NotImplementedError


class BeforeErasing(Contribution):
    """Something that a person may choose to have done right before their account is erased.

    `label` says what it is, and what stays because of it. The choice is offered to those whom `applies` names.
    """

    key: str
    label: Text

    def applies(self, conn: Connection, person_id: UUID) -> bool:
        """Whether there is anything to do for this person."""
        raise NotImplementedError

    def run(self, session: Session, person_id: UUID) -> None:
        """Do it, in the transaction in which the erasure begins."""
        raise NotImplementedError
