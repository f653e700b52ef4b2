"""One request: who may call a route, what a page is made of, how a view answers.

Every view carries exactly one of `@public`, `@signed_in` and `@allowed(PERMISSION)`; a route
without one stops the start (AUTHZ-1).
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from io import BytesIO
from typing import Any, NoReturn, Protocol, TypeVar, cast

from flask import Flask, Request, Response, abort, current_app, g, request, url_for
from werkzeug.exceptions import NotFound

from lms.host import i18n, room
from lms.host.actor import ANONYMOUS, Actor
from lms.host.contributions import Identity, Permission
from lms.host.db import READING, close_reader, db, reader
from lms.host.frame import frame, kind
from lms.host.kept import Kept
from lms.host.moulds import GAP, Mould, mould
from lms.host.plugin import Host, StartupError, current_host
from lms.host.security import csrf
from lms.host.security.sessions import expire_cookie

View = TypeVar("View", bound=Callable[..., Any])


class FormLike(Protocol):
    """What `problem` needs of a form."""

    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, message) for everything that is wrong."""
        ...


@dataclass(frozen=True)
class Access:
    """Who may call a view."""

    kind: str
    permission: Permission | None = None


class Asked(Request):
    """A request of which nothing is on disk, with cookies read in one pass: ours are plain tokens, none is quoted."""

    def _get_file_stream(self, *_args: Any, **_named: Any) -> BytesIO:
        """Keep the parts of a form in memory: a body is small, and what people send is never on disk in clear (OPS-4)."""
        return BytesIO()

    @cached_property
    def cookies(self) -> Mapping[str, str]:  # type: ignore[override]
        """What the browser sent."""
        pairs = (part.strip().partition("=") for part in self.environ.get("HTTP_COOKIE", "").split(";"))
        return {name: value for name, _, value in pairs}


def public(view: View) -> View:
    """Let anybody call this view."""
    return _marked(view, view, Access("public"))


def signed_in(view: View) -> View:
    """Let any signed-in person call this view; others are sent to sign in."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not actor().signed_in:
            return ask_to_sign_in()
        return view(*args, **kwargs)

    return _marked(cast("View", guarded), view, Access("signed_in"))


def allowed(permission: Permission) -> Callable[[View], View]:
    """Let people with a role that carries `permission` call this view; for others it is absent."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not actor().signed_in:
                return ask_to_sign_in()
            if not any(actor().has(role) for role in permission.roles):
                return ask_for_factor(permission)
            return view(*args, **kwargs)

        return _marked(cast("View", guarded), view, Access("allowed", permission))

    return decorate


def takes(most: int) -> Callable[[View], View]:
    """Let this view take up to `most` bytes, from those alone who may call it; stands below `@allowed`."""

    def decorate(view: View) -> View:
        view.most = most  # type: ignore[attr-defined]
        return view

    return decorate


def _make_room(view: Callable[..., Any], access: Access) -> None:
    """Raise the limit of a body before it is read, for a file that somebody with the right role hands in."""
    most: int = getattr(view, "most", 0)
    if most and access.permission and any(actor().has(role) for role in access.permission.roles):
        request.max_content_length = request.max_form_memory_size = most


def _marked(guarded: View, view: View, access: Access) -> View:
    if hasattr(view, "access"):
        message = f"{view.__name__} has two access decorators"
        raise StartupError(message)
    guarded.access = access  # type: ignore[attr-defined]
    return guarded


def check_routes(app: Flask) -> None:
    """Refuse to start with a route that does not say who may call it (AUTHZ-1)."""
    silent = [
        rule.endpoint for rule in app.url_map.iter_rules() if not hasattr(app.view_functions[rule.endpoint], "access")
    ]
    if silent:
        message = f"These routes do not declare who may call them: {', '.join(sorted(set(silent)))}"
        raise StartupError(message)
    for endpoint, view in app.view_functions.items():
        access: Access = getattr(view, "access")  # noqa: B009 - set by the decorators
        if getattr(view, "fresh", False) and access.kind == "public":
            message = f"{endpoint} asks for the passphrase of a person and lets anybody in"
            raise StartupError(message)


def actor() -> Actor:
    """Return who is asking; read once a request, always on the read-only connection."""
    known: Actor | None = g.get("actor")
    if known is None:
        known = g.actor = _identify()
    return known


def identities() -> tuple[Identity, ...]:
    """Return the identities in the order in which they are asked."""
    return _identities(current_host())


@lru_cache(maxsize=8)
def _identities(host: Host) -> tuple[Identity, ...]:
    return tuple(sorted(host.all(Identity), key=lambda identity: identity.order))


def _identify() -> Actor:
    try:
        for identity in identities():
            found = identity.actor(reader(), request)
            if found is not None:
                return found
        return ANONYMOUS
    finally:
        if request.method not in READING:
            close_reader()  # a snapshot that is kept until the commit would keep the log from being folded then (DUR-3)


def csrf_token() -> str:
    """Return the forgery token of this page, for a hidden field; empty for visitors, who have none."""
    if "csrf" not in g:
        known = actor()
        g.csrf = csrf.masked(known.csrf) if known.signed_in else ""
    return str(g.csrf)


def guard() -> Response | None:
    """Refuse forged requests before the view runs (SES-9), and reading from other sites (NET-5)."""
    if request.endpoint is None:
        return None
    access: Access = getattr(current_app.view_functions[request.endpoint], "access")  # noqa: B009 - set by the decorators
    if request.method in READING:
        if access.kind != "public" and not csrf.may_open(request):
            abort(400)
        return None
    if not csrf.from_here(request):
        abort(400)
    view = current_app.view_functions[request.endpoint]
    if not getattr(view, "always", False) and room.is_short(current_app.config["LMS"].folder):
        abort(503)
    if access.kind == "public" or not actor().signed_in:
        return None
    _make_room(view, access)
    if not csrf.matches(actor().csrf, request.form.get(csrf.FIELD, "")):
        abort(400)
    return None


def ask_to_sign_in() -> Response:
    """Send a visitor to sign in; what they posted comes back in this one response, readable."""
    if request.method in READING:
        return see(identities()[0].sign_in)
    if request.endpoint in {identity.sign_out for identity in identities()}:
        return _already_out()
    fields = typed()
    kept = bool(fields) and any(one.keep(db.session(), request, request.path, fields) for one in identities())
    db.session.commit()
    title = i18n.gettext("Kept for you") if kept else i18n.gettext("Not saved")
    return page("host/signed_out.html", status=401, title=title, typed=[] if kept else fields, kept=kept)


def _already_out() -> Response:
    """Sign somebody out whose sign-in had ended before: nothing of it stays."""
    for identity in identities():
        identity.forget(db.session(), request)
    db.session.commit()
    response = see("accounts.signed_out")
    expire_cookie(response)
    return response


def ask_for_factor(permission: Permission) -> Response:
    """Lead people whose roles wait for a second factor to its set-up; for all others the page is absent (ACC-6)."""
    if not any(grant.role in permission.roles for grant in actor().waiting):
        not_found()
    return page("host/second_factor.html", status=403, title=i18n.gettext("Second step"), url=_factors_url())


def _factors_url() -> str:
    return url_for(identities()[0].factors)


def typed() -> list[tuple[str, str]]:
    """Return the fields of a form that could not be saved, to give back in this one answer; never a secret."""
    left_out = {csrf.FIELD, "key", "state"} | secret_fields()
    return [(name, value) for name, value in request.form.items(multi=True) if name not in left_out and value.strip()]


def secret_fields() -> frozenset[str]:
    """Return the names of fields that are never shown, kept or carried: what people sign in with."""
    return frozenset[str]().union(*(identity.secret_fields for identity in current_host().all(Identity)))


def page(template: str, *, title: str, status: int = 200, **context: Any) -> Response:
    """Render a page.

    Args:
        template: path of the template.
        title: what stands before the product's name in the window title; never a topic (CACHE-4).
        status: HTTP status.
        **context: values of the page, a dataclass by preference.

    """
    who = actor()
    body = current_app.jinja_env.get_template(template).render(frame=frame(who, title), actor=who, **context)
    return Response(body, status=status, mimetype="text/html")


def kept_page(template: str, *, title: str, facts: tuple[Hashable, ...], **context: Any) -> Response:
    """Answer a signed-in person with a page that many see alike; it is drawn once and its token filled in.

    Args:
        template: path of the template.
        title: as for `page`.
        facts: everything that makes this page differ from another person's. What is in `context` must follow from the
            facts alone: the page is shown to the next person with the same ones.
        **context: values of the page.

    """
    who = actor()
    pages: Kept[Mould] = current_app.extensions["lms_pages"]
    key = (kind(who), request.full_path, title, facts)
    made = pages.get(key)
    if made is None:
        shown = current_app.jinja_env.get_template(template).render(frame=frame(who, title, GAP), actor=None, **context)
        made = pages.put(key, Mould(shown.encode()))
    elif not made.pressed:  # asked for again: worth the work
        made = pages.put(key, mould(made.page))
    accepted = request.headers.get("Accept-Encoding", "")
    body, encoding = made.filled(csrf.masked(who.csrf).encode(), accepted)
    response = Response(body, mimetype="text/html", headers={"Vary": "Accept-Encoding"})
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


def problem(template: str, form: FormLike, *, title: str, **context: Any) -> Response:
    """Render the page of a form again, with what is wrong first and everything typed kept."""
    heading = i18n.gettext("Problem: %(title)s", title=title)
    return page(template, status=422, title=heading, form=form, **context)


def see(endpoint: str, **values: Any) -> Response:
    """Answer a POST with the page to look at (303), so that reloading does not send it again."""
    return Response(status=303, headers={"Location": url_for(endpoint, **values)})


def not_found() -> NoReturn:
    """Answer alike for what is absent and what is not the actor's (AUTHZ-2)."""
    raise NotFound
