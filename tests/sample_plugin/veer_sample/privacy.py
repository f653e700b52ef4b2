"""The sample's promise."""

from sqlalchemy import delete

from lms.host.contributions import PersonalData
from veer_sample.models import Pebble
from veer_sample.queries import places

personal_data = PersonalData(
    "sample",
    ("sample_pebble",),
    export=lambda conn, person_id: {"pebbles": places(conn, person_id)},
    erase=lambda session, person_id: session.execute(delete(Pebble).where(Pebble.person_id == person_id)),
)
