"""The name on a certificate: what may be printed, and when two spellings are the same name."""

import unicodedata

MOST = 80
_TATWEEL = "\u0640"


def tidy(typed: str) -> str:
    """Return the name as it is printed: one space between words, without invisible characters."""
    kept = "".join(
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFC", typed)
        if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
        or letter.isspace()
        or letter in "\u200c\u200d"
    )
    return " ".join(kept.split())


def comparable(name: str) -> str:
    """Return what is compared when somebody types a name from paper: no case, accents, vowel signs or punctuation."""
    letters = unicodedata.normalize("NFKD", tidy(name).casefold())
    plain = "".join(
        letter if unicodedata.category(letter)[0] in "LN" else " " if letter != _TATWEEL and not _mark(letter) else ""
        for letter in letters
    )
    return " ".join(plain.replace(_TATWEEL, "").split())


def _mark(letter: str) -> bool:
    return unicodedata.category(letter) in {"Mn", "Me", "Cf"}
