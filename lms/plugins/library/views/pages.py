"""The library: its words and its cards."""

from flask import Response

from lms import gettext as _
from lms.host import clock, i18n
from lms.host.web import not_found, page, public
from lms.plugins.library import queries
from lms.plugins.library.views.frame import blueprint


@blueprint.get("/")
@public
def index() -> Response:
    """Show what there is."""
    return page("library/index.html", title=_("Library"))


@blueprint.get("/words")
@public
def words() -> Response:
    """Show every term with its meaning."""
    return page("library/words.html", title=_("Words"), topics=queries.glossary(i18n.language().code))


@blueprint.get("/cards")
@public
def cards() -> Response:
    """Show every card, and which of them are out of date."""
    found = queries.cards(i18n.language().code)
    return page("library/cards.html", title=_("Cards"), cards=list(found.values()), today=clock.today())


@blueprint.get("/cards/<int:number>")
@public
def card(number: int) -> Response:
    """Show one card, to read or to print; steps past their day stand behind a plain word about it."""
    found = next((one for one in queries.cards(i18n.language().code).values() if one.number == number), None)
    if found is None:
        not_found()
    return page("library/card.html", title=_("Card %(number)s", number=number), card=found, today=clock.today())
