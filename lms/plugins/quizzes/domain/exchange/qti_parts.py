"""Parts of a QTI item: its declarations, its interactions, its words, and what it says after an answer."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from lms import gettext as _
from lms.plugins.quizzes.domain.exchange import texts
from lms.plugins.quizzes.domain.exchange.draft import Draft, letters
from lms.plugins.quizzes.domain.exchange.trees import Node, escaped
from lms.plugins.quizzes.domain.exchange.weights import fraction

SIDES = {"correct": "correct", "right": "correct", "incorrect": "incorrect", "wrong": "incorrect", "partial": "partial"}
RULES = frozenset({"responseProcessing", "responseCondition", "responseIf", "responseElseIf", "responseElse", "match",
                   "variable", "correct", "setOutcomeValue", "baseValue", "mapResponse", "equal", "isNull", "not", "and",
                   "or", "stringMatch", "multiple", "ordered"})  # fmt: skip
SILENT = frozenset({"feedbackInline", "feedbackBlock", "rubricBlock", "prompt", "endAttemptInteraction", "stylesheet"})
KEPT = ("href", "src", "alt", "data", "type")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_TAG = re.compile(r"[a-z][a-z0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Declared:
    """What is right, and what each response is worth."""

    right: Sequence[str] = ()
    mapping: Mapping[str, Fraction] = field(default_factory=dict)
    otherwise: Fraction = Fraction(0)
    cardinality: str = "single"
    base: str = "identifier"

    @property
    def pairs(self) -> list[tuple[str, ...]]:
        return [tuple(value.split()) for value in self.right]


def declared(node: Node) -> Declared:
    """Read a response declaration."""
    correct, mapping = node.one("correctResponse"), node.one("mapping")
    return Declared(
        right=[value.words.strip() for value in correct.all("value")] if correct else (),
        mapping={
            " ".join(entry.get("mapKey").split()): fraction(entry.get("mappedValue", "0"))
            for entry in (mapping.all("mapEntry") if mapping else ())
        },
        otherwise=fraction(mapping.get("defaultValue", "0")) if mapping else Fraction(0),
        cardinality=node.get("cardinality", "single"),
        base=node.get("baseType", "identifier"),
    )


def names(found: Sequence[str]) -> Sequence[str]:
    """Return the ids of a file where they can be ours, else letters."""
    fit = all(_NAME.fullmatch(name) for name in found) and len(set(found)) == len(found)
    return found if fit else letters(len(found))


class Item:
    """A question while it is read.

    Args:
        draft: what names its losses.
        top: the `assessmentItem`, with the names of QTI 2.

    """

    def __init__(self, draft: Draft, top: Node) -> None:
        self.draft = draft
        self.top = top
        self.body = top.one("itemBody") or Node("itemBody")

    @cached_property
    def interactions(self) -> list[Node]:
        found = [node for node in self.body.walk() if node.name.endswith("Interaction")]
        if any(node.name == "endAttemptInteraction" for node in found):
            self.draft.lose("hints")
        return [node for node in found if node.name != "endAttemptInteraction"]

    @cached_property
    def _declarations(self) -> Mapping[str, Node]:
        return {node.get("identifier"): node for node in self.top.all("responseDeclaration")}

    def declaration(self, interaction: Node) -> Declared:
        """Return what is said about the responses of an interaction; nothing if it is not declared."""
        found = self._declarations.get(interaction.get("responseIdentifier"))
        return declared(found) if found else Declared()

    @cached_property
    def maps(self) -> bool:
        """Whether each response is worth what the mapping says."""
        processing = self.top.one("responseProcessing")
        if processing is None:
            return False
        return "map_response" in processing.get("template") or any(True for _map in processing.find("mapResponse"))

    def name_rule(self) -> None:
        """Name a rule of scoring that is not one of the usual ones."""
        processing = self.top.one("responseProcessing")
        if processing and any(node.name not in RULES for node in processing.walk()):
            self.draft.lose("rule")

    def html(self, node: Node, gaps: Collection[int] = ()) -> str:
        """Return what is inside an element as HTML, a mark for each of the gaps, nothing for interactions."""
        return "".join(
            escaped(texts.without_marks(child)) if isinstance(child, str) else self._tagged(child, gaps)
            for child in node.inside
        )

    def _tagged(self, node: Node, gaps: Collection[int]) -> str:
        if id(node) in gaps:
            return texts.MARK
        inside_gap_match = bool(gaps) and node.name == "gapMatchInteraction"
        if node.name in SILENT or (node.name.endswith("Interaction") and not inside_gap_match):
            return " "
        if node.name in {"gapText", "gapImg"}:
            return ""
        inside = self.html(node, gaps)
        if not _TAG.fullmatch(node.name):
            return inside
        name = "img" if node.name == "object" else node.name
        said = {key: node.get(key) for key in KEPT if node.get(key)}
        if node.name == "object" and (words := texts.line(node.words)):
            said["alt"] = words
        given = "".join(f' {key}="{escaped(value)}"' for key, value in said.items())
        return f"<{name}{given}>" if name in {"img", "br", "hr"} else f"<{name}{given}>{inside}</{name}>"

    def words(self, node: Node) -> str:
        """Return what is inside an element as plain words."""
        return self.draft.text(self.html(node))

    def prompt(self, interaction: Node) -> str:
        """Return the question: instructions, the text around the interaction, and its own prompt."""
        own = interaction.one("prompt")
        told = [self.instructions] if interaction.name != "extendedTextInteraction" else []
        asked = [self.draft.asked(self.html(node)) for node in (self.body, own) if node]
        return texts.line(" ".join([*told, *asked])) or self.draft.name

    @cached_property
    def instructions(self) -> str:
        """What learners are told beside the question."""
        blocks = [block for block in self.body.find("rubricBlock") if "candidate" in block.get("view", "candidate")]
        return texts.line(" ".join(self.words(block) for block in blocks))

    @cached_property
    def _said(self) -> Mapping[str, str]:
        """What is shown after an answer, by the identifier that shows it."""
        found: dict[str, str] = {}
        for node in (*self.top.all("modalFeedback"), *self.body.find("feedbackBlock")):
            inner = node.one("contentBody") or node
            if node.get("showHide", "show") == "show":
                found.setdefault(node.get("identifier"), self.words(inner))
        return {name: text for name, text in found.items() if text}

    def verdicts(self, *, partial: bool = False) -> dict[str, str]:
        """Return what is said after a right and a wrong answer."""
        found = {SIDES[name.casefold()]: text for name, text in self._said.items() if name.casefold() in SIDES}
        self.name_other_feedback(())
        if not partial and found.pop("partial", ""):
            self.draft.lose("feedback")
        return found

    def said_of(self, choice: Node, *, right: bool) -> str:
        """Return the feedback of one choice."""
        inline = choice.one("feedbackInline") or next(choice.find("feedbackInline"), None)
        if inline is not None:
            return self.words(inline)
        sides = {SIDES[name.casefold()]: text for name, text in self._said.items() if name.casefold() in SIDES}
        return self._said.get(choice.get("identifier"), sides.get("correct" if right else "incorrect", ""))

    def name_other_feedback(self, ids: Iterable[str]) -> None:
        """Name feedback that belongs neither to a verdict nor to one of these choices."""
        if any(name not in {*ids} and name.casefold() not in SIDES for name in self._said):
            self.draft.lose("feedback")

    def says_true_and_false(self, rows: Iterable[Node]) -> bool:
        """Whether two choices are called what their identifiers say, in English or in the language in use."""
        sides = {"true": {"true", _("True").casefold()}, "false": {"false", _("False").casefold()}}
        found = list(rows)
        named = all(self.words(row).casefold() in sides[row.get("identifier")] for row in found)
        return named and not any(True for row in found for _feedback in row.find("feedbackInline"))
