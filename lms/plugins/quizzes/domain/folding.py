"""Typed words compared as people mean them: case, accents, variants of letters, joiners and spaces do not count.

What is the same letter depends on the script. A dot or stroke is an accent on Latin, Greek, Arabic and Hebrew letters;
in Cyrillic only ё is written without it; in the scripts of India and further east such signs are letters and stay.
"""

import re
import unicodedata
from functools import lru_cache

_HIDDEN = re.compile(
    "[\u00ad\u0640\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]"
)
_EDGES = ".,;:!?…·¡¿'\"«»“”„‘’‚‹›()[]،؛؟۔。、！？：；「」『』"
_SPACES = re.compile(r"[\s_]+")
_DASHES = re.compile("[\u2010-\u2015\u2212\u00ad]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h",
        "\u02bc": "'", "\u2019": "'", "\u2018": "'", "`": "'", "\u00b4": "'",
        "\u0671": "\u0627", "\u0672": "\u0627", "\u0673": "\u0627",  # alef with a sign
        "\u0649": "\u064a", "\u06cc": "\u064a", "\u06d2": "\u064a", "\u06d0": "\u064a",  # yeh
        "\u06a9": "\u0643", "\u06aa": "\u0643",  # kaf
        "\u0629": "\u0647", "\u06c1": "\u0647", "\u06be": "\u0647", "\u06d5": "\u0647", "\u06c3": "\u0647",  # teh marbuta, heh
    }
)  # fmt: skip
_MARKED = ("LATIN", "GREEK", "ARABIC", "HEBREW")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the form in which two typed texts are compared; folding it again changes nothing."""
    before, folded = None, text
    while folded != before:  # rules may open the way for each other; each of them only shortens or settles
        before, folded = folded, _once(folded)
    return folded


def _once(text: str) -> str:
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    text = _HIDDEN.sub("", text)
    text = _without_accents(text).translate(_LETTERS)
    text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    text = _SPACES.sub(" ", _DASHES.sub("-", text)).strip(_EDGES + " ")
    if _ARABIC.search(text):  # a joiner, a space or nothing between two parts of a word
        text = text.replace(" ", "")
    return unicodedata.normalize("NFC", text)


def _without_accents(text: str) -> str:
    """Take the signs off letters that are the same without them."""
    made: list[str] = []
    bare = False
    for sign in text:
        if unicodedata.category(sign) != "Mn":
            bare = unicodedata.name(sign, "").startswith(_MARKED) or sign in "\u0435\u0415"
            made.append(sign)
        elif not bare:
            made.append(sign)
    return "".join(made)
