"""What other packages may import from the quizzes.

- A kind of question of one's own: contribute a `QuestionType`; its values are here too.
- Asking a question outside its quiz: `question_outside` gives an `Outside`, which reads and grades; its form is an
  `AttemptForm`. Nothing of it is stored or counted.
- What somebody answered: `how_it_went`, for as long as their answers are kept. Event: `HandedIn`.
- Slot: `RESULT_AFTER` (ResultPage), below a result that is kept.
"""

from lms.core.catalogue.api import Translate, Words
from lms.host.slots import Slot
from lms.plugins.quizzes.access import how_it_went, question_outside, quiz_of
from lms.plugins.quizzes.domain.content import (
    Answer,
    Box,
    Choice,
    Field,
    Grade,
    Offer,
    Part,
    Picture,
    Question,
    Reading,
    Text,
    Values,
    Verdict,
    Wrong,
)
from lms.plugins.quizzes.domain.contracts import QuestionType
from lms.plugins.quizzes.domain.order import mixed
from lms.plugins.quizzes.domain.outside import Outside, Told, Went
from lms.plugins.quizzes.domain.review import ResultPage
from lms.plugins.quizzes.domain.slips.boxes import boxes_of, digit_boxes
from lms.plugins.quizzes.domain.source import (
    Flaw,
    ItemSource,
    Line,
    Name,
    Prose,
    Source,
    Verdicts,
    doubles,
    feedback_length,
)
from lms.plugins.quizzes.events import HandedIn
from lms.plugins.quizzes.forms import AttemptForm

RESULT_AFTER: Slot[ResultPage] = Slot("quizzes.result")

__all__ = [
    "RESULT_AFTER",
    "Answer",
    "AttemptForm",
    "Box",
    "Choice",
    "Field",
    "Flaw",
    "Grade",
    "HandedIn",
    "ItemSource",
    "Line",
    "Name",
    "Offer",
    "Outside",
    "Part",
    "Picture",
    "Prose",
    "Question",
    "QuestionType",
    "Reading",
    "ResultPage",
    "Source",
    "Text",
    "Told",
    "Translate",
    "Values",
    "Verdict",
    "Verdicts",
    "Went",
    "Words",
    "Wrong",
    "boxes_of",
    "digit_boxes",
    "doubles",
    "feedback_length",
    "how_it_went",
    "mixed",
    "question_outside",
    "quiz_of",
]
