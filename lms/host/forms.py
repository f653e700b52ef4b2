"""Forms: one base class with our own words, a summary of what is wrong, and a key against sending twice.

Nothing here knows Flask: a form is given its data. The forgery token is no field; the macro `hidden(form)` writes it
and `host.web` checks it before any view runs.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from wtforms import Form as WTForm
from wtforms.fields import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import Field
from wtforms.meta import DefaultMeta
from wtforms.widgets import CheckboxInput, ListWidget

from lms.host import i18n
from lms.host.i18n import lazy_gettext as L_
from lms.host.i18n import ngettext

Choice = SelectChoice  # an answer of a list: Choice(value, label); WTForms deprecates plain tuples
MOST_KEY = 64
# Browsers check these in their own language and stop the form; we answer in the page's language instead.
SILENCED = ("required", "maxlength", "minlength", "pattern", "min", "max", "step")
# For codes, names and words: some browsers send what is typed to a spelling service (CACHE-8).
QUIET = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}

# WTForms' own messages, in our tone; its catalogues lack several of our languages.
WORDS: Mapping[str, i18n.LazyText] = {
    "This field is required.": L_("Please fill this in."),
    "Not a valid choice.": L_("Choose one of the answers in the list."),
    "Invalid Choice: could not coerce.": L_("Choose one of the answers in the list."),
    "Invalid choice(s): one or more data inputs could not be coerced.": L_("Choose from the answers in the list."),
    "Not a valid integer value.": L_("Write a whole number, with digits only."),
    "Not a valid decimal value.": L_("Write a number, with digits only."),
    "Not a valid float value.": L_("Write a number, with digits only."),
    "Not a valid date value.": L_("Write the day as year-month-day, for example 2027-03-31."),
    "Not a valid datetime value.": L_("Write day and time as year-month-day hour:minute."),
    "Not a valid time value.": L_("Write the time as hours and minutes, for example 14:30."),
    "Not a valid week value.": L_("This is not a week we can read."),
    "Field must be equal to %(other_name)s.": L_("The two entries are not the same."),
    "Field must be between %(min)d and %(max)d characters long.": L_("Use between %(min)s and %(max)s characters."),
    "Number must be at least %(min)s.": L_("Write a number that is at least %(min)s."),
    "Number must be at most %(max)s.": L_("Write a number that is at most %(max)s."),
    "Number must be between %(min)s and %(max)s.": L_("Write a number between %(min)s and %(max)s."),
    "Date must be at least %(min)s.": L_("Write a day that is not before %(min)s."),
    "Date must be at most %(max)s.": L_("Write a day that is not after %(max)s."),
    "Date must be between %(min)s and %(max)s.": L_("Write a day between %(min)s and %(max)s."),
    "Invalid input.": L_("This is not in a form we can read."),
    "Invalid value, must be one of: %(values)s.": L_("Choose one of the answers in the list."),
    "Invalid value, can't be any of: %(values)s.": L_("This cannot be used here."),
    "This field is disabled and cannot have a value.": L_("This cannot be changed."),
    "This field cannot be edited.": L_("This cannot be changed."),
}
COUNTED: Mapping[str, Callable[[int], str]] = {
    "Field must be at least %(min)d character long.": lambda n: ngettext(
        "Use at least %(num)s character.", "Use at least %(num)s characters.", n
    ),
    "Field cannot be longer than %(max)d character.": lambda n: ngettext(
        "Use at most %(num)s character.", "Use at most %(num)s characters.", n
    ),
    "Field must be exactly %(max)d character long.": lambda n: ngettext(
        "Use exactly %(num)s character.", "Use exactly %(num)s characters.", n
    ),
    "'%(value)s' is not a valid choice for this field.": lambda _n: str(L_("Choose from the answers in the list.")),
}


class _Template(str):
    """A message that WTForms fills later; its numbers get the language's own digits."""

    __slots__ = ()

    def __mod__(self, values: Any) -> str:
        shown = {name: i18n.format_number(value) if type(value) is int else value for name, value in values.items()}
        return str.__mod__(self, shown)


class _Translations:
    """What WTForms asks for its messages."""

    @staticmethod
    def gettext(string: str) -> str:
        return _Template(WORDS.get(string, string))

    @staticmethod
    def ngettext(singular: str, plural: str, n: int) -> str:
        counted = COUNTED.get(singular)
        return _Template(counted(n).replace("%", "%%") if counted else (singular if n == 1 else plural))


class ChoicesField(SelectMultipleField):
    """Several answers of a list, as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Form(WTForm):
    """Base of every form.

    Args:
        formdata: what was sent (`request.form`), or nothing for a fresh page.
        obj: where values come from when nothing was sent.

    """

    class Meta(DefaultMeta):
        """How fields are bound and drawn."""

        def get_translations(self, form: WTForm) -> _Translations:
            """Return our own messages."""
            return _Translations()

        def bind_field(self, form: WTForm, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Bind a field and note how the macros should draw it."""
            bound = unbound_field.bind(form=form, **options)
            bound.kind = _kind(bound)
            return bound

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            """Draw the control, tied to its hint and error, and leave checking to the server."""
            attributes: dict[str, Any] = dict.fromkeys(SILENCED, False)
            described = [f"{field.id}-h"] if field.description else []
            if field.errors:
                described.append(f"{field.id}-e")
                attributes["aria-invalid"] = "true"
            if described:
                attributes["aria-describedby"] = " ".join(described)
            return super().render_field(field, {**attributes, **(field.render_kw or {}), **render_kw})

    key = HiddenField(default=lambda: secrets.token_urlsafe(12), filters=[lambda text: (text or "")[:MOST_KEY]])

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every field; what could not even be read is said once, not again by each further rule."""
        valid = bool(super().validate(extra_validators))
        for field in self:
            if field.process_errors and field.errors:
                field.errors = list(field.process_errors)
        return valid

    def refuse(self, name: str, message: str) -> None:
        """Add an error that only an action could find.

        Args:
            name: the field it belongs to; empty for the form as a whole.
            message: what is wrong and what to do.

        """
        if not name:
            self.form_errors.append(message)
            return
        field = self[name]
        field.errors = [*field.errors, message]

    def summary(self) -> list[tuple[str, str]]:
        """Return (id to link to, message) for everything that is wrong, in the order of the page."""
        whole = [("", str(message)) for message in self.form_errors]
        return whole + list(_wrong(self))


def language_choice(code: str) -> SelectChoice:
    """Return a language as an answer of a list: its name in itself, marked as such for screen readers."""
    return SelectChoice(code, i18n.endonym(code), {"lang": code, "dir": i18n.direction(code)})


def _kind(field: Field) -> str:
    if isinstance(field, HiddenField):
        return "hidden"
    if isinstance(field, BooleanField):
        return "tick"
    if isinstance(field, (RadioField, ChoicesField)):
        return "choices"
    return "line"


def _wrong(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    for field in fields:
        if isinstance(field, FormField):
            yield from _wrong(field.form)
        elif isinstance(field, FieldList):
            yield from _wrong(field.entries)
        else:
            target = _target(field)
            yield from ((target, str(message)) for message in field.errors)


def _target(field: Field) -> str:
    """Where a link in the summary leads: the control, or the first one of a group."""
    if isinstance(field, HiddenField):
        return ""
    if isinstance(field, (RadioField, ChoicesField)):
        first = next(iter(field), None)
        return first.id if first is not None else ""
    return str(field.id)
