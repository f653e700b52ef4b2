"""Forms of organisations."""

from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import TextInput

from lms import lazy_gettext as L_
from lms.host.forms import Choice, Form

MOST_CODES = 60


class BatchForm(Form):
    """A batch of one-use codes for a group."""

    cohort = SelectField(L_("Group"), validators=[InputRequired()])
    size = IntegerField(
        L_("How many codes"),
        description=L_("One for each person, up to 60 at a time. Nobody’s name is asked for or kept."),
        validators=[InputRequired(), NumberRange(1, MOST_CODES)],
        widget=TextInput(),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "short", "size": "10"},
    )
    weeks = RadioField(
        L_("How long the codes work"),
        choices=[
            Choice("2", L_("Two weeks")),
            Choice("4", L_("Four weeks")),
            Choice("12", L_("Twelve weeks")),
        ],
        default="4",
        validators=[InputRequired()],
    )
    lang = SelectField(L_("Language of the slips"), validators=[InputRequired()])
