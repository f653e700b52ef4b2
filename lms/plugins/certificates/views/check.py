"""What anybody sees: type a code, scan it, compare a name, fetch the public key. Nothing is kept or logged (CERT-4)."""

import json

from flask import Blueprint, Response, request

from lms import gettext as _
from lms.host import clock, i18n, limits, printing
from lms.host.db import reader
from lms.host.web import page, problem, public, see
from lms.plugins.certificates.domain import claims, codes, keys
from lms.plugins.certificates.forms import CheckForm, NameForm
from lms.plugins.certificates.queries import Checked, check, name_matches, withdrawn_codes

LOOKUPS_A_MINUTE = 600
NAMES_AN_HOUR = 10

blueprint = Blueprint("certificates_check", __name__)
code_blueprint = Blueprint("certificates_code", __name__)


@blueprint.get("/check")
@public
def form() -> Response:
    """Ask for a code."""
    return page("certificates/check.html", title=_("Check"), form=CheckForm(), found=None)


@blueprint.post("/check")
@public
def look() -> Response:
    """Answer a code that was typed."""
    sent = CheckForm(request.form)
    if not sent.validate():
        return problem("certificates/check.html", sent, title=_("Check"), found=None)
    return _answer(sent, str(sent.code.data))


@code_blueprint.get("/c/<code>")
@public
def by_code(code: str) -> Response:
    """Answer the square code of a paper, in a language the visitor reads."""
    return _answer(CheckForm(data={"code": code}), code)


@blueprint.post("/check/name")
@public
def compare() -> Response:
    """Say whether a name is the one that was printed; never which one was (CERT-4)."""
    sent = NameForm(request.form)
    try:
        code = codes.parse(sent.code.data or "")
    except codes.MistypedError:
        return _unknown(CheckForm(data={"code": sent.code.data}), mistyped=True)
    if not _may_look():
        return _wait()
    found = check(reader(), code, i18n.language().code)
    asked = CheckForm(data={"code": _grouped(code)})
    if found is None:
        return _unknown(asked, mistyped=False)
    if not sent.validate():
        return problem(
            "certificates/check.html", asked, title=_("Check"), found=found, name=sent, issuer=printing.product()
        )
    if not limits.allow(f"certificate name:{codes.digest(code)}", rate=NAMES_AN_HOUR, per=3600):
        return _wait()
    matches = name_matches(reader(), code, str(sent.name.data))
    return _found(asked, found, name=sent, matches=matches)


@blueprint.get("/check/name")
@public
def compare_again() -> Response:
    """Lead back to the form: the answer to a name changes its language by address."""
    return see(".form")


@blueprint.get("/check/key")
@public
def key() -> Response:
    """Show the public key and how to check a record without asking us (CERT-2)."""
    held = json.dumps(keys.public(printing.data_folder()), indent=1, sort_keys=True)
    return page("certificates/key.html", title=_("Public key"), key=held)


@blueprint.get("/check/key.json")
@public
def key_set() -> Response:
    """Hand out the public key as a JWK set."""
    held = {"keys": [keys.public(printing.data_folder())]}
    return Response(json.dumps(held, sort_keys=True), mimetype="application/jwk-set+json")


@blueprint.get("/check/withdrawn.json")
@public
def withdrawn() -> Response:
    """Hand out the whole signed list of withdrawn codes, so that a check of one cannot be told from another (CERT-5)."""
    content = claims.withdrawn_list(withdrawn_codes(reader()), clock.today().strftime("%Y-%m"))
    return Response(claims.sign(content, keys.load(printing.data_folder())), mimetype="application/jose+json")


def _answer(asked: CheckForm, typed: str) -> Response:
    try:
        code = codes.parse(typed)
    except codes.MistypedError:
        return _unknown(asked, mistyped=True)
    if not _may_look():
        return _wait()
    found = check(reader(), code, i18n.language().code)
    return _unknown(asked, mistyped=False) if found is None else _found(asked, found)


def _may_look() -> bool:
    """Whether one more code may be looked up: counted for everybody together, whichever form asks."""
    return limits.allow("certificate check", rate=LOOKUPS_A_MINUTE, per=60)


def _wait() -> Response:
    return page("certificates/wait.html", title=_("Please wait"), status=429)


def _found(asked: CheckForm, found: Checked, *, name: NameForm | None = None, matches: bool | None = None) -> Response:
    return page(
        "certificates/check.html",
        title=_("Check"),
        form=asked,
        found=found,
        name=name or NameForm(),
        matches=matches,
        issuer=printing.product(),
    )


def _unknown(asked: CheckForm, *, mistyped: bool) -> Response:
    """Answer alike for a slip of the hand and a code of nobody's, but for the help."""
    slip = _("This cannot be a code: a letter is missing or mistyped. Compare it with the paper once more.")
    nobody = _("No certificate has this code. It may come from another site, or its owner may have erased it.")
    asked.refuse("code", slip if mistyped else nobody)
    return problem("certificates/check.html", asked, title=_("Check"), found=None)


def _grouped(code: str) -> str:
    return "-".join(codes.groups(code))
