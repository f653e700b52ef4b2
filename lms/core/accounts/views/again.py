"""The passphrase once more, on the way to a page that shows or changes something sensitive (SES-8)."""

from flask import Response, request, url_for

from lms.core.accounts.views.frame import back_to, learner
from lms.host import fresh, room, web


@learner.get("/confirm")
@web.signed_in
def confirm() -> Response:
    """Ask for the passphrase, unless it was given lately."""
    back = request.args.get("back", "")
    if web.actor().fresh:
        return back_to(back)
    return fresh.again_page(fresh.AgainForm(), url_for("account.confirmed", back=back), status=200)


@learner.post("/confirm")
@web.signed_in
@room.always
def confirmed() -> Response:
    """Note that it was given and go on to where the person was going."""
    back = request.args.get("back", "")
    form = fresh.AgainForm(request.form)
    return fresh.confirm(form, url_for("account.confirmed", back=back)) or back_to(back)
