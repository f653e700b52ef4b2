"""The code on a certificate: 130 random bits in Crockford's letters, and one letter that notices slips.

The check letter is a weighted sum over the field of 32 elements in which each place has its own weight. One wrong
letter always changes the sum, and so do two letters that changed places, next to each other or not.
"""

import hashlib
import re
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
GROUP = 4

_FIELD = 0b100101
"""x^5 + x^2 + 1, whose root generates all 31 elements that are not zero."""

_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015_.·:]+")


class MistypedError(ValueError):
    """What was typed cannot be a code: a slip of the hand, not a code we do not know."""


def _times(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0b100000:
            left ^= _FIELD
        right >>= 1
    return product


def _weights() -> tuple[int, ...]:
    weights = [1]
    for _ in range(LENGTH):
        weights.append(_times(weights[-1], 2))
    return tuple(weights)


_WEIGHTS = _weights()


def _check(letters: str) -> str:
    total = 0
    for weight, letter in zip(_WEIGHTS[1:], letters, strict=True):
        total ^= _times(weight, ALPHABET.index(letter))
    return ALPHABET[total]


def new() -> str:
    """Return a fresh code: 26 random letters and the check letter."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return letters + _check(letters)


def parse(typed: str) -> str:
    """Return the code somebody meant, forgiving of case, spaces, dashes, and O, I and L; any digits will do.

    Raises:
        MistypedError: wrong length, a letter that no code has, or a check letter that does not fit.

    """
    letters = _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed)).upper()
    letters = "".join(str(unicodedata.digit(letter, letter)) for letter in letters).translate(_FORGIVEN)
    if len(letters) != LENGTH + 1 or not set(letters) <= set(ALPHABET):
        raise MistypedError
    if _check(letters[:LENGTH]) != letters[LENGTH]:
        raise MistypedError
    return letters


def groups(code: str) -> tuple[str, ...]:
    """Return the code in groups of four, as it is printed."""
    return tuple(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def digest(code: str) -> str:
    """Return what is stored and signed instead of the code; 130 random bits need no key."""
    return hashlib.sha256(b"veer certificate code\0" + code.encode("ascii")).hexdigest()
