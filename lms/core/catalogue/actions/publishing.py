"""Publishing: the one change of state of the catalogue."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, update
from sqlalchemy.orm import Session

from lms import lazy_gettext as L_
from lms.core.catalogue import queries
from lms.core.catalogue.compile.check import Checked
from lms.core.catalogue.compile.identity import manifest
from lms.core.catalogue.compile.release import Compiled, Release, Speak, coded, compile_release
from lms.core.catalogue.compile.tree import CourseSource
from lms.core.catalogue.domain.contracts import BlockType
from lms.core.catalogue.domain.problems import Problem
from lms.core.catalogue.domain.stored import pack
from lms.core.catalogue.events import Published
from lms.core.catalogue.models import Activity, Body, Code, Course, Lesson, OutlineRow, Picture
from lms.core.catalogue.models import Release as ReleaseRow
from lms.host import clock
from lms.host.events import emit
from lms.host.security import audit
from lms.host.storage import Storage

Kind = Literal["edition", "correction"]
# No vowels, so that no word comes out by chance, and nothing that looks like something else.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
CODE_LENGTH = 7


class PublishError(Exception):
    """Nothing was published; `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = list(problems)


@dataclass(frozen=True)
class Prepared:
    """A compiled release that only has to be written down.

    Args:
        release: the compiled contents.
        kind: edition or correction.
        codes: content id → (code, kind) of what has no address yet.
        before: the release that was offered when this was compiled.
        fingerprint: of that release.
        unreviewed: how many lessons nobody has reviewed.

    """

    release: Release
    kind: Kind
    codes: Mapping[str, tuple[str, str]]
    before: UUID | None
    fingerprint: str
    unreviewed: int

    @property
    def changed(self) -> bool:
        return self.release.fingerprint != self.fingerprint


def prepare(
    conn: Connection,
    *,
    checked: Checked,
    languages: Sequence[str],
    blocks: Iterable[BlockType],
    speak: Speak,
    kind: Kind = "edition",
    accept_unreviewed: bool = False,
) -> Prepared:
    """Compile a checked course, outside of any writing transaction.

    Args:
        conn: for the codes and the release that are there already.
        checked: the course, checked against its history.
        languages: languages of the site.
        blocks: its block types.
        speak: sets the language in which blocks label themselves.
        kind: what it means for people who are in the middle of it (settled, 16).
        accept_unreviewed: publish lessons that nobody has reviewed (settled, 19).

    Raises:
        PublishError: an error in the files, lessons without review, or a course that is edited in the browser.

    """
    course = checked.course
    if course is None or checked.errors:
        raise PublishError(checked.errors)
    state = queries.course_states(conn).get(course.meta.id)
    wanted = coded(course)
    known = queries.codes(conn, wanted)
    unreviewed = [lesson for lesson in course.lessons if lesson.meta.status not in {"reviewed", "published"}]
    problems = [*_foreign(course, known), *_not_ours(course, state), *_changed_ids(conn, checked, kind)]
    if unreviewed and not accept_unreviewed:
        problems += [_unreviewed(lesson.file, lesson.lines.at(("status",))) for lesson in unreviewed]
    if problems:
        raise PublishError(problems)
    new = {content_id: (new_code(), what) for content_id, what in wanted.items() if content_id not in known}
    release = compile_release(
        course,
        languages=languages,
        codes={key: pair[0] for key, pair in (known | new).items()},
        blocks=blocks,
        speak=speak,
    )
    before, fingerprint = (state.release_id, state.fingerprint) if state else (None, "")
    return Prepared(release, kind, new, before, fingerprint, len(unreviewed))


def new_code() -> str:
    """Return a random neutral code with at least one digit, so that it is never a word."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if any(sign.isdigit() for sign in code):
            return code


def publish(session: Session, *, prepared: Prepared, storage: Storage, by: str = "operator") -> UUID | None:
    """Write a release down and offer it; contents that are stored already are shared, not stored again.

    Args:
        session: the writing session; until it commits, the old release is the one that is offered.
        prepared: from `prepare`.
        storage: where the bytes of pictures go.
        by: audit alias of who publishes.

    Returns:
        The new release, or None if it would say the same as the one that is offered.

    Raises:
        PublishError: somebody else published this course in the meantime.

    """
    release = prepared.release
    conn = session.connection()
    if queries.current_release(conn, release.course_id) != prepared.before:
        raise PublishError([_overtaken(release.course_id)])
    if not prepared.changed:
        return None
    release_id = uuid4()
    _store_bodies(conn, release)
    _store_release(conn, prepared, release_id)
    _store_pictures(conn, release, storage)
    for content_id, (code, kind) in prepared.codes.items():
        row = {"code": code, "kind": kind, "content_id": content_id, "course_id": release.course_id}
        conn.execute(insert(Code).values(row))
    if prepared.before is None:
        conn.execute(insert(Course).values(id=release.course_id, origin="files", release_id=release_id))
    else:
        conn.execute(update(Course).where(Course.id == release.course_id).values(release_id=release_id))
    reason = f"{prepared.kind}, {prepared.unreviewed} lessons not reviewed"
    audit.record(session, actor=by, action="course published", object=release.course_id, reason=reason)
    emit(session, Published(release.course_id, release_id, prepared.kind))
    return release_id


def _store_bodies(conn: Connection, release: Release) -> None:
    contents: dict[str, Compiled] = {item.hash: item for item in release.outlines.values()}
    contents |= {item.hash: item for item in release.lessons.values()}
    contents |= {item.content.hash: item.content for item in release.activities.values()}
    new = sorted(queries.unknown_hashes(conn, contents.keys()))
    if new:
        conn.execute(insert(Body), [{"hash": key, "data": pack(contents[key].data)} for key in new])


def _store_release(conn: Connection, prepared: Prepared, release_id: UUID) -> None:
    release = prepared.release
    row = {
        "id": release_id,
        "course_id": release.course_id,
        "number": queries.last_number(conn, release.course_id) + 1,
        "kind": prepared.kind,
        "published": clock.today(),
        "source_lang": release.source_lang,
        "fingerprint": release.fingerprint,
        "manifest": {key: [fact.kind, fact.hash] for key, fact in release.manifest.items()},
        "unreviewed": prepared.unreviewed,
    }
    conn.execute(insert(ReleaseRow).values(row))
    here = {"release_id": release_id}
    conn.execute(insert(OutlineRow), [here | {"lang": k, "hash": v.hash} for k, v in release.outlines.items()])
    lessons = [
        here | {"lesson_id": lesson, "lang": lang, "hash": item.hash}
        for (lesson, lang), item in release.lessons.items()
    ]
    conn.execute(insert(Lesson), lessons)
    activities = [
        here | {"activity_id": key, "lang": lang, "kind": item.kind, "owner": item.owner, "hash": item.content.hash}
        for (key, lang), item in release.activities.items()
    ]
    if activities:
        conn.execute(insert(Activity), activities)


def _store_pictures(conn: Connection, release: Release, storage: Storage) -> None:
    for name, medium in sorted(release.media.items()):
        if queries.stored_picture(conn, name) is None:
            conn.execute(insert(Picture).values(name=name, stored=storage.put(medium.data)))


def _foreign(course: CourseSource, known: Mapping[str, tuple[str, str]]) -> list[Problem]:
    message = L_("The id “%(id)s” belongs to the course “%(course)s”.")
    mend = L_("Ids are unique in the whole site: give this one another.")
    return [
        Problem(_file(course), 1, "id-elsewhere", message, mend, "error", {"id": key, "course": owner})
        for key, (_, owner) in sorted(known.items())
        if owner != course.meta.id
    ]


def _not_ours(course: CourseSource, state: queries.CourseState | None) -> list[Problem]:
    if state is None or state.origin == "files":
        return []
    message = L_("This course is edited in the browser, so its files are not published.")
    mend = L_("Take it over on purpose first, or publish it from the editor.")
    return [Problem(_file(course), 1, "origin", message, mend)]


def _changed_ids(conn: Connection, checked: Checked, kind: Kind) -> list[Problem]:
    """A correction moves everybody at once, so it may not change what there is to do."""
    course = checked.course
    before = queries.history(conn, course.meta.id) if course else None
    if course is None or before is None or kind == "edition":
        return []
    if before.current.keys() == manifest(course).keys():
        return []
    message = L_("A correction has the same lessons and questions as the release before it; this one does not.")
    return [Problem(_file(course), 1, "correction", message, L_("Publish it as an edition."))]


def _unreviewed(file: str, line: int) -> Problem:
    message = L_("Nobody has reviewed this lesson yet.")
    mend = L_("Have it reviewed, or publish with --accept-unreviewed: learners will read “not yet reviewed”.")
    return Problem(file, line, "unreviewed", message, mend)


def _overtaken(course_id: str) -> Problem:
    message = L_("Somebody else published this course a moment ago.")
    return Problem(f"{course_id}/course.yaml", 1, "overtaken", message, L_("Look at what changed and publish again."))


def _file(course: CourseSource) -> str:
    return f"{course.folder.name}/course.yaml"
