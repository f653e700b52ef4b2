"""The way out: POST /leave → /gone → /bye → an everyday page (EXIT-1 to EXIT-5).

The chain stays on our origin first because `form-action 'self'` blocks a form that redirects to
another site, and a direct redirect let Chromium's Back button bring the lesson back from memory.
"""

from flask import Blueprint, Response, current_app, request

from lms.host.contributions import Identity, Views
from lms.host.db import db
from lms.host.plugin import current_host
from lms.host.security.sessions import expire_cookie
from lms.host.web import actor, public

blueprint = Blueprint("host", __name__)
views = Views(blueprint, surface="public", localized=False)


@blueprint.post("/leave")
@public
def leave() -> Response:
    """End the sign-in and start on the way out."""
    known = actor()
    if known.signed_in:
        for identity in current_host().all(Identity):
            identity.end(db.session(), known)
        db.session.commit()
    response = Response(status=303, headers={"Location": f"{request.script_root}/gone"})
    expire_cookie(response)
    return response


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
