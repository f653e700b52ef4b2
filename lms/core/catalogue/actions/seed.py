"""Invented courses, to measure with."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from lms.core.catalogue.actions.publishing import Prepared, new_code, prepare, publish
from lms.core.catalogue.compile.invented import InventedCourse, copied, renamed
from lms.core.catalogue.compile.places import Place
from lms.core.catalogue.compile.site import blocks, checked, speaking
from lms.core.catalogue.domain.contracts import ActivityType
from lms.host.contributions import Seeder
from lms.host.plugin import current_host
from lms.host.seed import Seed
from lms.host.storage import current_storage


def seed_courses(session: Session, seed: Seed) -> str:
    """Compile one course and publish it as many, in its source language alone; addresses are drawn as ever."""
    original = _compiled(session.connection(), seed)
    for number in range(1, seed.scale.courses + 1):
        publish(session, prepared=_copy(original, number), storage=current_storage())
    lessons = len({lesson for lesson, _lang in original.release.lessons})
    return f"{seed.scale.courses:,} courses of {lessons} lessons"


def _compiled(conn: Connection, seed: Seed) -> Prepared:
    kinds = current_host().all(ActivityType)  # type: ignore[type-abstract]
    with TemporaryDirectory(prefix="veer-seed-") as folder:
        course = InventedCourse(Path(folder), kinds, seed).write()
        return prepare(
            conn,
            checked=checked(Place(course.name, course, editable=False), history=None),
            languages=(),
            blocks=blocks(),
            speak=speaking,
            accept_unreviewed=True,
        )


def _copy(original: Prepared, number: int) -> Prepared:
    codes: Mapping[str, tuple[str, str]] = {key: (new_code(), kind) for key, (_, kind) in original.codes.items()}
    addresses = {original.codes[key][0]: code for key, (code, _) in codes.items()}
    release = copied(original.release, number, addresses)
    return replace(original, release=release, codes={renamed(key, number): pair for key, pair in codes.items()})


seeder = Seeder("catalogue", seed_courses, order=20)
