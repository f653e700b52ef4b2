"""What people fill in for the second step of a sign-in, and to set one up."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lms import lazy_gettext as L_
from lms.host.forms import QUIET, Form

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
