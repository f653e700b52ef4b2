"""Translations of bank questions, beside their source."""

from dataclasses import dataclass, replace

from flask import Response, request

from lms import gettext as _
from lms.core.catalogue.api import KeptPicture
from lms.host.db import connection, db
from lms.host.i18n import Language, direction, languages
from lms.host.web import actor, allowed, not_found, page, problem, see
from lms.plugins.quizzes.access import WRITE
from lms.plugins.quizzes.actions.bank import NewerVersion, Written, add_version
from lms.plugins.quizzes.domain.bank.words import Pair, kept, pairs_of, segments_of, sent
from lms.plugins.quizzes.domain.files import known_types
from lms.plugins.quizzes.queries import bank
from lms.plugins.quizzes.queries.bank import VersionRow
from lms.plugins.quizzes.staff import blueprint
from lms.plugins.quizzes.staff.finding import versions_of


@dataclass(frozen=True, slots=True)
class WordsForm:
    """The texts of a question in one language; `after` is the version that they were shown from."""

    pairs: list[Pair]
    after: str
    source_dir: str
    picture: KeptPicture | None = None
    refused: str = ""

    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, message) for everything that is wrong."""
        whole = [("", self.refused)] if self.refused else []
        return whole + [
            (pair.name, _("Text %(number)s: %(message)s", number=number, message=pair.error))
            for number, pair in enumerate(self.pairs, 1)
            if pair.error
        ]


@blueprint.get("/<key>/words/<text>")
@allowed(WRITE)
def words(key: str, text: str) -> Response:
    """Show each text of a question with its translation."""
    row, spoken = _found(key, text)
    return page(
        "quizzes/bank/words.html", title=_("Translation"), form=_form(row, text), key=key, row=row, spoken=spoken
    )


@blueprint.post("/<key>/words/<text>")
@allowed(WRITE)
def worded(key: str, text: str) -> Response:
    """Keep the translation as a new version of the question."""
    row, spoken = _found(key, text)
    shown = _form(row, text)
    pairs = sent(shown.pairs, request.form)
    form = replace(shown, pairs=pairs, after=request.form.get("after", ""))
    if not form.summary() and form.after == str(row.number):
        written = Written(row.item, row.lang, row.tags, row.outcome, row.review_due, {**row.words, text: kept(pairs)})
        try:
            add_version(db.session(), question=key, after=row.number, written=written, by=actor().person)
        except NewerVersion:
            db.session.rollback()
        else:
            db.session.commit()
            return see(".show", key=key, saved="draft", _anchor="saved")
    if form.after != str(row.number):
        refused = _(
            "Somebody saved another version of this question meanwhile. Look at the source, then save once more."
        )
        form = replace(form, after=str(row.number), refused=refused)
    return problem("quizzes/bank/words.html", form, title=_("Translation"), key=key, row=row, spoken=spoken)


def _found(key: str, text: str) -> tuple[VersionRow, Language]:
    row = versions_of(key)[0]
    spoken = next((one for one in languages() if one.code == text != row.lang), None)
    if spoken is None:
        not_found()
    return row, spoken


def _form(row: VersionRow, text: str) -> WordsForm:
    pairs = pairs_of(segments_of(known_types().get(row.type), row.item), row.words.get(text, {}))
    return WordsForm(pairs, str(row.number), direction(row.lang), bank.size(connection(), row.item))
