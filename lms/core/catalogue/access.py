"""From an address to something that may be seen; what is not offered, or not the author's, is absent."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from lms.core.catalogue import queries
from lms.core.catalogue.compile.places import Place
from lms.core.catalogue.domain.pages import Outline
from lms.host.actor import Actor
from lms.host.contributions import Permission
from lms.host.pictures import TYPES

AUTHOR = Permission("catalogue.author", ("author", "reviewer", "translator"))
TRAINER = Permission("catalogue.trainer", ("facilitator", "operator", *AUTHOR.roles))


@dataclass(frozen=True, slots=True)
class PublicCourse:
    """A course that is offered; `position` stands in titles instead of its name (CACHE-4)."""

    outline: Outline
    position: int


@dataclass(frozen=True, slots=True)
class PictureFile:
    """Where a picture is kept, and what it is."""

    stored: str
    type: str


def course_for(conn: Connection, code: str, lang: str) -> PublicCourse | None:
    """Return the course under `code` as it is offered now."""
    for position, outline in enumerate(queries.current_outlines(conn, lang), start=1):
        if outline.code == code:
            return PublicCourse(outline, position)
    return None


def picture_for(conn: Connection, name: str) -> PictureFile | None:
    """Return a picture of a published lesson."""
    kind = TYPES.get(name.rpartition(".")[2])
    stored = queries.stored_picture(conn, name) if kind else None
    return PictureFile(stored, kind) if stored and kind else None


def desk_for(actor: Actor, places: Mapping[str, Place]) -> list[Place]:
    """Return the courses on an author's desk: all of the site, or those they were asked to work on (AUTHZ-2)."""
    roles = [role for role in AUTHOR.roles if actor.has(role)]
    if any(actor.has(role, "site") for role in roles):
        return list(places.values())
    mine = {scope for role in roles for scope in actor.scopes(role, "course")}
    return [place for place in places.values() if place.id in mine]
