"""Forms of certificates: what shall be printed, and what is checked."""

import unicodedata
from collections.abc import Iterable

from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional

from lms import gettext as _
from lms import lazy_gettext as L_
from lms import ngettext
from lms.host.forms import QUIET, Choice, Form, language_choice
from lms.host.render import unprintable
from lms.plugins.certificates.domain.names import MOST, comparable, tidy

MOST_SHOWN = 5


class AskForm(Form):
    """What the certificate shall show. Nothing is filled in from the account (CERT-1)."""

    name = StringField(
        L_("Name on the certificate"),
        [Optional()],
        filters=[lambda text: tidy(text or "")],
        description=L_(
            "Any name you want to be known by. Leave it empty to print no name. "
            "We keep it for 24 hours to make the file, and then only a scrambled form that cannot be read back."
        ),
        render_kw=QUIET | {"dir": "auto"},
    )
    lang = RadioField(L_("Language of the certificate"), [InputRequired(L_("Choose a language."))])
    form = RadioField(
        L_("Title"),
        [InputRequired(L_("Choose a title."))],
        description=L_("The second one does not tell what the course was about."),
    )

    def offer(self, languages: Iterable[str], full: str, discreet: str) -> None:
        """Fill in the choices.

        Args:
            languages: codes of the languages the certificate can be printed in.
            full: title of the course.
            discreet: its neutral title.

        """
        self.lang.choices = [language_choice(code) for code in languages]
        self.form.choices = [Choice("full", full), Choice("discreet", discreet)]

    @property
    def discreet(self) -> bool:
        """Whether neutral titles were chosen."""
        return bool(self.form.data == "discreet")

    def validate_name(self, field: StringField) -> None:
        """Refuse names that are too long, hold no letter, or have letters that none of our fonts can draw."""
        if len(field.data) > MOST:
            self.refuse("name", ngettext("Use at most %(num)s character.", "Use at most %(num)s characters.", MOST))
        missing = [letter for letter in unprintable(field.data) if not unicodedata.category(letter).startswith("Z")]
        if missing:
            shown = " ".join(missing[:MOST_SHOWN])
            self.refuse(
                "name", _("We have no typeface yet for: %(letters)s. Write the name in another script.", letters=shown)
            )
        elif field.data and not comparable(field.data):
            self.refuse("name", _("Write a name with at least one letter, or leave this empty."))


class CheckForm(Form):
    """The code somebody read from a paper."""

    code = StringField(
        L_("Code on the certificate"),
        [InputRequired(L_("Type the code that stands at the foot of the certificate."))],
        description=L_(
            "27 letters and numbers, at the foot of the certificate. Capitals, spaces and dashes do not matter."
        ),
        render_kw=QUIET,
    )


class NameForm(Form):
    """The name somebody read from a paper."""

    code = StringField(validators=[InputRequired()])
    name = StringField(
        L_("Name on the paper"),
        [DataRequired(L_("Type the name that stands on the paper."))],
        filters=[lambda text: tidy(text or "")],
        render_kw=QUIET | {"dir": "auto"},
    )
