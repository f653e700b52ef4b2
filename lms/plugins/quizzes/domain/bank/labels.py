"""What the keys of questions are called on a page. Keys of other packages' types stand as they are."""

from collections.abc import Mapping
from typing import Any

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.plugins.quizzes.domain.bank.shape import Slot

AFTER = L_("What a learner reads after choosing it")
LABELS: Mapping[str, Any] = {
    "prompt": L_("Question"),
    "title": L_("Title"),
    "text": L_("Text"),
    "correct tick": L_("Counts as right"),
    "feedback text": AFTER,
    "feedback group": L_("What is said afterwards"),
    "correct": L_("After a right answer"),
    "partial": L_("After an answer that is partly right"),
    "incorrect": L_("After another answer"),
    "scoring": L_("Points"),
    "each_right": L_("For each right answer chosen"),
    "each_wrong": L_("For each other answer chosen"),
    "pairs tick": L_("Right neighbours earn a share"),
    "max_per_node": L_("Most points of a step"),
    "good_enough": L_("Share of the points from which a way counts as right"),
    "answer pick": L_("The statement is"),
    "answer": L_("Right answer"),
    "tolerance": L_("How far off still counts"),
    "unit": L_("Unit"),
    "left": L_("Left side"),
    "right": L_("Right side"),
    "accept": L_("Accepted answers"),
    "accept_also": L_("Other orders that are right"),
    "bank": L_("List of words to choose from"),
    "answers": L_("What belongs into the gaps"),
    "help": L_("Words that help to begin"),
    "content_note": L_("Note on hard content"),
    "level": L_("Level, 0 to 3"),
    "start": L_("Name of the first step"),
    "id": L_("Name of the step"),
    "end": L_("The story ends here"),
    "points": L_("Points"),
    "next": L_("Name of the step that follows"),
    "options": L_("Answers"),
    "steps": L_("Steps, in the right order"),
    "pairs": L_("Pairs"),
    "extra_right": L_("Right sides that fit nothing"),
    "nodes": L_("Steps of the story"),
    "choices": L_("Choices"),
}
HINTS: Mapping[str, Any] = {
    "accept": L_("One on each line, the one to show first on top."),
    "accept_also": L_("One order on each line: the letters of the steps, with commas between them."),
    "bank": L_("One word on each line. Leave it empty to have the words typed."),
    "answers": L_(
        "The first line is for gap 1, the second for gap 2. Where words are typed, put | between those accepted."
    ),
    "text gaps": L_("Where a gap is, write its number in braces, from 1 on."),
}
ROWS: Mapping[str, tuple[Any, Any]] = {
    "options": (L_("Answer %(name)s"), L_("Add an answer")),
    "steps": (L_("Step %(name)s"), L_("Add a step")),
    "pairs": (L_("Pair %(name)s"), L_("Add a pair")),
    "extra_right": (L_("Right side %(name)s"), L_("Add a right side")),
    "nodes": (L_("Step %(name)s"), L_("Add a step")),
    "choices": (L_("Choice %(name)s"), L_("Add a choice")),
}


def label_of(slot: Slot) -> str:
    """Return what a key is called."""
    return str(LABELS.get(f"{slot.name} {slot.kind}") or LABELS.get(slot.name) or slot.name)


def hint_of(slot: Slot, beside: frozenset[str]) -> str:
    """Return how to fill it in, if that needs saying; `beside` are the keys that stand with it."""
    special = HINTS["text gaps"] if slot.name == "text" and "answers" in beside else ""
    return str(special or HINTS.get(slot.name, ""))


def row_title(slot: Slot, name: str, place: int) -> str:
    """Return what one row is called: by its id where it has one, for that is how other fields name it."""
    title = ROWS.get(slot.name, ("%(name)s",))[0]
    return str(title) % {"name": name.upper() if len(name) == 1 else name or str(place + 1)}


def adding(slot: Slot) -> str:
    """Return the words of the button that adds a row."""
    return str(ROWS[slot.name][1]) if slot.name in ROWS else _("Add one more")
