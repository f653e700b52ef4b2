"""The cards that stand on pages of learning."""

from typing import Any

from flask import current_app


def card(name: str, **values: Any) -> str:
    """Draw a macro of `quizzes/cards.html`; what a macro gives is markup."""
    macros = current_app.jinja_env.get_template("quizzes/cards.html").module
    drawn: str = getattr(macros, name)(**values)
    return drawn
