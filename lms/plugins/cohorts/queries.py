"""What pages of groups read, as frozen values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from lms.core.accounts.api import Helper, LooksAfter, audit_aliases
from lms.core.catalogue.api import Outline, current_release, outline
from lms.core.learning.api import enrolment_table, lesson_table
from lms.host.actor import Grant
from lms.plugins.cohorts.domain.dates import ModuleDays, read_offsets
from lms.plugins.cohorts.domain.wall import Seen
from lms.plugins.cohorts.models import Cohort, Member
from lms.plugins.progress.api import Watcher, Watchers

LEARNER = "learner"


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A group as its staff know it."""

    id: UUID
    name: str
    course_id: str
    plan_id: UUID
    lang: str
    starts: date
    ends: date
    offsets: Mapping[str, ModuleDays]


@dataclass(frozen=True, slots=True)
class CohortBrief:
    """A line of a list of groups."""

    id: UUID
    name: str
    course_id: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's own place in a group."""

    cohort_id: UUID
    course_id: str
    starts: date
    ends: date
    offsets: Mapping[str, ModuleDays]
    role: str
    alias: str
    organisation_id: UUID | None
    lines_on: date | None


membership_columns = (
    Cohort.id,
    Cohort.course_id,
    Cohort.starts,
    Cohort.ends,
    Cohort.offsets,
    Member.role,
    Member.alias,
    Member.organisation_id,
    Member.lines_on,
)


def to_membership(row: Any) -> Membership:
    """Return one row of `membership_columns` as a value."""
    cohort_id, course_id, starts, ends, offsets, *rest = row
    return Membership(cohort_id, course_id, starts, ends, read_offsets(offsets), *rest)


_memberships = (
    select(*membership_columns)
    .join(Member, Member.cohort_id == Cohort.id)
    .where(Member.person_id == bindparam("person"))
    .order_by(Cohort.starts, Cohort.id)
)
_briefs = select(Cohort.id, Cohort.name, Cohort.course_id, Cohort.starts, Cohort.ends).order_by(
    Cohort.starts.desc(), Cohort.name
)
_in_course = (Member.person_id == enrolment_table.c.person_id) & (Cohort.course_id == enrolment_table.c.course_id)
_learners = (
    select(
        Member.alias,
        Member.example,
        audit_aliases.c.alias.label("audited_as"),
        enrolment_table.c.id,
        enrolment_table.c.release_id,
        enrolment_table.c.last_on,
        enrolment_table.c.completed_on,
        enrolment_table.c.share_facilitators,
    )
    .join(Cohort, Cohort.id == Member.cohort_id)
    .join(enrolment_table, _in_course)
    .join(audit_aliases, audit_aliases.c.person_id == Member.person_id)
    .where(Member.cohort_id == bindparam("cohort"), Member.role == LEARNER)
)
_lessons = (
    select(lesson_table.c.enrolment_id, lesson_table.c.lesson_id, lesson_table.c.state)
    .join(enrolment_table, enrolment_table.c.id == lesson_table.c.enrolment_id)
    .join(Member, Member.person_id == enrolment_table.c.person_id)
    .join(Cohort, (Cohort.id == Member.cohort_id) & (Cohort.course_id == enrolment_table.c.course_id))
    .where(Member.cohort_id == bindparam("cohort"), Member.role == LEARNER)
)
_shown_lessons = _lessons.where(enrolment_table.c.share_facilitators.in_(("progress", "score")))
_peers = (
    select(
        Member.person_id,
        Member.alias,
        Member.example,
        enrolment_table.c.completed_on,
        enrolment_table.c.share_cohort,
    )
    .join(Cohort, Cohort.id == Member.cohort_id)
    .join(enrolment_table, _in_course)
    .where(Member.cohort_id == bindparam("cohort"), Member.role == LEARNER, enrolment_table.c.share_cohort != "none")
    .order_by(Member.alias)
)


def memberships(conn: Connection, person_id: UUID) -> list[Membership]:
    """Return a person's places in groups, in one statement."""
    return [to_membership(row) for row in conn.execute(_memberships, {"person": person_id})]


def briefs(conn: Connection, cohort_ids: Sequence[UUID] | None = None) -> list[CohortBrief]:
    """Return groups for a list, the newest first; all of them when no ids are given."""
    wanted = _briefs if cohort_ids is None else _briefs.where(Cohort.id.in_(cohort_ids))
    return [CohortBrief(*row) for row in conn.execute(wanted)]


def of_organisation(conn: Connection, organisation_id: UUID) -> list[CohortBrief]:
    """Return the groups that belong to an organisation."""
    return [CohortBrief(*row) for row in conn.execute(_briefs.where(Cohort.organisation_id == organisation_id))]


@dataclass(frozen=True, slots=True)
class People:
    """The learners of a group, the release that most of them are in, and under which names the audit knows those who
    show anything.
    """

    seen: list[Seen]
    outline: Outline | None
    audited: list[str]


def people(conn: Connection, cohort: CohortRow, lang: str) -> People:
    """Return what facilitators may see of the learners of a group; two statements, whatever their number.

    Lessons of people who do not share their progress never leave the database.
    """
    rows = conn.execute(_learners, {"cohort": cohort.id}).all()
    states: dict[UUID, dict[str, int]] = {}
    for enrolment_id, lesson_id, state in conn.execute(_shown_lessons, {"cohort": cohort.id}):
        states.setdefault(enrolment_id, {})[lesson_id] = state
    seen = [
        Seen(
            row.alias,
            row.example,
            row.share_facilitators,
            row.last_on,
            row.completed_on is not None,
            states.get(row.id, {}),
        )
        for row in rows
    ]
    releases = [row.release_id for row in rows]
    release = max(releases, key=releases.count) if releases else current_release(conn, cohort.course_id)
    audited = [str(row.audited_as) for row in rows if row.share_facilitators != "none"]
    return People(seen, outline(conn, release, lang) if release else None, audited)


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody of the same group who lets the others know that they take part, or that they have finished."""

    alias: str
    example: bool
    finished: bool


def peers(conn: Connection, cohort_id: UUID, person_id: UUID) -> list[Peer]:
    """Return the others of a group who chose to be seen by it (AUTHZ-8), in one statement."""
    return [
        Peer(row.alias, row.example, row.completed_on is not None and row.share_cohort != "taking_part")
        for row in conn.execute(_peers, {"cohort": cohort_id})
        if row.person_id != person_id
    ]


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who asked the guides of their group to enter their answer lines; `audited_as` is their audit alias."""

    person_id: UUID
    alias: str
    audited_as: str


_asking = (
    select(Member.person_id, Member.alias, audit_aliases.c.alias.label("audited_as"))
    .join(audit_aliases, audit_aliases.c.person_id == Member.person_id)
    .where(Member.cohort_id == bindparam("cohort"), Member.role == LEARNER, Member.lines_on.is_not(None))
    .order_by(Member.alias)
)


def asking(conn: Connection, cohort_id: UUID) -> list[Asking]:
    """Return who asked for it, and nobody else of the group."""
    return [
        Asking(row.person_id, row.alias, str(row.audited_as)) for row in conn.execute(_asking, {"cohort": cohort_id})
    ]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The group of a demonstration site, and whose it is."""

    cohort_id: UUID
    organisation_id: UUID | None


_demonstration = (
    select(Cohort.id, Cohort.organisation_id)
    .join(Member, Member.cohort_id == Cohort.id)
    .where(Member.example.is_(True))
    .limit(1)
)


def demonstration(conn: Connection) -> Demonstration | None:
    """Return the group that holds example members, if there is one."""
    row = conn.execute(_demonstration).one_or_none()
    return Demonstration(*row) if row else None


class GroupWatchers(Watchers):
    """The facilitators of a person's groups, and the others in them."""

    key = "cohorts"

    def of(self, conn: Connection, person_id: UUID) -> Iterable[Watcher]:
        """Return two audiences for each course that the person takes with a group."""
        for place in memberships(conn, person_id):
            if place.role == LEARNER:
                yield Watcher(place.course_id, "facilitators")
                yield Watcher(place.course_id, "cohort")


_guide = aliased(Member)
_guides = (
    select(Member.cohort_id, Cohort.name, _guide.person_id, _guide.alias, Member.alias.label("ward"))
    .join(Cohort, Cohort.id == Member.cohort_id)
    .join(_guide, _guide.cohort_id == Member.cohort_id)
    .where(Member.person_id == bindparam("person"), Member.role == LEARNER, _guide.role == "facilitator")
    .order_by(_guide.alias)
)


class GuidesHelp(LooksAfter):
    """The facilitators of a person's groups, by the names that both have there."""

    key = "cohorts"

    def helpers(self, conn: Connection, person_id: UUID) -> Iterable[Helper]:
        """Return the facilitators."""
        for row in conn.execute(_guides, {"person": person_id}):
            grant = Grant("facilitator", "cohort", str(row.cohort_id))
            yield Helper(grant, row.person_id, f"{row.alias} ({row.name})", f"{row.ward} ({row.name})")
