"""The sample's page."""

from flask import Blueprint, Response, current_app

from lms import gettext as _
from lms.core.learning.api import HomePage
from lms.host.db import connection, db
from lms.host.web import actor, page, see, signed_in
from veer_sample import actions, queries

blueprint = Blueprint("sample", __name__)


@blueprint.get("/pebbles")
@signed_in
def pebbles() -> Response:
    """Show a person's pebbles."""
    places = queries.places(connection(), actor().person)
    return page("sample/pebbles.html", title=_("Pebbles"), places=places)


@blueprint.post("/pebbles")
@signed_in
def put_down() -> Response:
    """Put one down."""
    actions.put_down(db.session(), person_id=actor().person, place="here")
    db.session.commit()
    return see(".pebbles")


def aside(home: HomePage) -> str:
    """Count a person's pebbles on their home page."""
    macros = current_app.jinja_env.get_template("sample/aside.html").module
    drawn: str = macros.aside(len(queries.places(connection(), home.person_id)))  # type: ignore[attr-defined]
    return drawn
