"""The library in a lesson: the cards and the words that go with it."""

from typing import Any

from flask import current_app

from lms.core.learning.api import LESSON_AFTER, LessonPage
from lms.host import clock, i18n
from lms.host.slots import Panel
from lms.plugins.library import queries


def for_lesson(shown: LessonPage) -> str:
    """Return the cards and terms that the lesson names; no statement is needed for them."""
    if shown.body is None:
        return ""
    lang = i18n.language().code
    cards = [card for name in shown.body.cards if (card := queries.card(lang, name))]
    terms = queries.terms(lang) if shown.body.glossary else {}
    words = [terms[name] for name in shown.body.glossary if name in terms]
    macro: Any = getattr(current_app.jinja_env.get_template("library/parts.html").module, "for_lesson")  # noqa: B009
    return macro(cards, words, clock.today()) if cards or words else ""


lesson_panel = Panel(LESSON_AFTER, "library.lesson", for_lesson, order=15)
