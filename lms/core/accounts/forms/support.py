"""What an operator fills in to ask for support access."""

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from lms import lazy_gettext as L_
from lms.core.accounts.domain import handles
from lms.host.forms import QUIET, Form

REASON_WORDS = {
    "asked": L_("The person asked for help"),
    "fault": L_("A fault of the site"),
    "duty": L_("A duty by law"),
    "misuse": L_("Signs that somebody misuses the account"),
}


class SupportForm(Form):
    """Whose account, and why."""

    handle = StringField(
        L_("The name they sign in with"),
        validators=[InputRequired(L_("Write the name that the person gave you.")), Length(max=handles.LONGEST * 4)],
        render_kw=QUIET,
    )
    reason = RadioField(
        L_("Reason"),
        choices=[SelectChoice(key, words) for key, words in REASON_WORDS.items()],
        validators=[InputRequired(L_("Choose a reason. The person will read it."))],
    )
