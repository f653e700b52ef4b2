r"""Accepted answers of Moodle: `*` in them stands for anything, `\*` for a star."""

import re
from collections.abc import Iterable

from lms.plugins.quizzes.domain.exchange.draft import Draft
from lms.plugins.quizzes.domain.exchange.remarks import Refused

_STAR = re.compile(r"(?<!\\)\*")


def literal(draft: Draft, answers: Iterable[str]) -> list[str]:
    """Return the answers that mean what they say; the patterns among them are named.

    Raises:
        Refused: there are only patterns, or no answers.

    """
    found = list(dict.fromkeys(answer for answer in answers if answer))
    patterns = [answer for answer in found if _STAR.search(answer)]
    kept = [answer.replace("\\*", "*") for answer in found if answer not in patterns]
    if not kept:
        raise Refused("only-patterns" if patterns else "no-key")
    if patterns:
        draft.lose("pattern", answers=", ".join(patterns))
    return kept


def guarded(answer: str) -> str:
    """Return an answer in which a star means a star."""
    return answer.replace("*", "\\*")
