"""What an organisation sees of a person: numbers they are counted in, and never a line of their own (ORG-1)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Connection

from lms.core.accounts.api import SeenBy, Sight
from lms.host.statistics.frozen import least
from lms.plugins.organisations import queries
from lms.plugins.organisations.domain.report import counted_in


class CoordinatorsSee(SeenBy):
    """The numbers of the organisation's page that the person is part of."""

    key = "organisations.coordinators"
    audience = "coordinator"

    def sights(self, conn: Connection, person_id: UUID) -> Iterable[Sight]:
        """Return them for each organisation that gave the person a place; a place used is always counted."""
        parts: Any = current_app.jinja_env.get_template("organisations/parts.html").module
        for name, level in queries.shown_to(conn, person_id):
            yield Sight(name, parts.counted_in(counted_in(level), least()))
