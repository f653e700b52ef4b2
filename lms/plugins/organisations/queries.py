"""What pages of organisations read. Statements count; none returns a row of one person (ORG-1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Connection, Integer, bindparam, case, cast, func, select

from lms.core.accounts.api import Helper, LooksAfter, batch_seats
from lms.core.catalogue.api import course_table, outlines
from lms.core.learning.api import DONE, activity_table, enrolment_table, lesson_table
from lms.host.actor import Grant
from lms.plugins.cohorts.api import cohort_table, member_table
from lms.plugins.organisations.domain.report import Agreed, Counted
from lms.plugins.organisations.models import Batch, Organisation
from lms.plugins.progress.api import Watcher, Watchers

SOURCE = "organisations"
PLACES = "places"
_names = select(Organisation.id, Organisation.name).order_by(Organisation.name)
_mine: BindParameter[Any] = bindparam("organisation")
_sent = (member_table.c.cohort_id == cohort_table.c.id) & (member_table.c.organisation_id == _mine)
_taken = (enrolment_table.c.person_id == member_table.c.person_id) & (
    enrolment_table.c.course_id == cohort_table.c.course_id
)
_finished = func.sum(case((enrolment_table.c.completed_on.is_not(None), 1), else_=0))
_sent_people = (
    select(cohort_table.c.id)
    .select_from(cohort_table)
    .join(member_table, _sent)
    .join(enrolment_table, _taken)
    .where(cohort_table.c.organisation_id == _mine)
)
_best = (
    _sent_people.with_only_columns(enrolment_table.c.id, func.avg(activity_table.c.best).label("best"))
    .join(activity_table, activity_table.c.enrolment_id == enrolment_table.c.id)
    .where(enrolment_table.c.share_organisation == "score", activity_table.c.best.is_not(None))
    .group_by(enrolment_table.c.id)
    .subquery()
)
_agreed = (
    select(
        cohort_table.c.id,
        course_table.c.release_id,
        enrolment_table.c.share_organisation.label("level"),
        func.count(enrolment_table.c.id).label("people"),
        _finished.label("finished"),
        func.count(_best.c.best).label("scored"),
        cast(func.round(func.avg(_best.c.best)), Integer).label("average"),
    )
    .select_from(cohort_table)
    .join(course_table, course_table.c.id == cohort_table.c.course_id)
    .outerjoin(member_table, _sent)
    .outerjoin(enrolment_table, _taken)
    .outerjoin(_best, _best.c.id == enrolment_table.c.id)
    .where(cohort_table.c.organisation_id == _mine)
    .group_by(
        cohort_table.c.id,
        course_table.c.release_id,
        enrolment_table.c.share_organisation,
    )
    .order_by(cohort_table.c.starts.desc(), cohort_table.c.name)
)
_lessons = (
    _sent_people.add_columns(lesson_table.c.lesson_id, func.count().label("people"))
    .join(lesson_table, lesson_table.c.enrolment_id == enrolment_table.c.id)
    .where(enrolment_table.c.share_organisation.in_(("progress", "score")), lesson_table.c.state == DONE)
    .group_by(cohort_table.c.id, lesson_table.c.lesson_id)
)
_batches = (
    select(Batch.id, cohort_table.c.name, Batch.size, Batch.lang, Batch.expires, Batch.revoked)
    .join(cohort_table, cohort_table.c.id == Batch.cohort_id)
    .where(Batch.organisation_id == _mine)
    .order_by(Batch.expires.desc(), Batch.id)
)
_watchers = (
    select(cohort_table.c.course_id, Organisation.name)
    .select_from(member_table)
    .join(cohort_table, cohort_table.c.id == member_table.c.cohort_id)
    .join(Organisation, Organisation.id == member_table.c.organisation_id)
    .where(member_table.c.person_id == bindparam("person"))
)
_shown_to = (
    _watchers.with_only_columns(Organisation.name, enrolment_table.c.share_organisation)
    .join(enrolment_table, _taken)
    .order_by(Organisation.name)
)


@dataclass(frozen=True, slots=True)
class OrganisationName:
    """A line of a list."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch of codes, as its makers know it."""

    id: UUID
    cohort: str
    size: int
    lang: str
    expires: datetime
    revoked: bool


def names(conn: Connection, organisation_ids: Sequence[UUID] | None = None) -> list[OrganisationName]:
    """Return organisations by name; all of them when no ids are given."""
    wanted = _names if organisation_ids is None else _names.where(Organisation.id.in_(organisation_ids))
    return [OrganisationName(*row) for row in conn.execute(wanted)]


def batches(conn: Connection, organisation_id: UUID) -> list[BatchRow]:
    """Return an organisation's batches."""
    return [BatchRow(*row) for row in conn.execute(_batches, {"organisation": organisation_id})]


def used(conn: Connection, batch_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many codes of each batch were used, for counting only."""
    seats = batch_seats(conn, batch_ids)
    return {batch_id: seats[batch_id].used if batch_id in seats else 0 for batch_id in batch_ids}


def counted(conn: Connection, organisation_id: UUID, lang: str) -> list[Counted]:
    """Return the true numbers of each group of an organisation, in two statements; `figures` says what may be shown."""
    mine = {"organisation": organisation_id}
    rows = conn.execute(_agreed, mine).all()
    courses = outlines(conn, {row.release_id for row in rows}, lang)
    found: dict[UUID, Counted] = {}
    for row in rows:
        before = found.setdefault(row.id, Counted(row.id, courses[row.release_id]))
        if row.level is not None:
            agreed = Agreed(row.level, row.people, row.finished, row.scored, row.average or 0)
            found[row.id] = replace(before, agreed=(*before.agreed, agreed))
    for cohort_id, lesson_id, people in conn.execute(_lessons, mine):
        found[cohort_id] = replace(found[cohort_id], lessons={**found[cohort_id].lessons, lesson_id: people})
    return list(found.values())


def shown_to(conn: Connection, person_id: UUID) -> list[tuple[str, str]]:
    """Return the organisations that gave a person a place, and what the person lets each of them see."""
    return [(row[0], row[1]) for row in conn.execute(_shown_to, {"person": person_id})]


class OrganisationWatchers(Watchers):
    """The organisations that gave a person a place in a group."""

    key = "organisations"

    def of(self, conn: Connection, person_id: UUID) -> Iterable[Watcher]:
        """Return one audience for each course that the person takes for an organisation."""
        for course_id, name in conn.execute(_watchers, {"person": person_id}):
            yield Watcher(course_id, "organisation", name)


_sent_by = select(member_table.c.organisation_id).where(
    member_table.c.person_id == bindparam("person"), member_table.c.organisation_id.is_not(None)
)


def sent_by(conn: Connection, person_id: UUID) -> list[UUID]:
    """Return the organisations that gave a person a place."""
    return [found for found in conn.scalars(_sent_by, {"person": person_id}) if found is not None]


class CoordinatorsHelp(LooksAfter):
    """The coordinators of the organisations that gave a person a place; neither sees a name of the other."""

    key = "organisations"

    def helpers(self, conn: Connection, person_id: UUID) -> Iterable[Helper]:
        """Return whoever coordinates."""
        for organisation_id in sent_by(conn, person_id):
            yield Helper(Grant("coordinator", "organisation", str(organisation_id)))
