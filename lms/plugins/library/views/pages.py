"""The library: its words, cards, addresses and help."""

from flask import Response

from lms import gettext as _
from lms.host import clock, i18n
from lms.host.web import not_found, page, public
from lms.plugins.library import queries
from lms.plugins.library.views.frame import blueprint

SUBJECTS = ("integrated", "digital", "physical", "wellbeing", "empowerment")


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
    found = queries.card(i18n.language().code, f"HC{number:02}")
    if found is None:
        not_found()
    return page("library/card.html", title=_("Card %(number)s", number=number), card=found, today=clock.today())


@blueprint.get("/addresses")
@public
def addresses() -> Response:
    """Show what others have made, by subject; nothing of it is fetched (NET-1)."""
    found = queries.addresses(i18n.language().code)
    subjects = [(pillar, [one for one in found if one.pillar == pillar]) for pillar in SUBJECTS]
    return page("library/addresses.html", title=_("Addresses"), subjects=[pair for pair in subjects if pair[1]])


@blueprint.get("/help")
@public
def help_page() -> Response:
    """Show what to do first, and who helps."""
    return page("library/help.html", title=_("Help"), needs=queries.needs(i18n.language().code))
