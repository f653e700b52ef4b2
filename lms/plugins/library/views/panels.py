"""The library in a lesson: the cards and the words that go with it."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import current_app

from lms.core.learning.api import LESSON_AFTER, LessonPage
from lms.host import clock, i18n
from lms.host.slots import Panel, drawn_once
from lms.plugins.library import queries


def for_lesson(shown: LessonPage) -> str:
    """Return the cards and terms that the lesson names; no statement is needed for them."""
    if shown.body is None:
        return ""
    draw = partial(_draw, shown.body.cards, shown.body.glossary, clock.today())
    return drawn_once("library.lesson", *draw.args, draw=draw)


def _draw(cards: Sequence[str], words: Sequence[str], today: date) -> str:
    lang = i18n.language().code
    shown = [card for name in cards if (card := queries.card(lang, name))]
    terms = queries.terms(lang) if words else {}
    named = [terms[name] for name in words if name in terms]
    macro: Any = getattr(current_app.jinja_env.get_template("library/parts.html").module, "for_lesson")  # noqa: B009
    return macro(shown, named, today) if shown or named else ""


lesson_panel = Panel(LESSON_AFTER, "library.lesson", for_lesson, order=15)
