"""What pydantic refuses, in words that an author can act on."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from lms import lazy_gettext as L_
from lms.plugins.quizzes.domain.source import Flaw

NAME = L_("Write a short id: small letters, digits and hyphens, beginning with a letter.")
WORDS: dict[str, tuple[str, Any, Any]] = {
    "missing": ("quiz-missing", L_("“%(key)s” is missing."), L_("Add it.")),
    "extra_forbidden": (
        "quiz-unknown-key",
        L_("“%(key)s” is not known here."),
        L_("Check the spelling or take it out."),
    ),
    "string_type": ("quiz-not-text", L_("“%(key)s” is not a text."), L_("Put it in quotation marks.")),
    "string_too_short": ("quiz-empty", L_("“%(key)s” is empty."), L_("Write the text.")),
    "string_too_long": ("quiz-long", L_("“%(key)s” is too long."), L_("Write at most %(max_length)s characters.")),
    "string_pattern_mismatch": ("quiz-bad-id", L_("“%(input)s” cannot be an id."), NAME),
    "literal_error": (
        "quiz-choice",
        L_("“%(input)s” is not allowed for “%(key)s”."),
        L_("Write one of these: %(expected)s."),
    ),
    "bool_type": (
        "quiz-switch",
        L_("“%(key)s” is neither true nor false."),
        L_("Write `true` or `false`, without quotation marks."),
    ),
    "too_short": ("quiz-too-few", L_("“%(key)s” has too few entries."), L_("Write at least %(min_length)s.")),
    "too_long": ("quiz-too-many", L_("“%(key)s” has too many entries."), L_("Write at most %(max_length)s.")),
    "tuple_type": (
        "quiz-not-list",
        L_("“%(key)s” is not a list."),
        L_("Write a list: lines that begin with a hyphen."),
    ),
    "model_type": (
        "quiz-not-mapping",
        L_("“%(key)s” is not a group of keys and values."),
        L_("Compare it with another question of this kind."),
    ),
    "greater_than_equal": (
        "quiz-value",
        L_("“%(input)s” is not allowed for “%(key)s”."),
        L_("Write a number from %(ge)s on."),
    ),
    "date_from_datetime_parsing": ("quiz-date", L_("“%(input)s” is not a date."), L_("Write it as 2027-05-22.")),
    "date_parsing": ("quiz-date", L_("“%(input)s” is not a date."), L_("Write it as 2027-05-22.")),
}
OTHER = (
    "quiz-value",
    L_("“%(input)s” is not allowed for “%(key)s”."),
    L_("Compare it with another question of this kind."),
)
LONGEST_QUOTE = 60


def flaws_of(error: ValidationError) -> Iterable[Flaw]:
    """Every fault of one `ValidationError`, each with its path."""
    for fault in error.errors(include_url=False):
        code, message, mend = WORDS.get(fault["type"], OTHER)
        path = tuple(fault["loc"])
        values = {
            **fault.get("ctx", {}),
            "key": next((str(part) for part in reversed(path) if isinstance(part, str)), ""),
            "input": str(fault["input"])[:LONGEST_QUOTE],
        }
        yield Flaw(path, code, message, mend, values=values)
