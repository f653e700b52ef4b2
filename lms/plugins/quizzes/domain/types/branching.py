"""A story with choices: one step a page, each choice with what follows from it, and always a way on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field as Limit
from pydantic import StrictBool, StringConstraints

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.host.contributions import Text as Label
from lms.plugins.quizzes.api import (
    Answer,
    Field,
    Flaw,
    Grade,
    ItemSource,
    Name,
    Part,
    Prose,
    Question,
    QuestionType,
    Reading,
    Source,
    Text,
    Translate,
    Values,
    Words,
    Wrong,
    mixed,
)
from lms.plugins.quizzes.domain.types.choice import choices, chosen
from lms.plugins.quizzes.domain.types.paths import node_flaws

MOST_STEPS = 40
NodeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]


class StoryChoice(Source):
    """`points` of the node's most; `feedback` says what the choice does, never that it was stupid."""

    id: Name
    text: Prose
    points: Annotated[int, Limit(ge=0, le=10)] = 0
    next: NodeName
    feedback: Prose


class StoryNode(Source):
    """A step, or with `end: true` one of the ends."""

    id: NodeName
    text: Prose
    end: StrictBool = False
    choices: Annotated[tuple[StoryChoice, ...], Limit(max_length=6)] = ()


class StoryNote(Source):
    level: Annotated[int, Limit(ge=0, le=3)]
    text: Prose


class StoryPoints(Source):
    """`good_enough`: the share of points from which a way counts as right."""

    max_per_node: Annotated[int, Limit(ge=1, le=10)] = 2
    good_enough: Annotated[float, Limit(ge=0, le=1)] = 0.6


class BranchingSource(ItemSource):
    """A story. Its `title` is what other questions have as prompt."""

    type: Literal["branching"]
    prompt: Annotated[Prose, Limit(alias="title")]
    content_note: StoryNote | None = None
    scoring: StoryPoints = StoryPoints()
    start: NodeName
    nodes: Annotated[tuple[StoryNode, ...], Limit(min_length=2, max_length=40)]


@dataclass(frozen=True)
class Branching(QuestionType[BranchingSource]):
    """The share of points of the choices made, once an end is reached. An answer is the choices in their order."""

    key: str = "branching"
    label: ClassVar[Label] = L_("A story with choices")
    source: ClassVar[type[ItemSource]] = BranchingSource
    template: ClassVar[str] = "quizzes/types/story.html"
    review: ClassVar[str] = "quizzes/review/story.html"
    alone: ClassVar[bool] = True

    def problems(self, item: BranchingSource) -> Iterable[Flaw]:
        ways = {node.id: [choice.next for choice in node.choices] for node in item.nodes}
        ends = {node.id for node in item.nodes if node.end}
        yield from node_flaws([node.id for node in item.nodes], item.start, ways, ends)
        for place, node in enumerate(item.nodes):
            yield from _choice_flaws(place, node, item.scoring.max_per_node)

    def segments(self, item: BranchingSource) -> Iterable[tuple[str, str]]:
        if item.content_note:
            yield "note", item.content_note.text
        for node in item.nodes:
            yield f"{node.id} text", node.text
            for choice in node.choices:
                yield f"{node.id} {choice.id} text", choice.text
                yield f"{node.id} {choice.id} feedback", choice.feedback

    def compile(self, item: BranchingSource, translate: Translate) -> dict[str, Any]:
        note = item.content_note
        return {
            "note": translate("note", note.text).as_json() if note and note.level else None,
            "most": item.scoring.max_per_node,
            "enough": str(item.scoring.good_enough),
            "start": item.start,
            "nodes": {node.id: _node(node, translate) for node in item.nodes},
            "way": [],
        }

    def lines(self, item: BranchingSource, translate: Translate) -> Iterable[Words]:
        return [translate(f"{node.id} text", node.text) for node in item.nodes if node.id == item.start]

    def shuffle(self, question: Question, seed: str) -> Question:
        nodes = {
            name: {**node, "choices": list(mixed(node["choices"], seed, f"{question.id} {name}", _id))}
            for name, node in question.body["nodes"].items()
        }
        return question.with_body(nodes=nodes)

    def onward(self, question: Question, answer: Answer | None) -> Question | None:
        walk = _walk(question.body, answer if isinstance(answer, list) else [])
        return question.with_body(way=walk.names) if walk.node["choices"] and len(walk.names) < MOST_STEPS else None

    def fields(self, question: Question) -> tuple[Field, ...]:
        node = _walk(question.body, question.body["way"]).node
        offered = choices(Text.load(choice["text"]) for choice in node["choices"])
        return (Field(question.id, "radio", Text.load(node["text"]), offered),)

    def parse(self, question: Question, values: Values) -> Reading:
        walk = _walk(question.body, question.body["way"])
        picked = chosen(values, question.id, [choice["id"] for choice in walk.node["choices"]])
        if len(picked) != 1:
            return Reading(None, (Wrong(question.id, _("Choose what to do.")),))
        return Reading([*walk.names, picked[0]])

    def grade(self, question: Question, answer: Answer) -> Grade:
        walk = _walk(question.body, answer if isinstance(answer, list) else [])
        over = not walk.node["choices"] and bool(walk.steps)
        most = question.body["most"] * len(walk.steps)
        score = Fraction(sum(choice["points"] for _node, choice in walk.steps), most) if over else Fraction(0)
        enough = Fraction(question.body["enough"])
        return Grade(
            score=score,
            right=over and score >= enough,
            parts=tuple(_part(node, choice, question.body["most"]) for node, choice in walk.steps),
            feedback=Text.load(walk.node["text"]) if over else None,
        )


@dataclass(frozen=True, slots=True)
class _Walk:
    """The way through a story: the choices made, and the node where it stands now."""

    steps: tuple[tuple[str, Mapping[str, Any]], ...]
    node: Mapping[str, Any]

    @property
    def names(self) -> list[str]:
        return [choice["id"] for _node, choice in self.steps]


def _walk(body: Mapping[str, Any], way: Sequence[str]) -> _Walk:
    """Follow the choices as far as they exist."""
    name, steps = body["start"], []
    for wanted in way[:MOST_STEPS]:
        choice = next((found for found in body["nodes"][name]["choices"] if found["id"] == wanted), None)
        if choice is None:
            break
        steps.append((name, choice))
        name = choice["next"]
    return _Walk(tuple(steps), body["nodes"][name])


def _id(row: Mapping[str, Any]) -> str:
    return str(row["id"])


def _node(node: StoryNode, translate: Translate) -> dict[str, Any]:
    return {
        "text": translate(f"{node.id} text", node.text).as_json(),
        "choices": [
            {
                "id": choice.id,
                "text": translate(f"{node.id} {choice.id} text", choice.text).as_json(),
                "feedback": translate(f"{node.id} {choice.id} feedback", choice.feedback).as_json(),
                "points": choice.points,
                "next": choice.next,
            }
            for choice in node.choices
        ],
    }


def _part(node: str, choice: Mapping[str, Any], most: int) -> Part:
    return Part(
        f"{node}.{choice['id']}"[:32],
        Text.load(choice["text"]),
        "hit" if choice["points"] == most else "false",
        Text.load(choice["feedback"]),
    )


def _choice_flaws(place: int, node: StoryNode, most: int) -> Iterable[Flaw]:
    seen: set[str] = set()
    for number, choice in enumerate(node.choices):
        at = ("nodes", place, "choices", number)
        if choice.points > most:
            yield Flaw(
                (*at, "points"),
                "quiz-story-points",
                L_("This choice gives %(points)s points; a node gives at most %(most)s."),
                L_("Lower it, or raise `max_per_node`."),
                values={"points": choice.points, "most": most},
            )
        if choice.id in seen:
            yield Flaw(
                (*at, "id"),
                "quiz-double-id",
                L_("The id “%(id)s” is used more than once."),
                L_("Give each one an id of its own."),
                values={"id": choice.id},
            )
        seen.add(choice.id)
    if bool(node.choices) == node.end:
        yield Flaw(
            ("nodes", place),
            "quiz-story-end",
            L_("A node has either choices or `end: true`."),
            L_("Write one of the two."),
        )
