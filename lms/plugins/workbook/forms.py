"""What is filled in on a part of a sheet, and the passphrase that opens the notebook."""

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from lms import gettext as _
from lms import lazy_gettext as L_
from lms import ngettext
from lms.host.forms import QUIET, Form
from lms.host.security.sealed import MOST_PADDED
from lms.plugins.workbook.domain.filled import MOST_LINE, MOST_ROWS, MOST_TEXT, Row, Values, both, read
from lms.plugins.workbook.domain.sealing import written
from lms.plugins.workbook.domain.sheet import Field, Part

FREE_ROWS = 2
MORE_ROWS = 5
LONGEST_PASSPHRASE = 1024


class OpenForm(Form):
    """The passphrase, where a sign-in came without it."""

    passphrase = PasswordField(
        L_("Your words or numbers"),
        validators=[InputRequired(L_("Write your words or numbers.")), Length(max=LONGEST_PASSPHRASE)],
        description=L_("Spaces, capitals and accents do not matter."),
        render_kw=QUIET,
    )


class PartForm:
    """A part of a sheet as a form; its fields come from a content file, so it is not written with WTForms.

    Args:
        part: what is asked.
        values: what is shown in it.
        version: of what was kept when the person began to write.
        more: id of a field that shall have more free rows.

    """

    def __init__(self, part: Part, values: Values, version: int, more: str = "") -> None:
        self.part = part
        self.values = values
        self.version = version
        self.theirs: Values = {}
        self.errors: dict[str, str] = {}
        self._more = more

    @classmethod
    def sent(cls, part: Part, form: Mapping[str, str]) -> "PartForm":
        """Return the form as somebody sent it."""
        version = form.get("version", "")
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
        return cls(part, read(part, lambda name: form.get(name, "")), number, form.get("more", ""))

    def summary(self) -> list[tuple[str, str]]:
        """Return (control, message) for everything that is wrong."""
        return list(self.errors.items())

    def validate(self) -> bool:
        """Check lengths; there is nothing else that could be wrong with one's own words."""
        self.errors = {}
        for field in self.part.fields:
            for name, text in self._controls(field):
                most = MOST_TEXT if field.kind == "long" else MOST_LINE
                if len(text) > most:
                    self.errors[name] = ngettext(
                        "Use at most %(num)s character.", "Use at most %(num)s characters.", most
                    )
        rows = max((len(value) for value in self.values.values() if not isinstance(value, str)), default=0)
        if not self.errors and (rows > MOST_ROWS or len(written(self.values)) > MOST_PADDED):
            self.errors[""] = _("This page holds more than can be kept. Shorten it, or split it over other pages.")
        return not self.errors

    def _controls(self, field: Field) -> Iterator[tuple[str, str]]:
        value: Any = self.values[field.id]
        if isinstance(value, str):
            yield field.id, value
            return
        for number, row in enumerate(value):
            if isinstance(row, str):
                yield f"{field.id}-{number}", row
            else:
                yield from ((f"{field.id}-{number}-{column}", text) for column, text in row.items())

    def conflict(self, theirs: Values, version: int) -> None:
        """Take up what another window kept in the meantime, beside what was typed here (CON-5)."""
        self.theirs = {name: value for name, value in theirs.items() if value and value != self.values[name]}
        self.version = version

    def join(self, theirs: Values) -> None:
        """Put both texts into the fields."""
        self.values = both(self.part, theirs, self.values)

    def rows(self, field: Field) -> list[str] | list[Row]:
        """Return the rows to show: those with something in them, and a few free ones."""
        free = MORE_ROWS if self._more == field.id else FREE_ROWS
        value: Any = self.values[field.id]
        blank: Any = "" if field.kind == "list" else {column.id: "" for column in field.columns}
        return [*value, *[blank] * min(free, MOST_ROWS - len(value))]
