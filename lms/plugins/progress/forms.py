"""What a person lets others see."""

from collections.abc import Iterable

from wtforms import RadioField
from wtforms.validators import InputRequired

from lms import lazy_gettext as L_
from lms.core.learning.api import AUDIENCES, Audience, Level
from lms.host.forms import Choice, Form
from lms.plugins.progress.domain.pages import OFFERED

LEVEL_WORDS = {
    "none": L_("Nothing"),
    "taking_part": L_("That you take part"),
    "completion": L_("Whether you have finished the course"),
    "progress": L_("Which lessons you have done"),
    "score": L_("Lessons done, and your best results"),
}


class SharingForm(Form):
    """One choice for each audience; audiences that do not concern the course are taken out."""

    facilitators = RadioField(
        L_("The facilitators of your group see"),
        description=L_(
            "They know you only by your name in the group. If they see your lessons, they notice where you are stuck."
        ),
        validators=[InputRequired()],
    )
    cohort = RadioField(
        L_("The others in your group see"),
        description=L_("They know you only by your name in the group."),
        validators=[InputRequired()],
    )
    organisation = RadioField(
        L_("Your organisation sees"),
        description=L_("It gets numbers of five people or more, never one person, and never your name in the group."),
        validators=[InputRequired()],
    )

    def keep(self, audiences: Iterable[Audience], levels: dict[Audience, Level]) -> None:
        """Take out every audience but these, and offer the levels that mean something to each."""
        wanted = set(audiences)
        for audience in AUDIENCES:
            if audience not in wanted:
                del self[audience]
                continue
            offered = OFFERED[audience]
            now = levels[audience]
            listed = offered if now in offered else (*offered, now)
            self[audience].choices = [Choice(level, LEVEL_WORDS[level]) for level in listed]
            if self[audience].data is None:
                self[audience].data = now

    def chosen(self) -> dict[Audience, Level]:
        """Return what was chosen for each audience that is left."""
        return {audience: self[audience].data for audience in AUDIENCES if audience in self}
