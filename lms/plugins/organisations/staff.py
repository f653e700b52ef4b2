"""Pages of those who coordinate an organisation: counts of people, and invitation codes on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.catalogue.api import Outline, current_outlines
from lms.host import clock
from lms.host.contributions import Permission, StaffView
from lms.host.db import connection, db
from lms.host.forms import Choice, language_choice
from lms.host.i18n import direction, format_date, language, languages, using
from lms.host.security import audit
from lms.host.security.current import vault
from lms.host.statistics.frozen import Frozen, Group, frozen, least
from lms.host.statistics.rules import HIDDEN, never_shown
from lms.host.web import actor, allowed, not_found, page, problem, see
from lms.plugins.cohorts.api import of_organisation
from lms.plugins.organisations import access, actions, queries
from lms.plugins.organisations.forms import BatchForm

blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")
COORDINATE = Permission("organisations.coordinate", (access.ROLE,))
COUNTS = StaffView("organisations.counts", L_("Counts of the people of an organisation"), "organisations.overview")
SLIPS_A_SHEET = 6


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch as a coordinator sees it. `small`: no number of it is ever shown; without `counted` it is a new one."""

    row: queries.BatchRow
    counted: Group | None
    small: bool
    over: bool


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as a coordinator sees it; without `counted` it is a new one."""

    name: str
    course: Outline
    counted: Group | None


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip of paper in its own language; it names neither the site's subject nor a course."""

    code: str
    lang: str
    dir: str
    heading: str
    open: str
    address: str
    type: str
    rules: str


@blueprint.get("/")
@allowed(COORDINATE)
def index() -> Response:
    """Go to my organisation, or list them when there are several."""
    mine = [UUID(scope) for scope in actor().scopes(access.ROLE, access.SCOPE)]
    if len(mine) == 1:
        return see(".overview", organisation_id=mine[0])
    return page("organisations/index.html", title=_("Organisation"), rows=queries.names(connection(), mine))


@blueprint.get("/<uuid:organisation_id>")
@allowed(COORDINATE)
def overview(organisation_id: UUID) -> Response:
    """Show places used, and of each group what enough people agreed to show (ORG-1, STAT-1)."""
    organisation = _organisation(organisation_id)
    audit.opened(actor(), (), COUNTS.key, role="coordinator", scope=f"organisation {organisation_id}")
    numbers = _numbers(organisation_id)
    places = numbers.group(str(organisation_id), queries.PLACES)
    return page(
        "organisations/overview.html",
        title=_("Organisation"),
        organisation=organisation,
        places=sum(row.size for row in queries.batches(connection(), organisation_id)),
        used=places.get("used") if places else HIDDEN,
        groups=_groups(organisation_id, numbers),
        day=numbers.day,
        least=least(),
    )


@blueprint.get("/<uuid:organisation_id>/invitations")
@allowed(COORDINATE)
def invitations(organisation_id: UUID) -> Response:
    """List the batches of codes, with counts only."""
    organisation = _organisation(organisation_id)
    return page(
        "organisations/invitations.html",
        title=_("Invitations"),
        organisation=organisation,
        lines=_lines(organisation_id, numbers := _numbers(organisation_id)),
        day=numbers.day,
        least=least(),
        saved="saved" in request.args,
    )


@blueprint.get("/<uuid:organisation_id>/invitations/new")
@allowed(COORDINATE)
def new(organisation_id: UUID) -> Response:
    """Ask for a new batch."""
    organisation = _organisation(organisation_id)
    form = _with_choices(BatchForm(), organisation_id)
    form.lang.data = language().code
    return page("organisations/new.html", title=_("New invitations"), organisation=organisation, form=form)


@blueprint.post("/<uuid:organisation_id>/invitations/new")
@allowed(COORDINATE)
def made(organisation_id: UUID) -> Response:
    """Make the codes and show their slips, this once."""
    organisation = _organisation(organisation_id)
    form = _with_choices(BatchForm(request.form), organisation_id)
    if not form.validate():
        return problem("organisations/new.html", form, title=_("New invitations"), organisation=organisation)
    expires = clock.now() + timedelta(weeks=int(form.weeks.data))
    try:
        codes = actions.create_batch(
            db.session(),
            batch_id=_id_of(form, organisation_id),
            organisation_id=organisation_id,
            cohort_id=UUID(form.cohort.data),
            size=form.size.data,
            expires=expires,
            lang=form.lang.data,
            form_key=form.key.data,
            by=actor().person,
        )
    except actions.SlipsGoneError:
        db.session.rollback()
        form.refuse("", _("These codes were made and shown before. Take that batch back, then make a new one."))
        return problem("organisations/new.html", form, title=_("New invitations"), organisation=organisation)
    db.session.commit()
    return page(
        "organisations/slips.html",
        title=_("Slips"),
        organisation=organisation,
        sheets=_sheets(_slips(codes, form.lang.data, expires)),
        count=len(codes),
    )


@blueprint.get("/<uuid:organisation_id>/invitations/<uuid:batch_id>/end")
@allowed(COORDINATE)
def end(organisation_id: UUID, batch_id: UUID) -> Response:
    """Say what taking a batch back does."""
    organisation = _organisation(organisation_id)
    _check_batch(organisation_id, batch_id)
    return page("organisations/end.html", title=_("Invitations"), organisation=organisation, batch_id=batch_id)


@blueprint.post("/<uuid:organisation_id>/invitations/<uuid:batch_id>/end")
@allowed(COORDINATE)
def ended(organisation_id: UUID, batch_id: UUID) -> Response:
    """Take the unused codes of a batch back."""
    _check_batch(organisation_id, batch_id)
    actions.take_back(db.session(), batch_id=batch_id, by=actor().person)
    db.session.commit()
    return see(".invitations", organisation_id=organisation_id, saved=1, _anchor="saved")


def _organisation(organisation_id: UUID) -> access.Coordinated:
    found = access.organisation_for(connection(), actor(), organisation_id)
    if found is None:
        not_found()
    return found


def _check_batch(organisation_id: UUID, batch_id: UUID) -> None:
    if not access.coordinates_batch(connection(), actor(), organisation_id, batch_id):
        not_found()


def _numbers(organisation_id: UUID) -> Frozen:
    return frozen(connection(), queries.SOURCE, [str(organisation_id)])


def _lines(organisation_id: UUID, numbers: Frozen) -> list[BatchLine]:
    now, smallest, topic = clock.now(), least(), str(organisation_id)
    return [
        BatchLine(
            row,
            numbers.group(topic, str(row.id)),
            never_shown(row.size, smallest),
            row.revoked or row.expires <= now,
        )
        for row in queries.batches(connection(), organisation_id)
    ]


def _groups(organisation_id: UUID, numbers: Frozen) -> list[GroupLine]:
    courses = {course.course_id: course for course in current_outlines(connection(), language().code)}
    return [
        GroupLine(group.name, courses[group.course_id], numbers.group(str(organisation_id), str(group.id)))
        for group in of_organisation(connection(), organisation_id)
        if group.course_id in courses
    ]


def _slips(codes: Sequence[str], lang: str, expires: datetime) -> list[Slip]:
    """Write the slips in their own language, whatever the page's."""
    address = url_for("accounts.join", lang=lang, _external=True).removeprefix("https://")
    with using(lang):
        words = {
            "heading": _("Your place in a course"),
            "open": _("Open this address:"),
            "type": _("Type this code:"),
            "rules": _("It works once, until %(day)s. No e-mail, no real name.", day=format_date(_last_day(expires)))
            + " "
            + _("Nobody sees what you do there, unless you choose so."),
        }
    return [Slip(code=code, lang=lang, dir=direction(lang), address=address, **words) for code in codes]


def _sheets(slips: list[Slip]) -> list[list[Slip]]:
    return [slips[first : first + SLIPS_A_SHEET] for first in range(0, len(slips), SLIPS_A_SHEET)]


def _last_day(expires: datetime) -> date:
    """Return the last whole day on which a code works, so that a slip never promises too much."""
    return (expires - timedelta(days=1)).date()


def _id_of(form: BatchForm, organisation_id: UUID) -> UUID:
    """Return the id of the batch that this very form makes; other answers make another batch (DUR-5)."""
    asked = (form.key.data, form.cohort.data, form.size.data, form.weeks.data, form.lang.data)
    parts = " ".join(str(part) for part in (actor().person, organisation_id, *asked))
    return UUID(bytes=vault().mac(parts, purpose="new batch")[:16], version=4)


def _with_choices(form: BatchForm, organisation_id: UUID) -> BatchForm:
    today = clock.today()
    form.cohort.choices = [
        Choice(str(group.id), group.name)
        for group in of_organisation(connection(), organisation_id)
        if group.ends >= today
    ]
    form.lang.choices = [language_choice(spoken.code) for spoken in languages()]
    return form
