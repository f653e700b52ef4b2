"""Reading a typed number: any decimal digits, comma or point, Arabic separators, signs, bidi marks, a unit behind it."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

LONGEST = 40
MOST_DIGITS = 18
_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_GAPS = re.compile("[\\s\u00a0\u2009\u202f_'\u2019\u066c]")
_SIGNS = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "\ufe63": "-", "\uff0d": "-", "\u060c": ",", "\uff0c": ",", "\uff0e": "."}
)
_SHAPE = re.compile(r"[+-]?(?:\d+(?:[.,\u066b]\d*)*|[.,\u066b]\d+)")
Trouble = Literal["empty", "not-a-number", "thousands", "long"]


@dataclass(frozen=True, slots=True)
class Read:
    """A number, or the one reason why there is none."""

    value: Decimal | None
    trouble: Trouble | None = None


def _western(text: str) -> str:
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def _without_unit(text: str, unit: str) -> str:
    text, unit = text.rstrip(), unit.strip()
    end = len(text) - len(unit)
    return text[:end] if unit and text[end:].casefold() == unit.casefold() else text


def _point(digits: str) -> str | None:
    """The number with a point for its fraction; None where three digits behind one separator may mean thousands."""
    if "\u066b" in digits:  # this sign has no other meaning
        return digits.replace("\u066b", ".") if len(re.findall("[.,\u066b]", digits)) == 1 else ""
    seen = [sign for sign in digits if sign in ",."]
    if not seen:
        return digits
    last = seen[-1]
    whole, _, fraction = digits.rpartition(last)
    if len(set(seen)) == 1 and len(seen) > 1:  # 1,234,567: one sign used twice can only group
        groups = digits.lstrip("+-").split(last)
        return digits.replace(last, "") if all(len(group) == 3 for group in groups[1:]) and groups[0] else ""
    if len(seen) == 1 and len(fraction) == 3 and 1 <= len(whole.lstrip("+-0")) <= 3:
        return None
    if last in whole or (len(seen) > 1 and not _grouped(whole)):
        return ""
    return whole.replace(",", "").replace(".", "") + "." + fraction


def _grouped(whole: str) -> bool:
    head, *groups = re.split("[,.]", whole.lstrip("+-"))
    return 1 <= len(head) <= 3 and all(len(group) == 3 for group in groups)


def read_number(typed: str, unit: str = "") -> Read:
    """The number a person typed.

    `1,5` and `1.5` are one and a half; `1.500,5` and `1,500.5` are both clear; `1,500` may be one and a half or
    fifteen hundred, so it is asked again rather than guessed.
    """
    if len(typed) > LONGEST:
        return Read(None, "long")
    text = _MARKS.sub("", unicodedata.normalize("NFKC", typed))
    text = _without_unit(text, unicodedata.normalize("NFKC", unit))
    text = _GAPS.sub("", _western(text.translate(_SIGNS)))
    if not text:
        return Read(None, "empty")
    if not _SHAPE.fullmatch(text):
        return Read(None, "not-a-number")
    if sum(sign.isdigit() for sign in text) > MOST_DIGITS:
        return Read(None, "long")
    pointed = _point(text)
    if pointed is None:
        return Read(None, "thousands")
    if not pointed:
        return Read(None, "not-a-number")
    return Read(plain(Decimal(pointed)))


def plain(value: Decimal) -> Decimal:
    """The same number in one way of writing: 4.0, 4.00 and 4 are one answer."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1)) + 0
    return value.normalize()
