"""What follows from an answer, from the choice to remember, and from a new release."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms.core.catalogue.api import Outline, outline
from lms.core.learning.api import enrolments_of, standing
from lms.host.contributions import Job, Reaction
from lms.plugins.quizzes.api import HandedIn, Told, Went, how_it_went, quiz_of
from lms.plugins.remember import actions
from lms.plugins.remember.domain.sitting import hash_of
from lms.plugins.remember.queries import all_cards, wanted, wants

DAY = 24 * 3600
ANY_LANGUAGE = "en"


def take_up(session: Session, event: HandedIn) -> None:
    """Take up what somebody missed who wants to remember, and still does; of all others not even a job is written."""
    conn = session.connection()
    if not wants(conn, event.person_id):
        return
    told = how_it_went(conn, event.person_id, event.token, event.lang)
    if told is not None:
        actions.take_up(session, person_id=event.person_id, told=told)


def gather(session: Session, payload: Mapping[str, Any]) -> None:
    """Take up what must be known of the checks that somebody has done already."""
    person_id, conn = UUID(payload["person"]), session.connection()
    if not wants(conn, person_id):
        return
    for enrolment in enrolments_of(conn, person_id):
        found = outline(conn, enrolment.release_id, ANY_LANGUAGE)
        for told in _checks(conn, found, enrolment.enrolment_id) if found else ():
            actions.take_up(session, person_id=person_id, told=told)


def _checks(conn: Connection, found: Outline, enrolment_id: UUID) -> Iterator[Told]:
    results = standing(conn, enrolment_id).results
    for module in found.modules:
        check = module.activity("check")
        result = results.get(check.id) if check else None
        quiz = quiz_of(conn, found.release_id, check.id, ANY_LANGUAGE) if check and result else None
        if quiz is not None and result is not None:
            key = (question for question in quiz.questions if question.must_know)
            went = (Went(one.id, one.version, one.id in result.known, must_know=True) for one in key)
            yield Told(quiz.id, found.release_id, tuple(went))


def follow(session: Session, _payload: Mapping[str, Any]) -> None:
    """Forget questions that the published courses no longer have; begin again with those that were corrected."""
    conn = session.connection()
    gone = []
    for card in all_cards(conn):
        quiz = quiz_of(conn, card.release_id, card.quiz_id, ANY_LANGUAGE)
        now = {question.id: hash_of(question.version) for question in quiz.questions} if quiz else {}
        if card.question not in now:
            gone.append(card.id)
        elif now[card.question] != card.version:
            actions.renew(session, card_id=card.id, version=now[card.question])
    actions.drop(session, card_ids=gone)


reaction = Reaction("remember.take-up", HandedIn, take_up, only=wanted)
gather_job = Job(actions.GATHER, gather)
follow_job = Job("remember.follow", follow, every=DAY)
