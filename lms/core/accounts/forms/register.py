"""What people fill in to join without a code, and what only programs fill in (ACC-13)."""

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length, Optional

from lms import lazy_gettext as L_
from lms.core.accounts.domain import handles
from lms.host.forms import QUIET, Form


class RegisterForm(Form):
    """A name; `suggested` carries the names we proposed and `stamp` the moment of the page, both sealed."""

    handle = StringField(
        L_("A name to sign in with"),
        validators=[InputRequired(L_("Write a name, or keep ours.")), Length(max=handles.LONGEST * 4)],
        description=L_("Not your real name. Only you see it: you need it to sign in. Keep ours or write your own."),
        render_kw=QUIET,
    )
    website = StringField(
        L_("Leave this field empty"),
        validators=[Optional(), Length(max=1000)],
        render_kw={"autocomplete": "off", "tabindex": "-1"},
    )
    suggested = HiddenField()
    stamp = HiddenField()
