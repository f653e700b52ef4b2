"""The cards that stand on pages of learning."""

from collections.abc import Hashable
from typing import Any

from flask import current_app, request

from lms.host import i18n
from lms.host.kept import Kept

MOST_CARDS = 256


def card(name: str, **values: Any) -> str:
    """Draw a macro of `quizzes/cards.html`; what a macro gives is markup."""
    macros = current_app.jinja_env.get_template("quizzes/cards.html").module
    drawn: str = getattr(macros, name)(**values)
    return drawn


def kept_card(name: str, **values: Hashable) -> str:
    """Draw a card that says the same to everybody, once for each language."""
    cards: Kept[str] = current_app.extensions.setdefault("quizzes_cards", Kept(MOST_CARDS))
    key = (name, i18n.language().code, request.script_root, *values.values())
    return cards.get(key) or cards.put(key, card(name, **values))
