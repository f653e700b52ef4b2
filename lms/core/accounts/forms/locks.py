"""What people fill in to close their account, and staff to help somebody."""

from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.fields.core import Field
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import TextInput

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.accounts.domain import handles
from lms.host import clock
from lms.host.forms import QUIET, Form

LONGEST = timedelta(days=366)
NOBODY = ""


class LockForm(Form):
    """Until when, and who may open it before."""

    until = DateField(
        L_("Closed until"),
        validators=[InputRequired(L_("Write the day on which it opens again."))],
        description=L_(
            "Year-month-day, for example 2027-03-31. On this day you can sign in again. At most a year from now."
        ),
        widget=TextInput(),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "short", "size": "10"},
    )
    opener = SelectField(
        L_("Who may open it earlier"),
        description=L_("Agree with this person before you go how they will know that it is really you who asks."),
    )
    sure = BooleanField(
        L_("I understand that until then nobody can sign in as me, and I cannot either"),
        validators=[InputRequired(L_("Tick this when you have read what happens."))],
    )

    def validate_until(self, field: Field) -> None:
        """Take days from tomorrow on, for a year."""
        day: Any = field.data
        if not isinstance(day, date) or not clock.today() < day <= clock.today() + LONGEST:
            raise ValidationError(_("Choose a day between tomorrow and a year from now."))


class AskResetForm(Form):
    """The first helper: for whom."""

    handle = StringField(
        L_("The name they sign in with"),
        validators=[InputRequired(L_("Write the name they sign in with.")), Length(max=handles.LONGEST * 4)],
        description=L_("They tell you themselves, in person or in a call in which you know them."),
        render_kw=QUIET,
    )


class ConfirmResetForm(Form):
    """The second helper: the same, and the number of the first."""

    number = StringField(
        L_("The number that the first person has"),
        validators=[InputRequired(L_("Write the number that the first person has.")), Length(max=100)],
        description=L_("8 letters and numbers."),
        render_kw={**QUIET, "autocapitalize": "characters", "class": "code"},
    )
    whom = StringField(
        L_("The name they sign in with"),
        validators=[InputRequired(L_("Write the name they sign in with.")), Length(max=handles.LONGEST * 4)],
        description=L_("From the person, not from the one who asked."),
        render_kw=QUIET,
    )
