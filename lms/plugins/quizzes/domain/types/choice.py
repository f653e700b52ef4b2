"""What single and multiple choice share: a list of options, each with feedback."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lms.plugins.quizzes.api import Choice, Part, Question, Text, Translate, Values, Words, mixed
from lms.plugins.quizzes.domain.source import Option


@dataclass(frozen=True, slots=True)
class Choosable:
    """One option of a compiled question."""

    id: str
    text: Text
    right: bool
    feedback: Text


def option_segments(options: Sequence[Option]) -> Iterable[tuple[str, str]]:
    for option in options:
        yield f"{option.id} text", option.text
        yield f"{option.id} feedback", option.feedback


def option_bodies(options: Sequence[Option], translate: Translate) -> list[dict[str, Any]]:
    return [
        {
            "id": option.id,
            "text": translate(f"{option.id} text", option.text).as_json(),
            "right": option.correct,
            "feedback": translate(f"{option.id} feedback", option.feedback).as_json(),
        }
        for option in options
    ]


def option_lines(options: Sequence[Option], translate: Translate) -> Iterable[Words]:
    return [translate(f"{option.id} text", option.text) for option in options]


def shuffled(question: Question, seed: str, name: str = "options") -> Question:
    """The question with one of its lists in the order of `seed`."""
    return question.with_body(**{name: list(mixed(question.body[name], seed, question.id, lambda row: str(row["id"])))})


def options(question: Question) -> tuple[Choosable, ...]:
    return tuple(
        Choosable(row["id"], Text.load(row["text"]), row["right"], Text.load(row["feedback"]))
        for row in question.body["options"]
    )


def choices(texts: Iterable[Text]) -> tuple[Choice, ...]:
    """Choices whose value is their place on the page, from 1."""
    return tuple(Choice(str(place), text) for place, text in enumerate(texts, start=1))


def chosen(values: Values, name: str, ids: Sequence[str]) -> list[str]:
    """The ids whose places were posted under `name`; anything that is no place is ignored."""
    places = {str(place): option for place, option in enumerate(ids, start=1)}
    return [places[value] for value in dict.fromkeys(values.get(name, ())) if value in places]


def tallied(question: Question) -> tuple[Part, ...]:
    """Each option, as what authors see counted."""
    return tuple(Part(option.id, option.text, "hit" if option.right else "left") for option in options(question))
