"""The code of an answer line: its signs, and the sum that notices a slip of the hand.

A line is made by a person with a pen, so its check has to be one that can be added up from numbers on paper. Every
sign has a value v, every place in the line a weight, which is its number from the left: 1, 2, 3 … The sheet prints
weight × value (modulo 997) beside each sign that may be written; an empty box has the value 0 and adds nothing. Whoever
fills in the sheet adds up the numbers of what they wrote, crosses out the thousands and adds three for each of them
(1000 = 997 + 3), and writes the three digits a b c that are left at the end of the line:

    Σ place · v(sign)  ≡  100·a + 10·b + c   (mod 997)

Why every single change and every swap of two signs is noticed, wherever they stand:

- The digits 0 … 9 have the consecutive values 22 … 31, so a digit d at the end is v(d) − 22 and the rule is one linear
  equation in the values of all signs. Its coefficients are 1 … 93 for the places of the answers, and −100, −10, −1 for
  the last three. Modulo 997 these are 1 … 93, 897, 987 and 996: none is 0 and no two are the same.
- 997 is prime, and two different signs have values that differ by less than 32, thus by something that is not 0.
- One changed sign moves the sum by coefficient × difference of values; two swapped signs move it by difference of their
  coefficients × difference of their values. Both are products of two factors that are not 0 modulo a prime, so the sum
  no longer fits.

Any other mistake passes with a chance of about one in a thousand. The line is at most 96 signs long, in groups of four
with a space between them 119 characters. Letters are those of Crockford's base 32, which leaves out I, L, O and U; what
is typed in their place is read as 1, 1 and 0. Lower case, spaces, dashes, and the digits of other scripts do no harm.
"""

import re
import unicodedata
from collections.abc import Sequence

NOTHING = "X"
LETTERS = "ABCDEFGHJKMNPQRSTVWYZ"
DIGITS = "0123456789"
SIGNS = NOTHING + LETTERS + DIGITS
VALUE = {sign: value for value, sign in enumerate(SIGNS)}
MODULUS = 997
GROUP = 4
LONGEST = 96
CHECK = 3
NOT_ADDED = NOTHING * CHECK
"""What stands for the sum where somebody did not add up."""

_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = re.compile(r"[\s\-_.,·/|]+")


def signs_of(typed: str) -> str:
    """Return the signs of a line as it was typed; what is no sign stays, to be named."""
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", typed) if unicodedata.category(sign) != "Cf")
    western = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in shown)
    between = "".join(" " if unicodedata.category(sign) == "Pd" else sign for sign in western)
    return _BETWEEN.sub("", between).upper().translate(_ALIKE)


def grouped(signs: str) -> str:
    """Return signs as people copy them best: four by four."""
    return " ".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))


def group_of(place: int) -> int:
    """Return the number of the group that a place stands in, both from 1."""
    return (place - 1) // GROUP + 1


def number(place: int, sign: str) -> int:
    """Return what a sign adds at a place, counted from 1."""
    return place * VALUE[sign] % MODULUS


def total(signs: Sequence[str]) -> int:
    """Return the sum of the signs before the check."""
    return sum(number(place, sign) for place, sign in enumerate(signs, start=1)) % MODULUS


def closed(signs: str) -> str:
    """Return the signs with their three check digits."""
    return f"{signs}{total(signs):03d}"


def surplus(signs: str) -> int | None:
    """Return by how much the sum of a line is off: 0 if it fits, None if it does not end in three digits."""
    body, check = signs[:-CHECK], signs[-CHECK:]
    if not check.isdecimal() or len(check) < CHECK:
        return None
    return (total(body) - int(check)) % MODULUS
