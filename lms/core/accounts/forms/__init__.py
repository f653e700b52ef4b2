"""What people fill in to join, sign in and look after their account."""

from wtforms import BooleanField, HiddenField, IntegerField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.accounts.actions.grants import ROLES
from lms.core.accounts.domain import handles
from lms.host.forms import QUIET, Form

LONGEST = 1024
_CODE = {**QUIET, "autocapitalize": "characters", "class": "code"}
_WORD = {**QUIET, "class": "short", "size": "14"}  # without a size, an Arabic font makes it wider than a phone
STAFF_ROLES = tuple(role for role in ROLES if role not in {"learner", "facilitator", "coordinator"})


class JoinForm(Form):
    """Code and name; `suggested` carries the names we proposed, sealed."""

    code = StringField(
        L_("Invitation code"),
        validators=[InputRequired(L_("Write the code from your slip.")), Length(max=100)],
        description=L_("16 letters and numbers from your slip. Capitals and dashes do not matter."),
        render_kw=_CODE,
    )
    handle = StringField(
        L_("A name to sign in with"),
        validators=[InputRequired(L_("Write a name, or keep ours.")), Length(max=handles.LONGEST * 4)],
        description=L_("Not your real name. Only you see it: you need it to sign in. Keep ours or write your own."),
        render_kw=QUIET,
    )
    suggested = HiddenField()


class ConfirmForm(Form):
    """Two parts of the passphrase typed again; `state` carries everything else, sealed."""

    state = HiddenField()
    first = StringField(validators=[InputRequired(), Length(max=LONGEST)], render_kw=_WORD)
    second = StringField(validators=[InputRequired(), Length(max=LONGEST)], render_kw=_WORD)

    def label_parts(self, places: tuple[int, int], kind: str) -> None:
        """Name the two fields after the places they ask for."""
        for field, place in zip((self.first, self.second), places, strict=True):
            field.label.text = (
                _("Group %(number)s", number=place) if kind == "digits" else _("Word %(number)s", number=place)
            )


class SignInForm(Form):
    """Name and passphrase, or name and a recovery code."""

    handle = StringField(
        L_("Your name here"),
        validators=[InputRequired(L_("Write the name you sign in with.")), Length(max=handles.LONGEST * 4)],
        render_kw=QUIET,
    )
    passphrase = PasswordField(
        L_("Your words or numbers"),
        validators=[InputRequired(L_("Write your words or numbers, or a recovery code.")), Length(max=LONGEST)],
        description=L_("Spaces, capitals and accents do not matter. A recovery code works here too."),
        render_kw=QUIET,
    )


class KeyForm(Form):
    """A new passphrase: ours or the person's own."""

    current = PasswordField(
        L_("Your words or numbers now"), validators=[InputRequired(), Length(max=LONGEST)], render_kw=QUIET
    )
    sheet = StringField(
        L_("The code on your recovery sheet"),
        validators=[Optional(), Length(max=100)],
        description=L_("27 letters and numbers. Without it, notes that you sealed before stay closed."),
        render_kw=_CODE,
    )
    how = RadioField(
        L_("What kind of key do you want?"),
        choices=[SelectChoice("made", L_("Make one for me")), SelectChoice("own", L_("I write my own"))],
        default="made",
    )
    own = PasswordField(
        L_("My own words"),
        validators=[Optional(), Length(max=LONGEST)],
        description=L_("At least 15 characters. A sentence that only you would think of is good."),
        render_kw=QUIET,
    )
    own_again = PasswordField(L_("My own words, once more"), validators=[Optional()], render_kw=QUIET)


class CodeForm(Form):
    """A further invitation, for somebody who has an account."""

    code = StringField(
        L_("Invitation code"),
        validators=[InputRequired(L_("Write the code from your slip.")), Length(max=100)],
        description=L_("16 letters and numbers from your slip. Capitals and dashes do not matter."),
        render_kw=_CODE,
    )


class SettingsForm(Form):
    """How the site looks and when it signs a person out."""

    lang = SelectField(L_("Language"))
    theme = RadioField(
        L_("Theme"),
        choices=[
            SelectChoice("auto", L_("As on this device")),
            SelectChoice("light", L_("Light")),
            SelectChoice("dark", L_("Dark")),
        ],
    )
    low_data = BooleanField(L_("Low-data mode: show descriptions instead of pictures"))
    idle_minutes = SelectField(
        L_("Sign me out when I do nothing for"),
        coerce=int,
        description=L_("Shorter is safer when others use this device. After 12 hours you are signed out in any case."),
    )


class InviteForm(Form):
    """Codes for people who help to run the site."""

    role = SelectField(L_("Role"))
    count = IntegerField(
        L_("How many codes"),
        default=1,
        validators=[InputRequired(), NumberRange(min=1, max=50)],
        render_kw={"class": "short"},
    )
    days = IntegerField(
        L_("Days they work"),
        default=14,
        validators=[InputRequired(), NumberRange(min=1, max=365)],
        render_kw={"class": "short"},
    )
