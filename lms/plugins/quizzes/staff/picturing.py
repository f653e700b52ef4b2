"""Pictures of bank questions: taken from a form, and shown to authors. Learners get those of releases."""

from dataclasses import replace

from flask import Response, request

from lms.host.db import connection, db
from lms.host.pictures import LARGEST_FILE, TYPES, Rewritten, apart
from lms.host.web import allowed, not_found
from lms.plugins.quizzes.access import WRITE
from lms.plugins.quizzes.actions.bank import keep_pictures
from lms.plugins.quizzes.domain.bank.draft import Draft
from lms.plugins.quizzes.domain.bank.pictured import Shown, flaw_of, readable
from lms.plugins.quizzes.domain.source import Flaw
from lms.plugins.quizzes.queries import bank
from lms.plugins.quizzes.staff import blueprint


@blueprint.get("/picture/<name>")
@allowed(WRITE)
def picture(name: str) -> Response:
    """Send a picture of the bank, as the catalogue sends those of releases."""
    kind = TYPES.get(name.rpartition(".")[2])
    found = bank.pictures(connection(), [name]) if kind else []
    if not found:
        not_found()
    return Response(found[0].data, mimetype=kind, headers={"Content-Disposition": "inline"})


def with_picture(draft: Draft) -> tuple[Draft, Flaw | None]:
    """Return a draft with the picture that was sent with it, and why there is none.

    A picture that can be read is kept at once, so that it is not asked for again while other things are wrong.
    """
    sent = request.files.get("picture.file")
    data = sent.stream.read(LARGEST_FILE + 1) if sent else b""
    if data:
        (made,) = apart([data])
        kept = readable(made)
        if kept is None:
            return draft, flaw_of("heavy" if isinstance(made, Rewritten) else made)
        keep_pictures(db.session(), [kept])
        db.session.commit()
        return replace(draft, picture=replace(draft.picture, name=kept.name)), None
    if "picture.drop" in request.form:
        return replace(draft, picture=Shown()), None
    name = draft.picture.name
    if name and name not in bank.sizes(connection(), [name]):
        return replace(draft, picture=replace(draft.picture, name="")), flaw_of("gone")
    return draft, None
