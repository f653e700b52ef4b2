"""Weights of options in per cent, as other programs write them, and points for right and wrong choices, as we do."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from lms.plugins.quizzes.domain.exchange.remarks import Refused

MOST = 10
NEAR = Fraction(1, 1000)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


def fraction(text: str) -> Fraction:
    """Read a weight.

    Raises:
        Refused: it is no number.

    """
    short = text.strip()
    number = short.replace(",", ".")
    if len(short) > 20 or not _NUMBER.fullmatch(number):
        raise Refused("number", number=short[:20])
    return Fraction(number)


def scoring(weights: Sequence[Fraction]) -> tuple[dict[str, Any] | None, bool]:
    """Return the scoring of a question with several right options, and whether it is exact; None is the usual one.

    Args:
        weights: per cent of each option; above 0 is right.

    """
    right = [weight for weight in weights if weight > 0]
    wrong = [weight for weight in weights if weight <= 0]
    if not right:
        raise Refused("no-key")
    each = sum(right, Fraction(0)) / len(right)
    same = all(abs(weight - each) < NEAR * 100 for weight in right) and len(set(wrong)) <= 1
    full = abs(sum(right, Fraction(0)) - 100) < Fraction(1, 2)
    share = (-wrong[0] / each if wrong else Fraction(1)).limit_denominator(MOST)
    if not same or share > MOST or abs(share * each + (wrong[0] if wrong else -each)) > NEAR * 100:
        return None, False
    if share == 1:
        return None, full
    return {"each_right": share.denominator, "each_wrong": -share.numerator, "floor": 0}, full


def weights(item: dict[str, Any]) -> tuple[list[Fraction], bool]:
    """Return the weight of each option of a question with several right ones, and whether they say all of it."""
    points = {"each_right": 1, "each_wrong": -1, **item.get("scoring", {})}
    right = sum(bool(option.get("correct")) for option in item["options"])
    each = Fraction(100, right)
    wrong = each * points["each_wrong"] / points["each_right"]
    held = max(wrong, Fraction(-100))
    return [each if option.get("correct") else held for option in item["options"]], held == wrong


def written(weight: Fraction) -> str:
    """Return a weight with at most five decimals, as Moodle lists them."""
    return f"{float(weight):.5f}".rstrip("0").rstrip(".")
