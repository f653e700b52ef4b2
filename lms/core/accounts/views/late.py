"""What was sent after a sign-in had ended, offered again to the person who wrote it (SES-7)."""

from uuid import UUID

from flask import Response, request

from lms import gettext as _
from lms.core.accounts.actions.late import delete_late_text, open_late_texts
from lms.core.accounts.actions.own_key import own_key
from lms.core.accounts.queries.late import late_texts
from lms.core.accounts.views.frame import learner, place
from lms.host import room, web
from lms.host.db import db, reader
from lms.host.web import actor, page, see


@learner.get("/late")
@web.signed_in
def late() -> Response:
    """Show what was sent late, opened with the key of this sign-in."""
    private_key = own_key(reader(), actor(), request)
    texts = open_late_texts(late_texts(reader(), actor().person), person_id=actor().person, private_key=private_key)
    places = {text.id: place(text.path) for text in texts}
    return page(
        "accounts/late.html", title=_("Kept texts"), texts=texts, places=places, has_key=private_key is not None
    )


@learner.get("/late/<uuid:text_id>/delete")
@web.signed_in
def late_again(text_id: UUID) -> Response:
    """Lead back: a link to another language asks for this address."""
    del text_id
    return see("account.late")


@learner.post("/late/<uuid:text_id>/delete")
@web.signed_in
@room.always
def late_deleted(text_id: UUID) -> Response:
    """Delete one text; asking twice does no harm, and another person's is not touched."""
    delete_late_text(db.session(), person_id=actor().person, text_id=text_id)
    db.session.commit()
    return see("account.late")
