"""What is said about a question that moves between us and another program: what it lost, or why it cannot move."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms import lazy_gettext as L_

LOSSES: Mapping[str, Any] = {
    "active": L_("Scripts, frames and other things that act on their own were taken out."),
    "answers": L_("Not every accepted answer could be kept: %(answers)s was left out."),
    "arrow": L_("The arrow -> became →, because the format uses it itself."),
    "blank": L_("The gap in the sentence became a line: ____"),
    "braces": L_("Numbers in braces became numbers in round brackets, because braces mark gaps here."),
    "case": L_("Capital and small letters count as the same here."),
    "category": L_("The category “%(name)s” is not kept: a quiz file has none."),
    "choices": L_("The gaps are typed: their lists of choices are not kept."),
    "essay": L_("Nobody marks it here: it became a question to think about."),
    "feedback": L_("Some feedback has no place in this format."),
    "formatting": L_("Bold, lists, tables and the like became plain text."),
    "formula": L_("Formulas became plain text."),
    "hints": L_("Hints are not kept."),
    "as-choice": L_("It became a choice between two answers."),
    "as-matching": L_("It became a question that matches numbers with words."),
    "as-short": L_("It became a question with a short answer."),
    "media": L_("Sound, video and attached files are not kept."),
    "must-know": L_("That everybody must know it is not kept."),
    "order-credit": L_("Neighbours in the right order earn no points in this format."),
    "orders": L_("Only one right order is kept."),
    "outcome": L_("The outcome it belongs to is not kept."),
    "partial": L_("Part marks for nearly right answers are not kept."),
    "pattern": L_("Answers with a wildcard were left out: %(answers)s."),
    "picture": L_("A picture is not kept: a question has one, below its text."),
    "picture-alt": L_("Its picture has no description: write one before you publish."),
    "picture-alt-cut": L_("The description of its picture was too long and is cut."),
    "picture-far": L_("Its picture lies on another site, from which nothing is fetched."),
    "picture-left": L_("The picture of the question is not exported."),
    "picture-missing": L_("The file of its picture did not come along."),
    "picture-unread": L_("Its picture cannot be kept: only still PNG, JPEG and WebP pictures of at most 2 MB can."),
    "picture-loose": L_("Its picture needs a folder to lie in: import into a lesson."),
    "pool": L_("The pools it is drawn for are not kept."),
    "rule": L_("The rule of scoring of this question is not kept; the usual one of its kind counts."),
    "shared": L_("All gaps choose from one list."),
    "tags": L_("Tags are not kept: %(tags)s."),
    "tolerance": L_("A number in a gap is compared as it is written, without a tolerance."),
    "unit": L_("The unit stands in the question, not beside the answer."),
    "units": L_("Only the first unit is kept."),
    "weights": L_("The points of the options are not quite as they were."),
}

REFUSALS: Mapping[str, tuple[Any, Any]] = {
    "absent-kind": (L_("This site has no questions of the kind “%(kind)s”."), L_("Ask whoever runs the site for it.")),
    "binary": (L_("This is not a text file."), L_("Choose a GIFT, Aiken, Moodle XML or QTI file.")),
    "ambiguous": (
        L_("The question begins like an answer of this format."),
        L_("Begin it with other words."),
    ),
    "composite": (L_("It asks several things at once."), L_("Make a question of each.")),
    "description": (
        L_("It is a text that asks nothing."),
        L_("Put it into the lesson, or into the introduction of the quiz."),
    ),
    "doctype": (
        L_("The file defines entities or a document type of its own, which are never read."),
        L_("Save it without the lines that begin with “<!DOCTYPE” or “<!ENTITY”."),
    ),
    "empty": (L_("There is no question in this file."), L_("Look whether it is the file you meant.")),
    "encoding": (
        L_("The letters of this file cannot be read: it is not in the encoding it should be in."),
        L_("Save it as UTF-8."),
    ),
    "full": (L_("The quiz holds %(most)s questions already."), L_("Use a second quiz, or take questions out.")),
    "gap-syntax": (L_("A gap cannot be read: %(gap)s."), L_("Compare it with the help of the other program.")),
    "gaps": (L_("Gaps and answers do not belong together."), L_("Give each gap its answer.")),
    "large": (
        L_("The file is larger than %(most)s MB."),
        L_("Export fewer questions at a time, without pictures and other files."),
    ),
    "loose": (L_("“%(text)s” stands before the first answer."), L_("Begin each answer with = or ~.")),
    "lines": (L_("The file has more than %(most)s lines."), L_("Export fewer questions at a time.")),
    "many-answers": (L_("It has more than %(most)s answers."), L_("Leave answers out.")),
    "markup": (L_("One text is full of markup."), L_("Take tables and formatting out of it.")),
    "many": (L_("The file holds more than %(most)s questions."), L_("Export fewer at a time.")),
    "no-key": (L_("No answer is marked as right."), L_("Mark it in the other program, and export again.")),
    "no-kind": (L_("The kind “%(kind)s” has no equal here."), L_("Ask it in another way.")),
    "not-held": (L_("This format has no questions of the kind “%(kind)s”."), L_("Export it in another format.")),
    "number": (L_("“%(number)s” is not a number."), L_("Write digits, with a point for the fraction.")),
    "old-qti": (L_("This is QTI 1.2, which is not read."), L_("Export it as QTI 2.1 or 3.0.")),
    "only-patterns": (
        L_("Every right answer is a pattern with a wildcard."),
        L_("List the answers that are right."),
    ),
    "package": (L_("The package cannot be unpacked safely."), L_("Export it again, or import its files one by one.")),
    "package-part": (
        L_("This file of a package holds no question of its own."),
        L_("Import the package as a ZIP file, or the files of its questions."),
    ),
    "template": (
        L_("Its numbers or words are different for each person, which is not done here."),
        L_("Write it with fixed numbers."),
    ),
    "text-long": (
        L_("One text has more than %(most)s characters."),
        L_("Shorten it, or take pictures out of it."),
    ),
    "unfit": (L_("It does not fit into a quiz here: %(what)s"), "%(how)s"),
    "unknown-format": (
        L_("This is none of the formats that are read."),
        L_("Export the questions as GIFT, Aiken, Moodle XML or QTI 2 or 3."),
    ),
    "unreadable": (L_("Line %(line)s cannot be understood."), L_("Compare it with the help of its format.")),
    "unclosed": (L_("The brace { of its answers is never closed."), L_("Write } behind the last answer.")),
    "wordless": (L_("One of its answers has no words: it is empty, or a picture."), L_("Say it in words.")),
    "xml": (
        L_("The XML is damaged at line %(line)s."),
        L_("Export it again; do not mend it by hand unless you know how."),
    ),
    "xml-size": (L_("The XML is nested too deeply or has too many parts."), L_("Export fewer questions at a time.")),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A loss or a reason, by a code that never changes, in the language of whoever reads it."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return filled(LOSSES[self.code] if self.code in LOSSES else REFUSALS[self.code][0], self.values)

    @property
    def mend(self) -> str:
        return filled(REFUSALS[self.code][1], self.values) if self.code in REFUSALS else ""


class Refused(Exception):  # noqa: N818
    """A question, or a whole file, that cannot be taken."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.remark = Remark(code, values)


def filled(text: Any, values: Mapping[str, object]) -> str:
    shown = str(text)
    return shown % values if values else shown
