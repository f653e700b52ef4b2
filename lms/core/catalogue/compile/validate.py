"""A pydantic model's complaints as problems that an author can read, each at its line."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lms import lazy_gettext as L_
from lms.core.catalogue.domain.problems import Lines, Path, Problem, Text

M = TypeVar("M", bound=BaseModel)
Told = tuple[str, Text, Text]

_TOLD: Mapping[str, Told] = {
    "missing": ("field-missing", L_("“%(field)s” is missing."), L_("Add a line “%(field)s: …”.")),
    "extra_forbidden": (
        "field-unknown",
        L_("“%(field)s” is not known here."),
        L_("Look for a spelling mistake, or take the line out."),
    ),
    "date_iso": (
        "field-date",
        L_("“%(field)s” is not a date."),
        L_("Write year, month and day, such as 2027-05-22."),
    ),
    "one_line": ("field-line", L_("“%(field)s” is longer than one line."), L_("Write it in one line.")),
    "note_text": (
        "note-text",
        L_("The content note has a level but no text."),
        L_("Say in “text” what is in the lesson and what is not, or set “level: 0”."),
    ),
    "string_type": (
        "field-text",
        L_("“%(field)s” must be text, not %(value)s."),
        L_('Put it in quotes: “%(field)s: "…"”.'),
    ),
    "string_too_short": ("field-empty", L_("“%(field)s” is empty."), L_("Write something, or take the line out.")),
    "string_too_long": (
        "field-long",
        L_("“%(field)s” has more than %(limit)s characters."),
        L_("Make it shorter."),
    ),
    "string_pattern_mismatch": (
        "field-form",
        L_("“%(value)s” is not a valid “%(field)s”."),
        L_("Use only what the description of this field allows; ids have letters, digits, full stops and hyphens."),
    ),
    "literal_error": (
        "field-choice",
        L_("“%(value)s” is not one of the choices of “%(field)s”."),
        L_("Write one of: %(limit)s."),
    ),
    "model_type": ("field-keys", L_("“%(field)s” must hold keys and values."), L_("Indent its lines below it.")),
    "dict_type": ("field-keys", L_("“%(field)s” must hold keys and values."), L_("Indent its lines below it.")),
    "list_type": (
        "field-list",
        L_("“%(field)s” must be a list."),
        L_("Write one line “- …” for each, or [ ] for none."),
    ),
    "too_short": ("field-few", L_("“%(field)s” needs at least %(limit)s."), L_("Add what is missing.")),
    "too_long": ("field-many", L_("“%(field)s” may hold at most %(limit)s."), L_("Take some out.")),
    "number": ("field-number", L_("“%(field)s” must be a number, not %(value)s."), L_("Write digits without quotes.")),
    "bool": ("field-bool", L_("“%(field)s” must be true or false."), L_("Write true or false without quotes.")),
    "range": ("field-range", L_("%(value)s is out of range for “%(field)s”."), L_("The limit is %(limit)s.")),
}
_ALIASES = {
    "int_type": "number",
    "int_parsing": "number",
    "int_from_float": "number",
    "float_type": "number",
    "float_parsing": "number",
    "bool_type": "bool",
    "bool_parsing": "bool",
    "greater_than": "range",
    "greater_than_equal": "range",
    "less_than": "range",
    "less_than_equal": "range",
    "mapping_type": "dict_type",
    "model_attributes_type": "model_type",
}
_OTHER: Told = ("field-wrong", L_("“%(field)s” is not right."), L_("Compare it with the description of the format."))
_LIMITS = ("expected", "max_length", "min_length", "gt", "ge", "lt", "le")


def validated(model: type[M], data: Any, file: str, lines: Lines) -> tuple[M | None, list[Problem]]:
    """Read `data` by `model`.

    Args:
        model: what the file should say.
        data: what it says, from `strict_yaml.load`.
        file: its path, for problems.
        lines: where each key stands.

    Returns:
        The model and no problem, or None and every problem.

    """
    return validated_by(model.model_validate, data, file, lines)


def validated_by(read: Callable[[Any], M], data: Any, file: str, lines: Lines) -> tuple[M | None, list[Problem]]:
    """Read `data` by a function that raises pydantic's `ValidationError`."""
    try:
        return read(data), []
    except ValidationError as error:
        return None, [_told(details, file, lines) for details in error.errors(include_url=False)]


def _told(details: ErrorDetails, file: str, lines: Lines) -> Problem:
    path: Path = tuple(details["loc"])
    kind = _ALIASES.get(details["type"], details["type"])
    code, message, mend = _TOLD.get(kind, _OTHER)
    context = details.get("ctx") or {}
    limit = next((context[name] for name in _LIMITS if name in context), "")
    values = {"field": _field(path), "value": _short(details["input"]), "limit": limit}
    return Problem(file, lines.at(path), code, message, mend, "error", values)


def _field(path: Path) -> str:
    names = [part for part in path if isinstance(part, str)]
    return names[-1] if names else "?"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
