"""The boxes of a question on paper: one sign each, and what it stands for in the form of the question."""

from collections.abc import Sequence

from lms.plugins.quizzes.domain.content import Box, Field, Offer, Text
from lms.plugins.quizzes.domain.slips.line import DIGITS, LETTERS

POINT, MINUS = "P", "M"
WRITTEN = {**{digit: digit for digit in DIGITS}, POINT: ".", MINUS: "-"}


def boxes_of(fields: Sequence[Field]) -> tuple[Box, ...]:
    """Return a box for each choice to make: a letter for each thing to choose from, in the order of the form.

    Nothing is returned where something is typed, or where there are more choices than letters: that is answered online.
    """
    if any(field.control == "text" or len(field.choices) > len(LETTERS) for field in fields):
        return ()
    return tuple(box for field in fields for box in _boxes(field))


def _boxes(field: Field) -> tuple[Box, ...]:
    offers = tuple(
        Offer(letter, field.name, choice.value, choice.text)
        for letter, choice in zip(LETTERS, field.choices, strict=False)
    )
    if field.control == "checkbox":
        return tuple(Box((offer,)) for offer in offers)
    return (Box(offers, field.label),)


def digit_boxes(name: str, count: int) -> tuple[Box, ...]:
    """Return boxes in which a number is written, a sign in each, for the field `name` in which it is typed."""
    offers = tuple(Offer(sign, name, value, Text(value)) for sign, value in WRITTEN.items())
    return (Box(offers),) * count
