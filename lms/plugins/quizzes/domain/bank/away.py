"""Where no database is, such as on an author's machine: lines that need the bank are checked as far as they can be."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from lms import lazy_gettext as L_
from lms.plugins.quizzes.domain.bank.lent import Lent
from lms.plugins.quizzes.domain.quiz import is_draw
from lms.plugins.quizzes.domain.source import FEEDBACK_WORDS, Flaw

_WORDS = " ".join("–" * FEEDBACK_WORDS.start)
_STAND_IN = {
    "type": "truefalse",
    "prompt": "–",
    "answer": True,
    "feedback": {"correct": _WORDS, "incorrect": _WORDS},
}


def stand_ins(questions: Collection[str]) -> Mapping[str, Lent]:
    """Stand for the bank: a faultless question under every id, so that what the file itself says is still counted."""
    return {name: Lent(name, 0, "", _STAND_IN, {}) for name in questions}


def unseen(data: Mapping[str, Any]) -> Iterable[Flaw]:
    """Say once how many lines of a file need the bank."""
    rows = data.get("items")
    needing = [
        (place, row)
        for place, row in enumerate(rows if isinstance(rows, list | tuple) else ())
        if isinstance(row, Mapping) and ("use" in row or (is_draw(row) and "tags" in row))
    ]
    if needing:
        yield Flaw(
            ("items", needing[0][0]),
            "quiz-bank-away",
            L_(
                "There is no database here, so questions of the bank cannot be looked up. Lines that need it: %(count)s."
            ),
            L_("Check the course again on the site that has the bank."),
            "warning",
            {"count": len(needing)},
        )
