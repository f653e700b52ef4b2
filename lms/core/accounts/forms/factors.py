"""What people fill in for the second step of a sign-in, and to set one up."""

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length, Optional

from lms import lazy_gettext as L_
from lms.host.forms import QUIET, Form

LONGEST_ANSWER = 16 * 1024
LONGEST_LABEL = 40

# Phones offer the code of an app by themselves.
_ONCE = {**QUIET, "autocomplete": "one-time-code", "class": "code"}


class StepForm(Form):
    """A code of the app, or a recovery code."""

    step_code = StringField(
        L_("Code"),
        validators=[InputRequired(L_("Write the code that your app shows now.")), Length(max=100)],
        description=L_("6 digits from your app. One of your recovery codes works here too, once."),
        render_kw=_ONCE,
    )


class AppForm(Form):
    """The first code of an app that is being set up."""

    step_code = StringField(
        L_("Code"),
        validators=[InputRequired(L_("Write the code that your app shows now.")), Length(max=100)],
        description=L_("6 digits. They change every 30 seconds."),
        render_kw={**_ONCE, "inputmode": "numeric", "size": "14"},
    )


class AnswerForm(Form):
    """What the script brings back from the browser: the answer of a passkey, and to which question."""

    passkey_answer = HiddenField(validators=[InputRequired(), Length(max=LONGEST_ANSWER)])
    challenge = HiddenField(validators=[InputRequired(), Length(max=64)])


class NewPasskeyForm(AnswerForm):
    """The same, with what the person calls it."""

    label = StringField(
        L_("What do you call it?"),
        validators=[Optional(), Length(max=LONGEST_LABEL)],
        description=L_(
            "For example the device that it is on. The device shows this name too, so do not write your own."
        ),
        render_kw=QUIET,
    )

    @property
    def named(self) -> str:
        """The name, tidy; empty if there is none."""
        return " ".join((self.label.data or "").split())[:LONGEST_LABEL]
