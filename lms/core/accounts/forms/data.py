"""What people fill in about their own data."""

from wtforms import BooleanField, PasswordField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from lms import lazy_gettext as L_
from lms.host.forms import QUIET, ChoicesField, Form
from lms.host.security.text import LONGEST

SHORTEST = 15


class LimitForm(Form):
    """How long an account is kept that nobody signs in to."""

    keep_days = SelectField(
        L_("Erase my account when I have not signed in for"),
        coerce=int,
        description=L_("Shorter is safer if you may one day be unable to erase it yourself."),
    )


class LockedForm(Form):
    """A copy in a file that opens only with a secret of its own (CACHE-7)."""

    kind = RadioField(
        L_("What should be in the file?"),
        choices=[SelectChoice("html", L_("A page to read")), SelectChoice("json", L_("Data for a program"))],
        default="html",
    )
    lock = PasswordField(
        L_("A secret that opens the file"),
        validators=[
            InputRequired(L_("Write a secret for the file.")),
            Length(
                min=SHORTEST,
                max=LONGEST,
                message=L_("Use at least 15 characters. Four or five words are easy to remember."),
            ),
        ],
        description=L_("Write it down first: nobody can open the file without it, and we do not keep it."),
        render_kw=QUIET,
    )


class EraseForm(Form):
    """Erase everything, at once and for good."""

    also = ChoicesField(L_("Before that"))
    sure = BooleanField(
        L_("I want my account and everything in it to be erased."),
        validators=[InputRequired(L_("Tick this if you are sure. Nothing has been erased yet."))],
    )
