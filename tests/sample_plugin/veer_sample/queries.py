"""What the sample reads."""

from uuid import UUID

from sqlalchemy import Connection, func, select

from veer_sample.models import Pebble


def places(conn: Connection, person_id: UUID) -> list[str]:
    """Return where a person's pebbles lie."""
    return list(conn.scalars(select(Pebble.place).where(Pebble.person_id == person_id).order_by(Pebble.place)))


def total(conn: Connection) -> int:
    """Count all pebbles."""
    return conn.execute(select(func.count()).select_from(Pebble)).scalar_one()
