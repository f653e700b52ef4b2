"""What groups hold about a person, handed out and erased (RET-3, RET-4)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from lms.core.accounts.api import SeenBy, Sight
from lms.core.catalogue.api import Outline, current_release, outline
from lms.core.learning.api import shows
from lms.host import clock
from lms.host.contributions import KeptUntil, PersonalData
from lms.host.i18n import language
from lms.plugins.cohorts import access, queries
from lms.plugins.cohorts.domain.wall import wall
from lms.plugins.cohorts.models import Cohort, Member
from lms.plugins.cohorts.queries import LEARNER

NOBODY = UUID(int=0)


def export(conn: Connection, person_id: UUID) -> Mapping[str, Any]:
    """Return a person's places in groups; nothing of the other members."""
    columns = (Member.alias, Member.role, Member.joined, Member.organisation_id, Member.lines_on)
    rows = conn.execute(
        select(*columns, Cohort.id, Cohort.course_id, Cohort.starts, Cohort.ends)
        .join(Cohort, Cohort.id == Member.cohort_id)
        .where(Member.person_id == person_id)
    )
    return {
        "groups": [
            {
                "group": str(row.id),
                "name in the group": row.alias,
                "role": row.role,
                "joined": row.joined.isoformat(),
                "place given by organisation": str(row.organisation_id) if row.organisation_id else None,
                "guides may enter answer lines since": row.lines_on.isoformat() if row.lines_on else None,
                "course": row.course_id,
                "from": row.starts.isoformat(),
                "until": row.ends.isoformat(),
            }
            for row in rows
        ]
    }


def erase(session: Session, person_id: UUID) -> None:
    """Remove the person from every group."""
    session.execute(delete(Member).where(Member.person_id == person_id))


class PeersSee(SeenBy):
    """The line of a person on the page of their group."""

    key = "cohorts.peers"
    audience = "peer"

    def sights(self, conn: Connection, person_id: UUID) -> Iterable[Sight]:
        """Return the line of each group in which the person shows themselves to the others."""
        for place, course in _places(conn, person_id):
            for peer in queries.peers(conn, place.cohort_id, NOBODY):
                if peer.alias == place.alias:
                    yield Sight(course.title.text, _parts().peer_line(peer, course.tile))


class GuidesSee(SeenBy):
    """The row of a person on the wall of their group, or the number they are counted in."""

    key = "cohorts.guides"
    audience = "facilitator"

    def sights(self, conn: Connection, person_id: UUID) -> Iterable[Sight]:
        """Return what the wall of each group shows of the person; nothing if they share nothing."""
        for place, _course in _places(conn, person_id):
            cohort = access.cohort(conn, place.cohort_id)
            people = queries.people(conn, cohort, language().code)
            me = [seen for seen in people.seen if seen.alias == place.alias]
            if people.outline is not None and me and shows(me[0].level, "taking_part"):
                alone = wall(people.outline, me, clock.today())
                yield Sight(people.outline.title.text, _parts().to_facilitators(alone, me[0]))


class GuidesEnter(SeenBy):
    """The name of a person among those whose answer lines may be entered."""

    key = "cohorts.lines"
    audience = "facilitator"

    def sights(self, conn: Connection, person_id: UUID) -> Iterable[Sight]:
        """Return one line for each group whose guides the person asked."""
        for place, course in _places(conn, person_id):
            if place.lines_on is not None:
                yield Sight(course.title.text, _parts().asked_lines(place.alias))


def _places(conn: Connection, person_id: UUID) -> Iterable[tuple[queries.Membership, Outline]]:
    for place in queries.memberships(conn, person_id):
        release = current_release(conn, place.course_id)
        course = outline(conn, release, language().code) if release else None
        if place.role == LEARNER and course is not None:
            yield place, course


def _parts() -> Any:
    return current_app.jinja_env.get_template("cohorts/parts.html").module


def ends_on(conn: Connection, person_id: UUID) -> date | None:
    """Return the last day of the last of a person's groups."""
    return max((place.ends for place in queries.memberships(conn, person_id)), default=None)


until = KeptUntil("cohorts.member", "cohorts_member", ends_on)
personal_data = PersonalData("cohorts", ("cohorts_member",), export, erase)
