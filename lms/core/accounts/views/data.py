"""My data: what is kept and until when, who sees and who opened it, a copy to take away, and the end of it all."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, current_app, request

from lms import gettext as _
from lms import ngettext
from lms.core.accounts.actions.copies import ask_copy, delete_copy
from lms.core.accounts.actions.erase import begin_erasure, set_limit
from lms.core.accounts.actions.own_key import own_key
from lms.core.accounts.api import ACCOUNT, AccountPage
from lms.core.accounts.forms.data import EraseForm, LimitForm, LockedForm
from lms.core.accounts.jobs.erase import destroy_keys
from lms.core.accounts.privacy.sights import AUDIENCES, BeforeErasing, SeenBy, Sight
from lms.core.accounts.queries import data as queries
from lms.core.accounts.views.frame import learner, public
from lms.host import clock, jobs, limits, room, web
from lms.host.contributions import PersonalData, StaffView
from lms.host.db import connection, db, reader
from lms.host.forms import Choice
from lms.host.fresh import fresh
from lms.host.i18n import language
from lms.host.inventory import Kept, ends_for, kept
from lms.host.plugin import current_host
from lms.host.printing import fill_in
from lms.host.security import audit
from lms.host.security.locked import locked
from lms.host.security.sessions import expire_cookie
from lms.host.slots import Panel
from lms.host.web import actor, page, problem, see

TYPES = {"html": "text/html", "json": "application/json"}
USUAL = 0
LOCKS = 3
LOOK_AGAIN = "5"


@learner.get("/data")
@web.signed_in
def data() -> Response:
    """Show everything that is kept about the person, why, until when, and who sees it (RET-1)."""
    end = queries.account_end(reader(), actor().person)
    form = _with_limits(LimitForm(data={"keep_days": end.keep_days or USUAL}))
    return page("accounts/data.html", title=_("My data"), form=form, **_kept(end))


@learner.post("/data")
@web.signed_in
@fresh
def limit() -> Response:
    """Keep the person's own limit."""
    form = _with_limits(LimitForm(request.form))
    if not form.validate():
        end = queries.account_end(reader(), actor().person)
        return problem("accounts/data.html", form, title=_("My data"), **_kept(end))
    set_limit(db.session(), person_id=actor().person, keep_days=form.keep_days.data or None)
    db.session.commit()
    return see("account.data", saved=1, _anchor="saved")


@learner.get("/data/seen")
@web.signed_in
def seen() -> Response:
    """Show the person as others see them, drawn by the others' own pages."""
    host = current_host()
    sights: dict[str, list[Sight]] = {audience: [] for audience in AUDIENCES}
    for source in host.all(SeenBy):
        sights[source.audience] += source.sights(reader(), actor().person)
    return page("accounts/data_seen.html", title=_("My data"), sights=sights)


@learner.get("/data/opened")
@web.signed_in
def opened() -> Response:
    """Show who on staff opened what of the person's, and when (AUD-3)."""
    views = {view.key: view.label for view in current_host().all(StaffView)}
    roles = {
        "facilitator": _("Who guides your group"),
        "coordinator": _("Who coordinates your organisation"),
        "operator": _("Who runs this site"),
    }
    openings = [
        (one.day, roles.get(one.role, one.role), views.get(one.what, one.what))
        for one in audit.openings_of(reader(), queries.audit_alias(reader(), actor().person))
    ]
    return page("accounts/data_opened.html", title=_("My data"), openings=openings)


# ---------------------------------------------------------------- a copy to take away
@learner.get("/data/copy")
@web.signed_in
def copy() -> Response:
    """Show how far the copy is, and offer it."""
    context = _copy()
    response = page("accounts/data_copy.html", title=_("My data"), form=LockedForm(), **context)
    if context["state"] is not None and not context["state"].whole:
        response.headers["Refresh"] = LOOK_AGAIN
    return response


@learner.post("/data/copy")
@web.signed_in
@fresh
def copy_asked() -> Response:
    """Begin a copy (RET-3)."""
    ask_copy(db.session(), person_id=actor().person, parts=len(current_host().all(PersonalData)))
    db.session.commit()
    jobs.wake.set()
    return see("account.copy", _anchor="copy")


@learner.post("/data/copy/delete")
@web.signed_in
@room.always
def copy_deleted() -> Response:
    """Delete the copy at once."""
    delete_copy(db.session(), person_id=actor().person)
    db.session.commit()
    return see("account.copy")


@learner.get("/data/copy/<any(html, json):kind>")
@web.signed_in
@fresh
def copy_file(kind: str) -> Response:
    """Hand the copy out; sealed notes are opened here, in memory, and nowhere else (OPS-4)."""
    state = _whole_copy()
    if state is None:
        return see("account.copy")
    return _download(_written(kind, _opened(state)), TYPES[kind], f"document.{kind}")


@learner.post("/data/copy/locked")
@web.signed_in
@fresh
def copy_locked() -> Response:
    """Hand the copy out in a file that only a secret of the person's opens (CACHE-7)."""
    state = _whole_copy()
    if state is None:
        return see("account.copy")
    form = LockedForm(request.form)
    if form.validate() and not limits.allow(f"locked copy {actor().person}", rate=LOCKS, per=60):
        form.refuse("lock", _("Too many files. Wait a minute."))
    if form.errors:
        return problem("accounts/data_copy.html", form, title=_("My data"), **_copy())
    content = _written(form.kind.data, _opened(state))
    return _download(locked(content, form.lock.data), "application/octet-stream", f"document.{form.kind.data}.age")


@learner.get("/data/copy/delete")
@learner.get("/data/copy/locked")
@web.signed_in
def copy_again() -> Response:
    """Lead back: a link to another language on the answer to a form asks for the form's own address."""
    return see("account.copy")


def _copy() -> dict[str, Any]:
    state = queries.copy_of(reader(), actor().person)
    return {"state": state, "sealed_open": own_key(reader(), actor(), request) is not None}


def _whole_copy() -> queries.CopyState | None:
    state = queries.copy_of(reader(), actor().person)
    return state if state is not None and state.whole and state.ends > clock.now() else None


def _opened(state: queries.CopyState) -> dict[str, Any]:
    """Return the parts with what is sealed to the person beside them, opened with the key of this sign-in."""
    person, parts = actor().person, queries.copy_parts(reader(), state, actor().person)
    private_key = own_key(reader(), actor(), request)
    for data in current_host().all(PersonalData):
        if data.open is not None and data.key in parts:
            parts[data.key]["opened"] = data.open(reader(), person, private_key) if private_key else None
    return parts


def _written(kind: str, parts: Mapping[str, Any]) -> str:
    if kind == "json":
        return json.dumps(parts, ensure_ascii=False, indent=1, default=str)
    titles = {plugin.name: plugin.title for plugin in current_host().plugins}
    about = {one.name: one for one in kept(current_host())}
    return fill_in(
        "accounts/copy.html", parts=parts, titles=titles, about=about, today=clock.today(), lang=language().code
    )


def _download(body: str | bytes, mimetype: str, name: str) -> Response:
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# ---------------------------------------------------------------- the end
@learner.get("/data/erase")
@web.signed_in
def erase() -> Response:
    """Say what goes and what stays."""
    return page("accounts/data_erase.html", title=_("My data"), form=_with_choices(EraseForm()))


@learner.post("/data/erase")
@web.signed_in
@fresh
@room.always
def erased() -> Response:
    """Erase the account (RET-4): it is closed when this answers, and a job does the rest within minutes."""
    form = _with_choices(EraseForm(request.form))
    if not form.validate():
        return problem("accounts/data_erase.html", form, title=_("My data"))
    person = actor().person
    begin_erasure(db.session(), person_id=person, before=form.also.data or ())
    db.session.commit()
    destroy_keys(person)
    jobs.wake.set()
    response = see("accounts.gone")
    expire_cookie(response)
    return response


@public.get("/erased")
@web.public
def gone() -> Response:
    """Say that it is done."""
    return page("accounts/gone.html", title=_("Erased"))


def _with_choices(form: EraseForm) -> EraseForm:
    offered = [one for one in current_host().all(BeforeErasing) if one.applies(connection(), actor().person)]
    form.also.choices = [Choice(one.key, one.label) for one in offered]
    return form


def _with_limits(form: LimitForm) -> LimitForm:
    usual = Choice(USUAL, ngettext("%(num)s month", "%(num)s months", queries.USUAL_DAYS // 30))
    days = [Choice(days, ngettext("%(num)s day", "%(num)s days", days)) for days in queries.KEEP_CHOICES]
    form.keep_days.choices = [usual, *days]
    return form


def _kept(end: queries.AccountEnd) -> dict[str, Any]:
    things: list[Kept] = kept(current_host())
    return {
        "end": end,
        "mine": _by_owner(one for one in things if one.personal),
        "others": _by_owner(one for one in things if not one.personal),
        "ends": ends_for(connection(), current_host(), actor().person),
        "saved": "saved" in request.args,
    }


def _by_owner(things: Iterable[Kept]) -> dict[str, list[Kept]]:
    grouped: dict[str, list[Kept]] = {}
    for one in things:
        grouped.setdefault(str(one.owner), []).append(one)
    return grouped


def on_account_page(_mine: AccountPage) -> str:
    """Lead from the account to everything that is kept."""
    parts: Any = current_app.jinja_env.get_template("accounts/data_panel.html").module
    shown: str = parts.my_data()
    return shown


account_panel = Panel(ACCOUNT, "accounts.data", on_account_page, order=30)
