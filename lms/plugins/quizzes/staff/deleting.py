"""Deleting a draft of the bank that was never published, after a page that asks."""

from flask import Response, request

from lms import gettext as _
from lms.host.db import connection, db
from lms.host.i18n import language
from lms.host.web import actor, allowed, page, see
from lms.plugins.quizzes.access import WRITE
from lms.plugins.quizzes.actions.bank import IsPublished, NewerVersion, delete_draft
from lms.plugins.quizzes.domain.bank import words
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.queries import bank
from lms.plugins.quizzes.staff import blueprint
from lms.plugins.quizzes.staff.finding import versions_of


@blueprint.get("/<key>/delete")
@allowed(WRITE)
def delete(key: str) -> Response:
    """Ask whether the draft is to be deleted, and say what stays."""
    rows = versions_of(key)
    if rows[0].published:
        return _told(key, "kept")
    return page(
        "quizzes/bank/delete.html",
        title=_("Delete the draft"),
        key=key,
        row=rows[0],
        prompt=words.prompt_of(known_types().get(rows[0].type), rows[0].lent, language().code),
        stays=next((row.number for row in rows if row.published), 0),
    )


@blueprint.post("/<key>/delete")
@allowed(WRITE)
def deleted(key: str) -> Response:
    """Delete it; sent twice, the second answer is the same."""
    sent = request.form.get("number", "")
    number = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 6 else 0
    rows = bank.versions(connection(), key)
    if rows and number <= rows[0].number:
        try:
            delete_draft(db.session(), question=key, number=number, by=actor().alias)
        except (IsPublished, NewerVersion) as why:
            db.session.rollback()
            return _told(key, "kept" if isinstance(why, IsPublished) else "newer")
        db.session.commit()
    if not any(row.published for row in rows):
        return see(".index", saved="deleted", _anchor="saved")
    return _told(key, "deleted")


def _told(key: str, saved: str) -> Response:
    return see(".show", key=key, saved=saved, _anchor="saved")
