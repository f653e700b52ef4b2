"""What the pages of accounts share: the two blueprints, the way home, words shown once, a busy answer."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from lms import gettext as _
from lms.core.accounts.forms import ConfirmForm
from lms.host import clock
from lms.host.i18n import language
from lms.host.security import passphrases
from lms.host.security.current import vault
from lms.host.security.sealed import CannotOpen
from lms.host.web import actor, not_found, page, problem, see

public = Blueprint("accounts", __name__)
learner = Blueprint("account", __name__, url_prefix="/account")
HOME = "learning.home"
STATE_LIVES = timedelta(hours=12)


@public.app_errorhandler(passphrases.Busy)  # whichever package asked for the passphrase
def busy(error: passphrases.Busy) -> Response:
    """Say that too many people are signing in, and when to come back (ACC-5)."""
    response = page("accounts/busy.html", title=_("Busy"), status=503)
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def own_person() -> UUID:
    """Return who is asking, if they sign in here: an outer site has keys, sign-ins and second factors of its own."""
    return actor().person if actor().signin else not_found()


def home(lang: str = "") -> Response:
    """Go to the signed-in front page."""
    return see(HOME, lang=lang or language().code)


def back_to(path: str) -> Response:
    """Go back to the page a button stood on, if it is one of ours (NET-7)."""
    bare, _mark, query = path.partition("?")
    found = _match(bare)
    if found is None:
        return home()
    endpoint, values = found
    asked = {name: value for name, value in parse_qsl(query[:500]) if name.isidentifier() and name[0] != "_"}
    return see(endpoint, **(asked | dict(values)))


def place(path: str) -> str:
    """Return the address of a page of ours that stands at a path, or nothing."""
    found = _match(path)
    return url_for(found[0], **found[1]) if found else ""


def _match(path: str) -> tuple[str, Mapping[str, Any]] | None:
    try:
        adapter = current_app.create_url_adapter(request)
        return adapter.match(path, method="GET") if adapter else None
    except (HTTPException, RequestRedirect):
        return None


# ---------------------------------------------------------------- a passphrase, shown once
@dataclass(frozen=True, slots=True)
class Shown:
    """A passphrase on its way through the browser and back; the server keeps nothing of it (settled 21)."""

    purpose: str
    subject: str
    handle: str
    code: str
    parts: tuple[str, ...]
    kind: str
    places: tuple[int, int]
    made: str

    @property
    def passphrase(self) -> str:
        """The whole of it."""
        return " ".join(self.parts)


def new_words(purpose: str, subject: str, *, handle: str, code: str = "") -> Shown:
    """Make a passphrase in the language of the page.

    Args:
        purpose: `join` or `key`; a form sealed for one is refused by the other.
        subject: id of the person it will belong to.
        handle: their name.
        code: invitation code, to be kept if something goes wrong.

    """
    made = passphrases.generate(language().code)
    places = passphrases.positions(made.parts)
    return Shown(purpose, subject, handle, code, made.parts, made.kind, places, clock.now().isoformat())


def words_page(shown: Shown, action: str, form: ConfirmForm | None = None) -> Response:
    """Show the words and ask for two of them; with a form that is wrong, say what is wrong."""
    asked = form or ConfirmForm()
    asked.state.data = vault().seal_form(json.dumps(asdict(shown)).encode(), context=shown.purpose)
    asked.label_parts(shown.places, shown.kind)
    asked.first.data = asked.second.data = ""
    context: dict[str, Any] = {"shown": shown, "action": url_for(action), "title": _("Your key")}
    if form is None:
        return page("accounts/words.html", form=asked, **context)
    return problem("accounts/words.html", asked, **context)


def read_state(form: ConfirmForm, purpose: str) -> Shown | None:
    """Open what came back; `None` if it is not ours or too old."""
    try:
        raw = json.loads(vault().open_form(form.state.data or "", context=purpose))
    except CannotOpen:
        return None
    shown = Shown(**(raw | {"parts": tuple(raw["parts"]), "places": tuple(raw["places"])}))
    return shown if clock.now() - datetime.fromisoformat(shown.made) < STATE_LIVES else None


def check_words(form: ConfirmForm, shown: Shown) -> bool:
    """Whether both parts were copied right; otherwise the form says which one was not."""
    form.label_parts(shown.places, shown.kind)
    form.validate()
    wrong = (
        _("This is not the group shown at this place. Look again and copy it.")
        if shown.kind == "digits"
        else _("This is not the word shown at this place. Look again and copy it.")
    )
    right = True
    for name, place in zip(("first", "second"), shown.places, strict=True):
        if not passphrases.same(form[name].data or "", shown.parts[place - 1]):
            form[name].errors = [wrong]
            right = False
    return right
