"""Writing a question: a new one, or a new version of one that is there."""

import secrets
from base64 import b32encode
from typing import Any

from flask import Response, request

from lms import gettext as _
from lms.host.db import connection, db
from lms.host.i18n import direction, language, languages
from lms.host.security.current import vault
from lms.host.web import actor, allowed, page, problem, see, takes
from lms.plugins.quizzes.access import WRITE
from lms.plugins.quizzes.actions.bank import NewerVersion, Written, add_version
from lms.plugins.quizzes.domain.bank.draft import Draft, DraftForm
from lms.plugins.quizzes.domain.bank.lent import Lent
from lms.plugins.quizzes.domain.exchange import MOST_BYTES
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.queries import bank
from lms.plugins.quizzes.queries.bank import VersionRow
from lms.plugins.quizzes.staff import blueprint
from lms.plugins.quizzes.staff.finding import kind_of, versions_of
from lms.plugins.quizzes.staff.picturing import with_picture
from lms.plugins.quizzes.staff.preview import Preview, of_lent, preview

BUTTONS = frozenset({"add", "drop", "look"})
MOST_BODY = MOST_BYTES + 150_000  # a picture that is too large is told so, and what was typed beside it stays


@blueprint.get("/new")
@allowed(WRITE)
def choose() -> Response:
    """Ask which kind of question it is."""
    return page("quizzes/bank/choose.html", title=_("New question"), kinds=known_types())


@blueprint.get("/new/<kind>")
@allowed(WRITE)
def new(kind: str) -> Response:
    """Show the empty form of a kind."""
    draft = Draft.blank(kind_of(kind), language().code)
    return _page(DraftForm(draft, new_key()), None)


@blueprint.post("/new/<kind>")
@allowed(WRITE)
@takes(MOST_BODY)
def created(kind: str) -> Response:
    """Keep a new question as a draft; sent twice, it is one."""
    draft, unread = with_picture(Draft.sent(kind_of(kind), _sent(), _lang()))
    key = request.form.get("key", "")[:64]
    question = new_id(key)
    if request.form.keys() & BUTTONS and unread is None:
        return _page(DraftForm(draft, key), None, shown=_look(draft))
    draft = draft.settled()
    form = DraftForm(draft, key, checked=True, unread=unread)
    if form.wrong:
        return _again(form, None)
    written = _written(draft)
    if not add_version(db.session(), question=question, after=0, written=written, by=actor().person):
        newest = versions_of(question)[0]
        if newest.item != written.item:  # somebody went back to this form and wrote on
            add_version(db.session(), question=question, after=newest.number, written=written, by=actor().person)
    db.session.commit()
    return see(".show", key=question, saved="draft", _anchor="saved")


@blueprint.get("/<key>/edit")
@allowed(WRITE)
def edit(key: str) -> Response:
    """Show the form of the newest version, or of an older one to begin from."""
    rows = versions_of(key)
    row = next((one for one in rows if str(one.number) == request.args.get("version", "")), rows[0])
    head = {
        "tags": ", ".join(row.tags),
        "outcome": row.outcome,
        "review_due": row.review_due.isoformat() if row.review_due else "",
    }
    draft = Draft.of(kind_of(row.type), row.item, head, row.lang)
    return _page(DraftForm(draft, str(rows[0].number)), rows[0])


@blueprint.post("/<key>/edit")
@allowed(WRITE)
@takes(MOST_BODY)
def edited(key: str) -> Response:
    """Keep what was written as the next version; what it was made from stays as it is."""
    newest = versions_of(key)[0]
    draft, unread = with_picture(Draft.sent(kind_of(newest.type), _sent(), newest.lang))
    after = request.form.get("key", "")[:64]
    if request.form.keys() & BUTTONS and unread is None:
        return _page(DraftForm(draft, after), newest, shown=_look(draft))
    draft = draft.settled()
    form = DraftForm(draft, after, checked=True, unread=unread)
    if form.wrong:
        return _again(form, newest)
    try:
        add_version(
            db.session(),
            question=key,
            after=int(after) if after.isascii() and after.isdecimal() and int(after) else -1,
            written=_written(draft, newest),
            by=actor().person,
        )
    except NewerVersion:
        db.session.rollback()
        refused = _(
            "Somebody saved another version of this question meanwhile. Nothing of yours is saved yet. "
            "Save once more to put yours after theirs."
        )
        return _again(DraftForm(draft, str(newest.number), refused=refused), newest)
    db.session.commit()
    return see(".show", key=key, saved="draft", _anchor="saved")


def new_key() -> str:
    """Return the key of a form, so that sending it twice makes one question (DUR-5)."""
    return secrets.token_urlsafe(12)


def new_id(key: str) -> str:
    """Return the id that this very form makes: random to everybody else, and never a word."""
    digest = vault().mac(f"{actor().person} {key}", purpose="new question")
    return f"b{b32encode(digest)[:10].decode().lower()}"


def _sent() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form}


def _lang() -> str:
    wanted = request.form.get("lang", "")
    return wanted if wanted in {one.code for one in languages()} else language().code


def _written(draft: Draft, before: VersionRow | None = None) -> Written:
    item, _none = draft.item()
    words = before.words if before else {}
    return Written(item, draft.lang, draft.tags, draft.head["outcome"], draft.review_due, words)


def _look(draft: Draft) -> Preview | None:
    """Return what the form would look like to a learner, as far as it can be read."""
    if "look" not in request.form:
        return None
    item, wrong = draft.settled().item()
    question = None if wrong else of_lent(Lent("q", 1, draft.lang, item, {}), draft.kind, draft.lang)
    return preview(question, {}) if question else None


def _page(form: DraftForm, newest: VersionRow | None, *, shown: Preview | None = None) -> Response:
    return page("quizzes/bank/edit.html", title=_title(newest), form=form, **_context(form, newest, shown))


def _again(form: DraftForm, newest: VersionRow | None) -> Response:
    return problem("quizzes/bank/edit.html", form, title=_title(newest), **_context(form, newest, None))


def _context(form: DraftForm, newest: VersionRow | None, shown: Preview | None) -> dict[str, Any]:
    looked = "look" in request.form
    return {
        "picture": bank.size(connection(), form.draft.picture.item()),
        "kind": form.draft.kind,
        "newest": newest,
        "preview": shown,
        "looked": looked,
        "languages": languages(),
        "dir": direction(form.draft.lang),
    }


def _title(newest: VersionRow | None) -> str:
    return _("Edit question") if newest else _("New question")
