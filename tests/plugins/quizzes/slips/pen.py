"""Somebody with a printed sheet and a pen: writes what they mean into the boxes and adds up the printed numbers."""

from dataclasses import replace

from lms.plugins.quizzes.domain.attempt import graded, read, sheet
from lms.plugins.quizzes.domain.slips.line import NOTHING, grouped
from lms.plugins.quizzes.domain.slips.reading import Line, read_line
from lms.plugins.quizzes.domain.slips.slip import EVERY, slip_of
from tests.plugins.quizzes.samples import TYPES, filled, quiz_data, quiz_of, truefalse

ORDER = f"paper-{EVERY}"
SHELL = quiz_of(quiz_data(truefalse()))


def slip_for(*items, **more):
    return slip_of(sheet(quiz_of(quiz_data(*items, **more)), ORDER, TYPES), EVERY)


def slip_asking(question, name=EVERY):
    """The sheet of a quiz with one compiled question."""
    quiz = replace(SHELL, questions=(question,))
    return slip_of(sheet(quiz, f"paper-{name}", TYPES), name)


def written(slip, answers):
    """The signs in the boxes of somebody who means these answers."""
    signs = []
    for asked, kind in slip.sheet.counted:
        rows = slip.rows_of(asked)
        if not rows:
            continue
        if asked.question.id not in answers:
            signs += [NOTHING] * len(rows)
        elif kind.key == "numeric":
            number = answers[asked.question.id].replace("-", "M").replace(".", "P")
            assert len(number) <= len(rows)
            signs += number.ljust(len(rows), NOTHING)
        else:
            form = filled(asked.question, answers[asked.question.id])
            signs += [sign_for(row.box, form) for row in rows]
    return signs


def sign_for(box, form):
    return next((offer.sign for offer in box.offers if offer.value in form.get(offer.field, ())), NOTHING)


def line_of(slip, signs):
    """The line with its sum, made only with what is printed on the sheet."""
    added = slip.start
    for row, sign in zip(slip.rows, signs, strict=True):
        added += dict(row.numbers)[sign] if sign != NOTHING else 0
    while added > 999:
        thousands, added = divmod(added, 1000)
        added += 3 * thousands
    if added > 996:
        added -= 997
    return grouped(f"{slip.head}{''.join(signs)}{added:03d}")


def score_of(slip, line):
    found = read_line(slip, line)
    assert isinstance(found, Line), found
    readings = read(slip.sheet, found.values)
    assert readings.wrong == ()
    return graded(slip.sheet, readings.answers)
