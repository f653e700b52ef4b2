"""What a question type must be able to do. Other packages import it from `api`."""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, get_args

from lms.core.catalogue.api import Translate, Words
from lms.host.contributions import Contribution
from lms.host.contributions import Text as Label
from lms.plugins.quizzes.domain.content import Answer, Box, Field, Grade, Part, Question, Reading, Values
from lms.plugins.quizzes.domain.slips.boxes import boxes_of
from lms.plugins.quizzes.domain.source import Flaw, ItemSource

S = TypeVar("S", bound=ItemSource)


@dataclass(frozen=True)
class QuestionType(Contribution, Generic[S]):
    """A kind of question: how it is written, shown with plain form fields, read and graded.

    Everything here is a pure function: nothing is looked up or kept. `key` is the `type:` of course files.

    The life of a question: `source` reads the item of a course file; `problems` tells its author what to mend;
    `segments` gives its texts to translators; `compile` turns it into the `body` of a `Question` in one language, key
    included. For an attempt, `shuffle` sets the order on the page, `fields` gives the form controls of that order,
    `parse` reads what was posted, and `grade` judges the answer. Names and values of fields are places on the page,
    so a page gives no hint of the key; answers are ids, so they outlive the page.
    """

    key: str
    label: ClassVar[Label]
    """Name of the kind, for authors; it stands above a question that has no prompt."""
    source: ClassVar[type[ItemSource]]
    template: ClassVar[str]
    """Template of the controls of `q`, a question with what was typed."""
    review: ClassVar[str] = "quizzes/review/choice.html"
    """Template of the parts of `q`, a graded question."""
    graded: ClassVar[bool] = True
    """Whether it is read and counts. What does not only stands on the page: no `fields`, `parse` or `grade`."""
    paper: ClassVar[str] = "quizzes/paper/choice.html"
    """Template of `q`, a question on a printed sheet, with its boxes."""
    alone: ClassVar[bool] = False
    """Whether it is taken at an address of its own, a step a page, instead of on the page of questions."""

    def faults(self) -> Iterable[str]:
        """Name the fields of `source` that mean something else in every question."""
        for name, field in self.source.model_fields.items():
            written = field.alias or name
            common = ItemSource.model_fields.get(written)
            as_ever = field.annotation == getattr(common, "annotation", None) and name == written
            if common and not as_ever and (name != "type" or self.key not in get_args(field.annotation)):
                yield f"its question type {self.key!r} has a field {written!r}, which every question has: give it another name."

    @abstractmethod
    def problems(self, item: S) -> Iterable[Flaw]:
        """Everything to mend that the shape of `source` does not already refuse."""

    @abstractmethod
    def segments(self, item: S) -> Iterable[tuple[str, str]]:
        """(kind, text) of each text but the prompt; the kind is unique in the item and holds ids, not places."""

    @abstractmethod
    def compile(self, item: S, translate: Translate) -> dict[str, Any]:
        """The `body` of the question in one language, JSON-able. `translate` is given the kinds of `segments`."""

    @abstractmethod
    def lines(self, item: S, translate: Translate) -> Iterable[Words]:
        """The question below its prompt as plain lines without the key, kept for when the type is gone."""

    @abstractmethod
    def shuffle(self, question: Question, seed: str) -> Question:
        """The question in the order of one attempt: the same for the same seed, whatever the order in the file."""

    @abstractmethod
    def fields(self, question: Question) -> tuple[Field, ...]:
        """The form controls of a shuffled question, in order."""

    @abstractmethod
    def parse(self, question: Question, values: Values) -> Reading:
        """Read a form made of `fields`: an answer, or a message for each row that cannot be read."""

    @abstractmethod
    def grade(self, question: Question, answer: Answer) -> Grade:
        """Judge an answer. The order of the question does not matter."""

    def boxes(self, question: Question) -> tuple[Box, ...]:
        """Return the boxes of a shuffled question on paper, one sign each; none where it can only be answered online.

        What is written there fills in the `fields`, so `parse` and `grade` know nothing of paper. Unless a type says
        otherwise, what is chosen gets letters and what is typed is answered online.
        """
        return boxes_of(self.fields(question))

    def tally(self, question: Question) -> tuple[Part, ...]:
        """Return what authors see counted, in the order of the file: parts as `grade` makes them, `hit` if right.

        For kinds whose answers are choices of options; the others are counted as right or not.
        """
        return ()

    def onward(self, question: Question, answer: Answer | None) -> Question | None:
        """Return the question as it stands after `answer`, None when nothing is left to ask.

        For kinds that are taken `alone`: each step has one field, and what `parse` reads there is the answer so far.
        """
        return question if answer is None else None
