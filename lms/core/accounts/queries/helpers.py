"""Who looks after a person: the people on staff who may help with a closed account or a lost key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from lms.host.actor import Actor, Grant
from lms.host.contributions import Contribution
from lms.host.plugin import current_host


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody on staff who looks after a person.

    Args:
        grant: the role and scope in which they do; it counts only while it is held.
        person_id: of the helper; nothing stands for everybody who holds the grant.
        name: what the person knows them by; empty if the person sees no name of theirs.
        ward: what the helper knows the person by; empty if they see no name of theirs.

    """

    grant: Grant
    person_id: UUID | None = None
    name: str = ""
    ward: str = ""

    def is_(self, actor: Actor) -> bool:
        """Whether this is the actor, and they still hold the role."""
        return self.person_id in (None, actor.person_id) and self.grant in actor.grants


class LooksAfter(Contribution):
    """Says who on staff looks after a person, for example in a group; plugins contribute instances."""

    def helpers(self, conn: Connection, person_id: UUID) -> Iterable[Helper]:
        """Return the helpers of a person in one statement; for somebody who does not exist, nobody (ACC-10)."""
        raise NotImplementedError


def helpers_of(conn: Connection, person_id: UUID) -> Sequence[Helper]:
    """Return everybody who looks after a person, but not the person."""
    found = [helper for one in current_host().all(LooksAfter) for helper in one.helpers(conn, person_id)]
    return [helper for helper in found if helper.person_id != person_id]
