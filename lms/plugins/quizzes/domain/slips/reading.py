"""Reading a line: as an answer to the sheet that it comes from, or why it cannot be one."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from lms import gettext as _
from lms.plugins.quizzes.domain.content import Values
from lms.plugins.quizzes.domain.slips.line import (
    CHECK,
    DIGITS,
    NOT_ADDED,
    NOTHING,
    VALUE,
    group_of,
    signs_of,
    surplus,
)
from lms.plugins.quizzes.domain.slips.slip import HEAD, NAME, Row, Slip

MOST_SUSPECTS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was understood: fields of the form, and whether the sum was added up."""

    values: Values
    added: bool


@dataclass(frozen=True, slots=True)
class Misread:
    """Why a line cannot be taken, in the person's language."""

    message: str


def name_of(typed: str) -> str:
    """Return which sheet a line comes from."""
    return signs_of(typed)[:NAME]


def read_line(slip: Slip, typed: str) -> Line | Misread:
    """Read a line as an answer to this sheet."""
    signs = signs_of(typed)
    strange = [place for place, sign in enumerate(signs, start=1) if sign not in VALUE]
    if strange:
        sign, group = signs[strange[0] - 1], group_of(strange[0])
        return Misread(_("“%(sign)s” in group %(group)s cannot be part of a line.", sign=sign, group=group))
    if not signs.startswith(slip.head):
        return Misread(_not_ours(slip, signs))
    if len(signs) != slip.length:
        return Misread(
            _(
                "This line has %(signs)s letters and digits; the line of your sheet has %(wanted)s.",
                signs=len(signs),
                wanted=slip.length,
            )
        )
    return _read(slip, signs)


def _not_ours(slip: Slip, signs: str) -> str:
    """A line without a slip of the hand is another sheet's; else it is its beginning that looks wrong."""
    if len(signs) > HEAD + CHECK and surplus(signs) == 0:
        return _(
            "This line belongs to other questions, or to these as they were before a correction. "
            "Look whether the number on the sheet is the one of this page."
        )
    wrong = next((p for p, pair in enumerate(zip(signs, slip.head, strict=False), 1) if pair[0] != pair[1]), HEAD)
    return _("Group %(group)s does not fit these questions. Compare it with your sheet.", group=group_of(wrong))


def _read(slip: Slip, signs: str) -> Line | Misread:
    strange = [row for row in slip.rows if not _may(row, signs[row.place - 1])]
    added = signs[-CHECK:] != NOT_ADDED
    if strange:
        row = strange[0]
        return Misread(
            _(
                "“%(sign)s” in group %(group)s is nothing that question %(number)s asks for.",
                sign=signs[row.place - 1],
                group=row.group,
                number=row.asked.number,
            )
        )
    if added and surplus(signs) is None:
        return Misread(_("The line has to end in the three digits of the sum, or in X three times."))
    if added and surplus(signs):
        return Misread(_looks_wrong(slip, signs))
    return Line(_values(slip, signs), added)


def _may(row: Row, sign: str) -> bool:
    return sign == NOTHING or any(offer.sign == sign for offer in row.box.offers)


def _looks_wrong(slip: Slip, signs: str) -> str:
    groups = sorted({group_of(place) for place in _suspects(slip, signs)})
    if not 1 <= len(groups) <= MOST_SUSPECTS:
        return _("The sum does not fit: a letter or digit is wrong or swapped. Compare every group with your sheet.")
    return _(
        "The sum does not fit: a letter or digit is wrong or swapped. Look at these groups first: %(groups)s.",
        groups=", ".join(str(group) for group in groups),
    )


def _suspects(slip: Slip, signs: str) -> Iterable[int]:
    """Places where one other sign, or the same as its neighbour's, would make the sum fit."""
    for place, old in enumerate(signs[HEAD:], start=HEAD + 1):
        row = slip.rows[place - HEAD - 1] if place <= HEAD + len(slip.rows) else None
        allowed = [offer.sign for offer in row.box.offers] + [NOTHING] if row else list(DIGITS)
        if any(surplus(signs[: place - 1] + new + signs[place:]) == 0 for new in allowed if new != old):
            yield place
    for before, place in pairwise(range(HEAD + 1, slip.length + 1)):
        swapped = signs[: before - 1] + signs[place - 1] + signs[before - 1] + signs[place:]
        if surplus(swapped) == 0 and all(_may(row, swapped[row.place - 1]) for row in slip.rows):
            yield from (before, place)


def _values(slip: Slip, signs: str) -> Values:
    """What the signs stand for, as the form of the page would send it; what is typed is put together sign by sign."""
    typed = {field.name for asked in slip.sheet.asked for field in asked.fields if field.control == "text"}
    values: dict[str, list[str]] = {}
    for row in slip.rows:
        offer = next((found for found in row.box.offers if found.sign == signs[row.place - 1]), None)
        if offer is not None:
            values.setdefault(offer.field, []).append(offer.value)
    return {name: ["".join(parts)] if name in typed else parts for name, parts in values.items()}
