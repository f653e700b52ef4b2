"""The name by which one group knows a member: two neutral words, unlike the handle and unlike every other alias."""

import secrets
from collections.abc import Collection

from lms.host.security.text import fold
from lms.host.security.words import words

FALLBACK = "en"


def new_alias(lang: str, *, taken: Collection[str], handle: str) -> str:
    """Return an alias that nobody in the group has, nor the person in another group.

    Args:
        lang: language of the group, never of the person: a word must not tell which language somebody reads.
        taken: aliases of the group, and of the person elsewhere.
        handle: what the person signs in with; the alias must not be it in any spelling.

    """
    listed = words(lang) or words(FALLBACK)
    forbidden = {fold(name) for name in (*taken, handle)}
    while True:
        alias = f"{secrets.choice(listed)}-{secrets.choice(listed)}"
        if fold(alias) not in forbidden:
            return alias
