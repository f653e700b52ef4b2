"""Names people sign in with: what may be one, which look alike, and neutral suggestions.

A handle is only for signing in; others see the alias of one membership (settled 22). Two names that look alike on paper
or sound alike when read out belong to one person only, so everything is compared by its skeleton.
"""

import re
import secrets
import unicodedata

from lms.host.security.text import fold
from lms.host.security.words import words

SHORTEST, LONGEST = 3, 40
TRIES_A_CODE = 5

# Letters that look like another one, by our own eye on common fonts; targets are Latin or the plainest Arabic form.
_LOOK_ALIKE = str.maketrans(
    {
        **dict(zip("аеорсухіјѕһкмтвнԁԛԝ", "aeopcyxijshkmtbhdqw", strict=True)),
        **dict(zip("αβγδεικνορτυχωη", "abydeikvoptuxwn", strict=True)),
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىیئې", "ي"),
        **dict.fromkeys("ؤۇۆ", "و"),
        **dict.fromkeys("ةہۀ", "ه"),
        **dict.fromkeys("کڪ", "ك"),
        "0": "o",
        "1": "l",
        "i": "l",
        "5": "s",
        "ـ": "",
    }
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_SEPARATOR = re.compile(r"[ ._'’-]+")
_RESERVED_WORDS = (
    "admin administrator administrador administrateur root system sysadmin operator operador operateur host server "
    "staff team support help ayuda aide moderator facilitator coordinator author translator reviewer trainer security "
    "veer everybody everyone nobody anonymous anonyme anonimo guest test demo me you null none undefined "
    "المدير مشرف المشرف دعم مساعدة администратор админ модератор поддержка"
)


def tidy(typed: str) -> str:
    """Return a handle as it is kept: NFKC, no invisible characters, single spaces, capitals as typed (XSS-2)."""
    text = unicodedata.normalize("NFKC", typed[: LONGEST * 4])
    shown = "".join(char for char in text if unicodedata.category(char) not in {"Cc", "Cf", "Cn", "Co", "Cs"})
    return re.sub(r"\s+", " ", shown).strip()


def skeleton(handle: str) -> str:
    """Return the form by which handles are looked up and told apart."""
    bare = _SEPARATOR.sub("", fold(handle)).translate(_LOOK_ALIKE).translate(_LOOK_ALIKE)
    bare = "".join(char for char in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(char))
    for pair, single in _PAIRS:
        bare = bare.replace(pair, single)
    return bare


_RESERVED = frozenset(skeleton(word) for word in _RESERVED_WORDS.split())


def problem(handle: str) -> str:
    """Say what is wrong with a tidy handle that anyone may know: `length`, `letters`, or nothing."""
    if not SHORTEST <= len(handle) <= LONGEST:
        return "length"
    plain = _SEPARATOR.sub("", handle)
    kinds = [unicodedata.category(char) for char in plain]
    wellformed = all(kind[0] in "LM" or kind == "Nd" for kind in kinds)
    return "" if wellformed and sum(kind[0] == "L" for kind in kinds) >= 2 else "letters"


def is_reserved(handle: str) -> bool:
    """Whether a handle could pass for someone who runs the site."""
    own = skeleton(handle)
    return own in _RESERVED or own.rstrip("lo23456789s") in _RESERVED


def suggest(lang: str) -> str:
    """Return a neutral name of two words that says nothing about its owner."""
    listed = words(lang) or words("en")
    return f"{secrets.choice(listed)}-{secrets.choice(listed)}"
