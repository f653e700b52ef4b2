"""What a person calls their sign-ins."""

from wtforms import StringField
from wtforms.validators import Length, Optional

from lms import lazy_gettext as L_
from lms.host.forms import QUIET, Form

LONGEST_LABEL = 40


class LabelForm(Form):
    """A name for one sign-in, to tell it from the others."""

    label = StringField(
        L_("A name for this sign-in"),
        validators=[Optional(), Length(max=LONGEST_LABEL)],
        description=L_("For example “phone”. Only you see it, and it goes with the sign-in."),
        render_kw=QUIET,
    )
