"""The form of an attempt, built from the fields that question types ask for, and the sealed ticket that it carries."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.host.forms import QUIET, Form
from lms.host.security.current import vault
from lms.host.security.sealed import CannotOpen, cell
from lms.plugins.quizzes.actions import Ticket
from lms.plugins.quizzes.domain.attempt import Asked, Readings, Sheet
from lms.plugins.quizzes.domain.content import Field, Values

TICKET = "attempt"
MOST_THOUGHT = 8_000
MOST_TYPED = 400


class ThoughtForm(Form):
    """What a person writes about a question to think about, to be sealed."""

    text = TextAreaField(
        L_("What you want to keep"),
        description=L_("It is sealed when you send it: only you can open it again. Nobody else sees that you wrote."),
        validators=[DataRequired(), Length(max=MOST_THOUGHT)],
        render_kw=QUIET,
    )


class LineForm(Form):
    """The line of a printed sheet."""

    line = StringField(
        L_("Your line"),
        description=L_(
            "Capitals, spaces and dashes do not matter. It begins with what is printed in the first six boxes of your sheet."
        ),
        validators=[InputRequired(L_("Write the line from your sheet.")), Length(max=MOST_TYPED)],
        render_kw=QUIET,
    )


class RegradeForm(Form):
    """Why attempts are graded again; it is noted in the audit."""

    reason = TextAreaField(
        L_("Why"),
        description=L_("It is kept with your account’s alias in the audit. Name the mistake, and nobody."),
        validators=[DataRequired(), Length(max=200)],
    )


@dataclass(frozen=True, slots=True)
class Control:
    """A field with what was typed and what is wrong with it."""

    field: Field
    typed: Sequence[str]
    errors: Sequence[str]

    @property
    def id(self) -> str:
        """Id of the element; one choice of a group carries its value behind it."""
        return self.field.name

    @property
    def target(self) -> str:
        """Where a link in the summary leads: the control, or the first one of a group."""
        return f"{self.id}_1" if self.field.control in {"radio", "checkbox"} else self.id

    @property
    def value(self) -> str:
        return next(iter(self.typed), "")


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """One question and its controls."""

    asked: Asked
    controls: tuple[Control, ...]

    @property
    def template(self) -> str:
        kind = self.asked.kind
        return kind.template if kind and (self.controls or not kind.graded) else "quizzes/types/gone.html"

    @property
    def wrong(self) -> bool:
        return any(control.errors for control in self.controls)


class AttemptForm:
    """A page of questions. Knows nothing of the request: it is given what was typed."""

    def __init__(
        self,
        sheet: Sheet,
        attempt: str,
        typed: Values,
        readings: Readings | None = None,
        *,
        refused: str = "",
        page: int = 1,
    ) -> None:
        """Take the sheet, its sealed ticket, the typed values, what is wrong with fields or the whole, and the page."""
        errors: dict[str, list[str]] = {}
        for number, fault in readings.wrong if readings else ():
            said = (
                _("Question %(number)s: %(message)s", number=number, message=fault.message) if number else fault.message
            )
            errors.setdefault(fault.field, []).append(said)
        self.attempt = attempt
        self.refused = refused
        self.page, self.pages = page, len(sheet.pages)
        self.questions = tuple(_question(asked, typed, errors) for asked in sheet.pages[page - 1])
        self.total = sheet.total

    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, message) for everything that is wrong, in the order of the page."""
        whole = [("", self.refused)] if self.refused else []
        return whole + [
            (control.target, message)
            for question in self.questions
            for control in question.controls
            for message in control.errors
        ]


def _question(asked: Asked, typed: Values, errors: Mapping[str, Sequence[str]]) -> QuestionForm:
    controls = (Control(field, typed.get(field.name, ()), errors.get(field.name, ())) for field in asked.fields)
    return QuestionForm(asked, tuple(controls))


def seal_ticket(ticket: Ticket, person: UUID) -> str:
    """Write a ticket so that only this person's browser can carry it, and nobody can choose its order or release."""
    parts = [str(ticket.release_id), ticket.token, ticket.seed, ticket.version]
    return vault().seal_form(json.dumps(parts).encode(), context=_place(ticket.quiz_id, person))


def open_ticket(sealed: str, quiz_id: str, person: UUID) -> Ticket | None:
    """Read a ticket back; None if it was not made here, for this quiz and this person."""
    try:
        parts = json.loads(vault().open_form(sealed, context=_place(quiz_id, person)))
    except CannotOpen:
        return None
    release, token, seed, version = parts
    return Ticket(quiz_id, UUID(release), token, seed, version)


def _place(quiz_id: str, person: UUID) -> str:
    return cell("C2", "quizzes_attempt", "ticket", quiz_id, person)
