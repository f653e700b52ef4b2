"""Somebody in two groups has a name in each, and nothing that a peer in both is sent ties the one to the other (ACC-16)."""

import re
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from lms.core.accounts.views import locks
from lms.core.catalogue.commands import publish_place
from lms.core.catalogue.compile.places import Place
from lms.core.learning.api import enrolment_in, set_consent
from lms.host import clock
from lms.host.testing import opened_site
from lms.plugins.cohorts.actions.members import join_cohort
from lms.plugins.cohorts.api import create_cohort
from lms.plugins.cohorts.models import Cohort, Member
from tests.conftest import COURSES
from tests.factories import make_person, sign_in
from tests.safety.leftovers import traces_of
from tests.safety.walking import walk

pytestmark = pytest.mark.safety
GROUPS = {"Autumn": "garden", "Spring": "orchard"}
OTHER_THINGS = ("/en/l/", "/en/m/", "/en/my/", "/en/workbook")  # lessons, checks and sheets know no group
WORD = re.compile(r"[^\s/?&=#,()]+")


@dataclass
class Two:
    """Two groups; `both` and `guide` are in both, and so is the peer who looks. The others are in one."""

    site: object
    cohorts: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    aliases: dict = field(default_factory=dict)

    def enter(self, who, group, role="learner"):
        person = self.people.setdefault(who, make_person(self.site))
        with self.site.session() as session:
            cohort = session.get_one(Cohort, self.cohorts[group])
            given = join_cohort(session, cohort=cohort, person_id=person.id, role=role, handle=person.handle)
            if role == "learner":
                own = enrolment_in(session.connection(), person.id, cohort.course_id).enrolment_id
                seen = {"person_id": person.id, "enrolment_id": own, "audience": "cohort", "level": "completion"}
                set_consent(session, **seen)
        self.aliases[who, group] = given


@pytest.fixture(scope="module")
def two(database, make_template, prepare_site, site_plugins, tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    with opened_site(make_template(database, prepare_site, site_plugins), folder / "site", site_plugins) as site:
        orchard(site, folder / "orchard")
        found = Two(site)
        for name, course in GROUPS.items():
            found.cohorts[name] = group(site, name, course)
            for who in ("peer", "both", f"only in {name}"):
                found.enter(who, name)
            for who in ("guide", f"guide of {name}"):
                found.enter(who, name, role="facilitator")
        yield found


def orchard(site, folder):
    """Publish the garden once more, as another course."""
    shutil.copytree(COURSES / "garden", folder)
    for path in (one for one in Path(folder).rglob("*.*") if one.is_file()):
        text = path.read_text().replace("id: garden", "id: orchard").replace("GA-", "OR-")
        path.write_text(text.replace("A small garden", "A small orchard"))
    with site.app.app_context():
        publish_place(Place("orchard", folder, editable=True), kind="edition", accept_unreviewed=True)


def group(site, name, course):
    cohort_id, today = uuid4(), clock.today()
    days = {"starts": today - timedelta(days=9), "ends": today + timedelta(days=40)}
    with site.session() as session:
        create_cohort(session, cohort_id=cohort_id, name=name, course_id=course, lang="en", **days)
    return cohort_id


def pages_of(two):
    """Return every page that the peer gets to from anywhere, but for those of lessons."""
    groups = [f"/en/group/{one}" for one in two.cohorts.values()]
    return walk(two.site, sign_in(two.site, two.people["peer"]), *groups, without=OTHER_THINGS)


def near(pages, alias):
    """Return every word and value in the elements that hold a name: its line, its row, its choice."""
    found = set()
    for page in pages:
        for element in page.tree.iter():
            if alias not in (element.text or "") or element.tag in ("script", "style"):
                continue
            lines = (one for one in page.ancestors(element) if one.tag in ("li", "tr"))
            line = element if element.tag == "option" else next(lines, element)
            for part in line.iter():
                texts = [part.text or "", *part.attrib.values(), *(child.tail or "" for child in part)]
                found |= {word for text in texts for word in WORD.findall(text)}
    return found


def links(two, pages):
    """Return what stands near a person's name in one group and near their name in the other, and near nobody else's."""
    found = {}
    for who, others in (("both", "only in"), ("guide", "guide of")):
        mine = [near(pages, two.aliases[who, name]) for name in GROUPS]
        theirs = [near(pages, two.aliases[f"{others} {name}", name]) for name in GROUPS]
        assert all(mine), "no page shows this name: nothing would be compared"
        assert all(theirs)
        if shared := set.intersection(*mine) - set.union(*theirs):
            found[who] = shared
    return found


def identifying(two, who):
    """Return what the database holds of a person and of nobody else, beside their names in the groups."""
    app = two.site.app
    others = [traces_of(app, one.id).values for other, one in two.people.items() if other != who]
    aliases = {two.aliases[who, name].encode() for name in GROUPS}
    return traces_of(app, two.people[who].id).without(set.union(aliases, *others))


def told(two, pages):
    """Return which values of the rows of the others stand on a page of the peer."""
    bodies = b"\n".join(page.html.encode() for page in pages)
    public = b"\n".join(two.site.client().get(f"/en/{path}").data for path in ("", "courses", "help"))
    values = {value for who in ("both", "guide") for value in identifying(two, who)}
    return sorted(value for value in values if value in bodies and value not in public)


def test_acc_16_nothing_a_peer_sees_links_two_groups(two):
    """ACC-16: everything a peer in two groups can open: two names, and nothing that stands by both of them."""
    pages = pages_of(two)
    assert len(pages) > 20
    assert two.aliases["both", "Autumn"] != two.aliases["both", "Spring"]
    assert links(two, pages) == {}
    assert told(two, pages) == []


def test_acc_16_planted_one_name_in_both_groups_is_found(two):
    """ACC-16: planted fault: the second group knows the person by the name of the first."""
    first, second = (two.aliases["both", name] for name in GROUPS)
    mine = update(Member).where(Member.person_id == two.people["both"].id, Member.cohort_id == two.cohorts["Spring"])
    planted = SimpleNamespace(site=two.site, people=two.people, aliases=two.aliases | {("both", "Spring"): first})
    planted.cohorts = two.cohorts
    with two.site.session() as session:
        session.execute(mine.values(alias=first))
    try:
        assert links(planted, pages_of(planted)) == {"both": {first}}
    finally:
        with two.site.session() as session:
            session.execute(mine.values(alias=second))


def test_acc_16_planted_an_id_of_the_person_beside_a_name_is_found(two, monkeypatch):
    """ACC-16: planted fault: the choice of a helper sends the helper's own id, the same in both groups."""
    monkeypatch.setattr(locks, "_mark", lambda helper: f"{helper.grant.scope_id} {helper.person_id}")
    guide, pages = str(two.people["guide"].id), pages_of(two)
    assert links(two, pages) == {"guide": {guide}}
    assert guide.encode() in told(two, pages)


def test_acc_16_a_name_is_not_given_again_to_the_same_person(two, monkeypatch):
    """ACC-16: a word drawn twice is drawn again; control: for somebody else it is free in another group."""
    with two.site.reading() as conn:
        first = conn.scalar(select(Member.alias).where(Member.person_id == two.people["only in Autumn"].id))
    for who, given in (("only in Autumn", "quiet-river"), ("newcomer", first)):
        drawn = iter([*first.split("-"), "quiet", "river"])
        monkeypatch.setattr("lms.plugins.cohorts.domain.aliases.secrets.choice", lambda _words, d=drawn: next(d))
        two.enter(who, "Spring", role="facilitator")
        assert two.aliases[who, "Spring"] == given
