"""Sensitive acts need the passphrase again: within ten minutes before, or in the same request (SES-8).

A view says so with `@fresh` directly under its access decorator; one whose own form asks for the passphrase says
`@asks_itself`. What must never run without either is an action marked `@sensitive`: it refuses to run behind a view that
says neither, so a route that was forgotten fails at its first request instead of standing open.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, current_app, g, has_request_context, request
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from lms.host import web
from lms.host.db import READING, db, reader
from lms.host.forms import QUIET, Form
from lms.host.i18n import gettext as _
from lms.host.i18n import lazy_gettext as L_
from lms.host.security import csrf
from lms.host.security.text import LONGEST

View = TypeVar("View", bound=Callable[..., Any])
FIELD = "again_passphrase"


class Unconfirmed(RuntimeError):  # noqa: N818 - a fault of the route, found at its first request
    """A sensitive action was reached through a view that does not ask for the passphrase."""


class AgainForm(Form):
    """The passphrase, once more."""

    again_passphrase = PasswordField(
        L_("Your words or numbers"),
        validators=[InputRequired(L_("Write your words or numbers.")), Length(max=LONGEST)],
        description=L_("Spaces, capitals and accents do not matter."),
        render_kw=QUIET,
    )


def fresh(view: View) -> View:
    """Let the view run only within ten minutes after the person gave their passphrase; stands under `@signed_in`."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return ask() or view(*args, **kwargs)

    guarded.fresh = True  # type: ignore[attr-defined]
    return cast("View", guarded)


def asks_itself(view: View) -> View:
    """Say that the view's own form asks for the passphrase, or that the person proved themselves in another way."""
    view.fresh = True  # type: ignore[attr-defined]
    return view


def sensitive(action: View) -> View:
    """Let an action run only behind `@fresh` or `@asks_itself`, or outside requests: commands and jobs."""

    @wraps(action)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if has_request_context() and request.endpoint is not None:
            view = current_app.view_functions[request.endpoint]
            if not getattr(view, "fresh", False):
                raise Unconfirmed(f"{request.endpoint} reaches {action.__name__} and does not ask for the passphrase")
        return action(*args, **kwargs)

    return cast("View", checked)


def ask() -> Response | None:
    """Ask for the passphrase on the way through a view; `None` once it is given and right."""
    if web.actor().fresh:
        return None
    if request.method in READING:
        back = request.full_path if request.query_string else request.path
        return web.see(web.identities()[0].confirm, back=back)
    if FIELD not in request.form:
        return again_page(AgainForm(), request.full_path.rstrip("?"), status=403)
    form = AgainForm(request.form)
    if refused := confirm(form, request.full_path.rstrip("?")):
        return refused
    request.form = ImmutableMultiDict((name, value) for name, value in request.form.items(multi=True) if name != FIELD)
    return None


def confirm(form: AgainForm, action: str) -> Response | None:
    """Check the passphrase of a form and note the moment; what is wrong comes back as a page.

    Args:
        form: as sent.
        action: where the page sends it again.

    """
    status = 422
    if form.validate():
        answer = next((found for found in map(_asked, web.identities()) if found != "no"), "no")
        if answer == "yes":
            db.session.commit()
            reader().rollback()  # the view reads what is true now, not what was before the answer
            g.actor = replace(web.actor(), fresh=True)
            return None
        if answer == "wait":
            status = 429
            form.refuse("", _("Too many tries with this name. Wait a minute."))
        else:
            form.refuse(FIELD, _("These are not your words. Check them and try again."))
    return again_page(form, action, status=status)


def _asked(identity: Any) -> str:
    answer: str = identity.confirms(db.session(), web.actor(), request, request.form.get(FIELD, ""))
    return answer


def again_page(form: AgainForm, action: str, *, status: int) -> Response:
    """Show the question; everything typed before comes along, but no secret."""
    title = _("Is it you?")
    heading = _("Problem: %(title)s", title=title) if form.errors else title
    return web.page("host/again.html", status=status, title=heading, form=form, action=action, carried=_carried())


def _carried() -> list[tuple[str, str]]:
    left_out = {csrf.FIELD, FIELD} | web.secret_fields()
    return [(name, value) for name, value in request.form.items(multi=True) if name not in left_out]
