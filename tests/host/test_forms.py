"""Forms: our own words in every language, errors tied to their fields, what was typed kept."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FieldList, FormField, IntegerField, RadioField, SelectField, StringField, validators

from lms.host import forms, i18n
from lms.host.forms import QUIET, Choice, ChoicesField, Form

# Wrong use by a programmer, or field kinds that no form of ours has: never shown to anybody.
NEVER_SHOWN = {
    "CSRF failed.",
    "CSRF token expired.",
    "CSRF token missing.",
    "Choices cannot be None.",
    "Invalid CSRF Token.",
    "Invalid IP address.",
    "Invalid Mac address.",
    "Invalid URL.",
    "Invalid UUID.",
    "Invalid email address.",
    "Invalid field name '%s'.",
}


class Guest(Form):
    code = StringField(
        "Code", [validators.InputRequired(), validators.Length(max=8)], description="On your slip", render_kw=QUIET
    )
    age = IntegerField("Age", [validators.Optional(), validators.NumberRange(3, 9)])
    share = RadioField("Share", choices=[Choice("a", "All"), Choice("n", "Nothing")])
    days = ChoicesField("Days", choices=[Choice("mo", "Monday"), Choice("tu", "Tuesday")])
    agree = BooleanField("Agree", [validators.InputRequired()])
    size = SelectField("Size", choices=[Choice("s", "Small")])


def sent(**values: str) -> Guest:
    form = Guest(MultiDict(values))
    form.validate()
    return form


def test_every_message_of_the_forms_library_has_words_of_ours() -> None:
    spec = find_spec("wtforms")
    assert spec is not None
    folder = Path(str(spec.origin)).parent
    found = extract_from_dir(folder, [("**.py", "python")], keywords={"gettext": None, "ngettext": (1, 2)})
    messages = {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}
    assert len(messages) > 20
    assert messages - NEVER_SHOWN == set(forms.WORDS) | set(forms.COUNTED)


def test_the_summary_names_each_problem_in_the_order_of_the_page_and_leads_to_the_control() -> None:
    form = sent(code="much too long", age="x", share="z", size="z")
    assert form.summary() == [
        ("code", "Use at most 8 characters."),
        ("age", "Write a whole number, with digits only."),
        ("share-0", "Choose one of the answers in the list."),
        ("agree", "Please fill this in."),
        ("size", "Choose one of the answers in the list."),
    ]
    assert sent(code="", age="", share="a", agree="y", size="s").summary() == [("code", "Please fill this in.")]


def test_numbers_in_messages_use_the_digits_of_the_language() -> None:
    with i18n.using("ar", i18n.Languages.load(["ar"], [])):
        texts = dict(sent(code="123456789", age="1", share="a", agree="y", size="s").summary())
    assert texts == {"code": "Use at most ٨ characters.", "age": "Write a number between ٣ and ٩."}


def test_a_control_is_tied_to_its_hint_and_error_and_keeps_what_was_typed() -> None:
    html = str(sent(code="much <too> long").code())
    assert 'aria-describedby="code-h code-e"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="much &lt;too&gt; long"' in html
    assert 'spellcheck="false"' in html
    fresh = str(Guest().code())
    assert 'aria-describedby="code-h"' in fresh
    assert "aria-invalid" not in fresh


def test_the_browser_checks_nothing_in_its_own_language() -> None:
    html = str(Guest().code()) + str(Guest().age()) + str(Guest().size())
    assert not any(name in html for name in ("required", "maxlength", "min=", "max="))


def test_an_error_found_by_an_action_stands_with_the_others() -> None:
    form = sent(code="1", share="a", agree="y", size="s")
    assert form.summary() == []
    form.refuse("code", "Already used.")
    form.refuse("", "The group is full.")
    assert form.summary() == [("", "The group is full."), ("code", "Already used.")]


def test_a_form_sent_back_keeps_its_key_and_a_fresh_one_gets_another() -> None:
    assert sent(key="k" * 100).key.data == "k" * 64
    assert Guest().key.data != Guest().key.data
    assert len(Guest().key.data) >= 16


def test_errors_inside_nested_fields_are_found() -> None:
    class Row(Form):
        name = StringField(validators=[validators.InputRequired()])

    class Sheet(Form):
        rows = FieldList(FormField(Row), min_entries=2)

    form = Sheet(MultiDict({"rows-0-name": "x", "rows-1-name": ""}))
    assert not form.validate()
    assert form.summary() == [("rows-1-name", "Please fill this in.")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("code", "line"),
        ("share", "choices"),
        ("days", "choices"),
        ("agree", "tick"),
        ("size", "line"),
        ("key", "hidden"),
    ],
)
def test_each_field_knows_how_it_is_drawn(name: str, kind: str) -> None:
    assert Guest()[name].kind == kind
