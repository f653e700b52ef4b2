"""Questions from other programs into the bank, and out of it. The formats are imported only when one is asked for."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Response, request

from lms import gettext as _
from lms.host import clock
from lms.host.db import connection, db
from lms.host.i18n import language, languages
from lms.host.security.current import vault
from lms.host.security.sealed import CannotOpen, cell
from lms.host.web import actor, allowed, not_found, page, problem, see, takes
from lms.plugins.quizzes.access import WRITE
from lms.plugins.quizzes.actions.bank import NoPicture, Written, add_version, keep_pictures
from lms.plugins.quizzes.domain.bank.pictured import name_in, readable
from lms.plugins.quizzes.domain.bank.words import source_of
from lms.plugins.quizzes.domain.exchange import FORMATS, MOST_BYTES, MOST_MEGABYTES
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.queries import bank
from lms.plugins.quizzes.staff import blueprint
from lms.plugins.quizzes.staff.finding import desk
from lms.plugins.quizzes.staff.questions import wanted

if TYPE_CHECKING:
    from lms.plugins.quizzes.domain.exchange.draft import Entry
    from lms.plugins.quizzes.domain.exchange.out import Parting

MOST_BODY = MOST_BYTES + 150_000  # stays below what the server takes at all
MOST_OPEN = 30_000_000
ENDINGS = {"gift": "txt", "aiken": "txt", "moodle-xml": "xml", "qti21": "zip", "qti30": "zip"}
NAMES = {"gift": "GIFT", "aiken": "Aiken", "moodle-xml": "Moodle XML", "qti21": "QTI 2.1", "qti30": "QTI 3.0"}


@dataclass(frozen=True, slots=True)
class UploadForm:
    """The form that asks for a file, with what is wrong."""

    lang: str
    refused: str = ""
    field: str = ""

    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, message)."""
        return [(self.field, self.refused)] if self.refused else []


@blueprint.get("/import")
@allowed(WRITE)
def upload() -> Response:
    """Ask for a file."""
    return page("quizzes/bank/import.html", title=_("Import"), form=UploadForm(language().code), languages=languages())


@blueprint.post("/import")
@allowed(WRITE)
@takes(MOST_BODY)
def uploaded() -> Response:
    """Say what would become of each question of a file; nothing is kept of it but its pictures, for two days."""
    from lms.plugins.quizzes.domain.exchange import bankfile

    sent = request.files.get("file")
    data = sent.stream.read(MOST_BYTES + 1) if sent else b""
    lang = _lang()
    if not data:
        return _asked_again(lang, _("Choose a file."))
    if len(data) > MOST_BYTES:
        return _asked_again(lang, _("The file is larger than %(most)s MB.", most=MOST_MEGABYTES))
    entries = _entries(data)
    pictures = [one for made in bankfile.brought(entries) if (one := readable(made))]
    if pictures:
        keep_pictures(db.session(), pictures)
        db.session.commit()
    return page(
        "quizzes/bank/import_rows.html",
        title=_("Import"),
        entries=entries,
        new=sum(entry.item is not None and not entry.known for entry in entries),
        refused=sum(entry.refused is not None for entry in entries),
        pictures=len(pictures),
        sealed=_sealed(entries, lang),
    )


@blueprint.post("/import/keep")
@allowed(WRITE)
@takes(MOST_BODY)
def imported() -> Response:
    """Keep as drafts what was shown; what is there already stays as it is, so twice makes nothing twice."""
    try:
        data = vault().open_form(request.form.get("questions", ""), context=_place())
    except CannotOpen:
        return _asked_again(language().code, _("This page is too old. Choose the file once more."))
    found = json.loads(zlib.decompressobj().decompress(data, MOST_OPEN))
    try:
        for row in found["questions"]:
            written = Written(row["item"], found["lang"], row["tags"], row["outcome"])
            add_version(db.session(), question=row["question"], after=0, written=written, by=actor().person)
    except NoPicture:
        db.session.rollback()
        return _asked_again(language().code, _("This page is too old. Choose the file once more."))
    db.session.commit()
    return see(".index", state="draft")


def _asked_again(lang: str, refused: str) -> Response:
    form = UploadForm(lang, refused, "file")
    return problem("quizzes/bank/import.html", form, title=_("Import"), languages=languages())


def _lang() -> str:
    wished = request.form.get("lang", "")
    return wished if wished in {one.code for one in languages()} else language().code


def _entries(data: bytes) -> "list[Entry]":
    from lms.plugins.quizzes.domain.exchange import bankfile, formats

    rows = bank.newest(connection())
    contents = {bankfile.content_of(row.version.item): row.version.question for row in rows}
    return bankfile.arrived(formats.read(data, known_types()), contents, {row.version.question for row in rows})


def _sealed(entries: "Sequence[Entry]", lang: str) -> str:
    """Let the questions travel through the browser, so that nothing is kept before it is confirmed."""
    from lms.plugins.quizzes.domain.exchange import bankfile

    found = {"lang": lang, "questions": [asdict(row) for row in bankfile.new_ones(entries)]}
    return vault().seal_form(zlib.compress(json.dumps(found).encode(), 9), context=_place())


def _place() -> str:
    return cell("C1", "quizzes_item", "import", actor().person, clock.today().isoformat())


@dataclass(frozen=True, slots=True)
class Parcel:
    """What the bank gives out in one format."""

    data: bytes
    partings: "Sequence[Parting]" = field(default=())


@blueprint.get("/export")
@allowed(WRITE)
def export() -> Response:
    """Say what each format holds of the questions that were looked for."""
    form = request.args.get("form", "")
    parcel = _parcel(form) if form in FORMATS else None
    query = {name: value for name, value in request.args.items() if name not in {"form", "page"} and value}
    return page("quizzes/bank/export.html", title=_("Export"), parcel=parcel, form=form, formats=NAMES, query=query)


@blueprint.get("/export/<form>")
@allowed(WRITE)
def exported(form: str) -> Response:
    """Hand out the file."""
    if form not in FORMATS:
        not_found()
    name = f"questions.{ENDINGS[form]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_parcel(form).data, mimetype="application/octet-stream", headers=headers)


def _parcel(form: str) -> Parcel:
    from lms.plugins.quizzes.domain.exchange import formats

    look, today = wanted(), clock.today()
    keys = {row.key for row in desk().everything() if row.number and look.fits(row, today)}
    chosen: list[tuple[str, Any]] = []
    for found in bank.newest(connection()):
        row = found.version
        kind = known_types().get(row.type)
        if row.question in keys and kind and source_of(kind, row.item):
            marks = {"outcome": row.outcome} if row.outcome else {}
            chosen.append((f"bank.{row.question}", {"id": row.question, **row.item, **marks}))
    held = {one.name: one.data for one in bank.pictures(connection(), {name_in(item) for _name, item in chosen} - {""})}
    pictures = {name: held[file] for name, item in chosen if (file := name_in(item)) in held}
    return Parcel(*formats.write(chosen, form, pictures))
