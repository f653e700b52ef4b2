"""One form for text that a person copies by hand: passphrases and handles."""

import re
import unicodedata

LONGEST = 1024
_LATIN = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ŧ": "t"}
_TRANSLATE = str.maketrans(_LATIN)
_SPACES = re.compile(r"\s+")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9]) (?=[0-9])")


def fold(text: str) -> str:
    """Return the one spelling of what was typed, whatever keyboard it was typed on (ACC-2).

    NFKC and case folding make the encodings and capitals of one word equal. White space is collapsed, a dash counts as
    white space, and both vanish between digits, because groups of digits are read out and copied in many ways. Digits
    of every script become 0-9. Accents fall away from Latin letters: someone whose passphrase says "forêt" may have to
    open it on a phone or a borrowed keyboard that has no "ê". Letters of other scripts keep their marks, which make
    different letters there. Characters nobody sees (direction marks, joiners, soft hyphens) are dropped.
    Folding twice changes nothing.
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST])
    while True:
        folded = _fold_once(text)
        if folded == text:
            return folded
        text = folded


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    pieces: list[str] = []
    base = ""
    for char in unicodedata.normalize("NFKD", text):
        category = unicodedata.category(char)
        if unicodedata.combining(char):
            if not _is_latin(base):
                pieces.append(char)
            continue
        base = char
        if category == "Nd":
            pieces.append(str(unicodedata.decimal(char)))
        elif category == "Pd" or char == "\N{MINUS SIGN}":
            pieces.append(" ")
        elif category not in {"Cf", "Cn", "Co", "Cs"}:
            pieces.append(char)
    joined = "".join(pieces).translate(_TRANSLATE)
    joined = _SPACES.sub(" ", unicodedata.normalize("NFKC", joined)).strip()
    return _BETWEEN_DIGITS.sub("", joined)


def _is_latin(char: str) -> bool:
    return char != "" and unicodedata.name(char, "").startswith("LATIN ")
