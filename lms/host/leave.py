"""The way out: POST /leave → /gone → /bye → an everyday page (EXIT-1 to EXIT-5).

The chain stays on our origin first because `form-action 'self'` blocks a form that redirects to
another site, and a direct redirect let Chromium's Back button bring the lesson back from memory.
"""

import logging

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from lms.host import room
from lms.host.contributions import Identity, Views
from lms.host.db import db
from lms.host.locks import Busy
from lms.host.plugin import current_host
from lms.host.security.sessions import expire_cookie
from lms.host.web import actor, public

log = logging.getLogger("lms.leave")

blueprint = Blueprint("host", __name__)
views = Views(blueprint, surface="public", localized=False)


@blueprint.post("/leave")
@public
@room.always
def leave() -> Response:
    """End the sign-in and start on the way out."""
    _end()
    response = Response(status=303, headers={"Location": f"{request.script_root}/gone"})
    expire_cookie(response)
    return response


def _end() -> None:
    """End the sign-in, or what one that ran out has left; whatever happens here, the browser goes on its way."""
    try:
        known = actor()
        for identity in current_host().all(Identity):
            if known.signed_in:
                identity.end(db.session(), known)
            else:
                identity.forget(db.session(), request)
        db.session.commit()
    except (SQLAlchemyError, Busy):
        log.exception("leave could not end the sign-in")
        db.session.rollback()


@blueprint.get("/gone")
@public
def gone() -> Response:
    """Show nothing, so that Back finds nothing, and go on."""
    return Response("", headers={"Refresh": f"0; url={request.script_root}/bye"}, mimetype="text/html")


@blueprint.get("/bye")
@public
def bye() -> Response:
    """Clear what the browser kept and hand over to the neutral page."""
    response = Response(status=303, headers={"Location": current_app.config["LMS"].exit_url})
    # Mounted inside another site, its cookies and storage are not ours to clear.
    kinds = '"cache"' if request.script_root else '"cache", "cookies", "storage"'
    response.headers["Clear-Site-Data"] = kinds
    return response
