"""Numbers as other programs write them."""

import re
from decimal import Decimal

from lms.plugins.quizzes.domain.exchange.remarks import Refused

_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:[.,]\d{0,30})?|[.,]\d{1,30})(?:[eE][+-]?\d{1,2})?")


def number(text: str) -> Decimal:
    """Read a number with a point or a comma.

    Raises:
        Refused: it is none, or as long as no number of a question is.

    """
    short = text.strip()
    if not short.isascii() or not _NUMBER.fullmatch(short):
        raise Refused("number", number=short[:20])
    return Decimal(short.replace(",", "."))


def value(found: Decimal) -> int | float:
    """Return a number as YAML holds it."""
    return int(found) if found == found.to_integral_value() else float(found)


def between(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """Return the middle of a range and how far it reaches."""
    return (low + high) / 2, abs(high - low) / 2


def written(found: object) -> str:
    """Return a number of ours with a point and without an exponent."""
    text = format(Decimal(str(found)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
