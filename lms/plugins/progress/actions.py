"""What a person decides about being seen; the rows are learning's, and only ever added to."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core.learning.api import Audience, Level, set_consent


def change_sharing(
    session: Session,
    *,
    person_id: UUID,
    enrolment_id: UUID,
    before: Mapping[Audience, Level],
    chosen: Mapping[Audience, Level],
) -> None:
    """Write down what changed; it holds from the next page that anybody opens (ORG-1).

    Args:
        session: the writing session.
        person_id: whose it is.
        enrolment_id: the course.
        before: what each audience sees now.
        chosen: what the person wants them to see; audiences left out stay as they are.

    """
    for audience, level in chosen.items():
        if before[audience] != level:
            set_consent(session, person_id=person_id, enrolment_id=enrolment_id, audience=audience, level=level)
