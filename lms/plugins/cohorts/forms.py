"""Forms of groups."""

from dataclasses import replace
from datetime import timedelta

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import TextInput

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.host.forms import QUIET, Form
from lms.plugins.cohorts.domain.dates import ModuleDays

MOST_WEEKS = 104
MOST_DAYS = 730
YEARS = range(2000, 2200)
DIGITS = {"inputmode": "numeric", "autocomplete": "off", "class": "short", "size": "10"}


class DaysForm(Form):
    """Name and days of a group."""

    name = StringField(
        L_("Name of the group"),
        description=L_("Only staff see it. Choose a neutral label: no topic, no place, no person."),
        validators=[DataRequired(), Length(max=80)],
        filters=[lambda text: (text or "").strip()],
        render_kw=QUIET,
    )
    starts = DateField(
        L_("First day"),
        description=L_("Year-month-day, for example 2027-03-31. All days of the group are counted from it."),
        validators=[InputRequired()],
        widget=TextInput(),
        render_kw=DIGITS,
    )
    weeks = IntegerField(
        L_("Weeks"),
        description=L_("After its last week the group forgets who was in it. What people have learnt stays theirs."),
        validators=[InputRequired(), NumberRange(1, MOST_WEEKS)],
        widget=TextInput(),
        render_kw=DIGITS,
    )

    def validate_starts(self, field: DateField) -> None:
        """A slip in the year makes days that no calendar has."""
        if field.data is not None and field.data.year not in YEARS:
            raise ValidationError(field.gettext("Not a valid date value."))

    def lasts(self) -> timedelta:
        """Return how many days the group lasts after its first one."""
        return timedelta(weeks=self.weeks.data, days=-1)


class NewCohortForm(DaysForm):
    """A new group."""

    course = SelectField(L_("Course"), validators=[InputRequired()])
    lang = SelectField(
        L_("Language of the members’ names"),
        description=L_("In the group, everybody has a name of two words from this language."),
        validators=[InputRequired()],
    )


class ModuleDaysForm(Form):
    """When one module opens and is meant to be done."""

    key = None
    opens = IntegerField(
        L_("Opens, days after the first day"),
        validators=[Optional(), NumberRange(0, MOST_DAYS)],
        widget=TextInput(),
        render_kw=DIGITS,
    )
    due = IntegerField(
        L_("Meant to be done, days after the first day"),
        validators=[Optional(), NumberRange(0, MOST_DAYS)],
        widget=TextInput(),
        render_kw=DIGITS,
    )

    check_opens = IntegerField(
        L_("Check opens, days after the first day"),
        validators=[Optional(), NumberRange(0, MOST_DAYS)],
        widget=TextInput(),
        render_kw=DIGITS,
    )
    check_closes = IntegerField(
        L_("Check closes, days after the first day"),
        validators=[Optional(), NumberRange(0, MOST_DAYS)],
        widget=TextInput(),
        render_kw=DIGITS,
    )
    check_tells = BooleanField(L_("Tell what was right in the check only after it has closed"))

    def validate_check_closes(self, field: IntegerField) -> None:
        """A check cannot close before it opens."""
        if field.data is not None and self.check_opens.data is not None and field.data < self.check_opens.data:
            raise ValidationError(_("This is before the check opens."))

    def validate_check_tells(self, field: BooleanField) -> None:
        """What never closes would never tell."""
        if field.data and self.check_closes.data is None and not self.check_closes.errors:
            raise ValidationError(_("Say on which day the check closes, or leave this out."))

    def validate_due(self, field: IntegerField) -> None:
        """A module cannot be due before it opens."""
        if field.data is not None and self.opens.data is not None and field.data < self.opens.data:
            raise ValidationError(_("This is before the module opens."))


def form_days(form: ModuleDaysForm, *, checked: bool) -> ModuleDays:
    """Return what was typed; `checked` is whether the module has a check."""
    days = ModuleDays(form.opens.data, form.due.data)
    if not checked:
        return days
    closes, tells = form.check_closes.data, form.check_tells.data
    return replace(days, check_opens=form.check_opens.data, check_closes=closes, check_tells=tells)


class CohortForm(DaysForm):
    """Name, days and modules of an existing group; one entry a module, in the order of the course."""

    modules = FieldList(FormField(ModuleDaysForm))

    def validate_weeks(self, field: IntegerField) -> None:
        """A group forgets its people after the last day; before that there must be time to look at what was right."""
        closes = [entry.form.check_closes.data for entry in self.modules]
        if field.data is not None and any(day is not None and day >= self.lasts().days for day in closes):
            raise ValidationError(_("A check must close at least one day before the last day of the group."))
