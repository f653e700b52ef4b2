"""What stands in addresses and forms is random or names content; no row is numbered where anybody sees it (AUTHZ-3)."""

import re
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid1

import pytest
from sqlalchemy import Column, Integer, MetaData, Table
from werkzeug.routing.converters import NumberConverter

from lms.host.plugin import current_host
from lms.host.startup import tables
from lms.host.testing import opened_site
from tests.pages.checks import Page
from tests.safety.walking import walk
from tests.safety.world import build

# Addresses are the same on both kinds of database.
pytestmark = [pytest.mark.safety, pytest.mark.database("sqlite")]
UUIDS = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b")
TYPED = ("text", "password", "search")
WALKERS = ("learner", "facilitator", "coordinator", "operator")
# Numbers that people choose or that count within what they look at; no row is found by them.
NO_KEYS = {
    r"/workbook/|sheet|/cards/": "sheets and cards are numbered on paper",
    r"/\d+/|place|page|save|after|seen|step": "the place of a page, a part or a step",
    r"q\d+(\.\d+)?": "the place of an answer below its question",
    r"agreed|count|days|weeks|keep_days|idle_minutes|offset.*|low_data|saved|version|size": "a choice, or how often something changed",
}
COUNTED = {
    "host_audit": "the chain of entries; shown to nobody",
    "host_audit_head": "the same",
    "host_audit_tip": "the same",
    "quizzes_attempt": "how many tries one person has had at one quiz",
    "quizzes_item": "the versions of one question",
}
STARTS = {
    "group": "cohort_id",
    "cohorts": "cohort_id",
    "organisations": "organisation_id",
    "operator/support": "support_id",
}
NUMBERED_ROUTES = ("workbook.", "library.card")


@pytest.fixture(scope="module")
def seen(database, make_template, prepare_site, site_plugins, tmp_path_factory):
    """A site on which everything is twice, and every page that each role gets to."""
    template, folder = make_template(database, prepare_site, site_plugins), tmp_path_factory.mktemp("seen") / "site"
    with opened_site(template, folder, site_plugins) as site:
        world = build(site)
        starts = [f"/en/{kind}/{world.own[name]}" for kind, name in STARTS.items()]
        yield site, [page for role in WALKERS for page in walk(site, world.browsers[role], *starts, most=1)]


def sent(page):
    """Yield what a page lets a browser send: name and value of fields and queries, parts of paths without a name."""
    for element in page.tree.iter():
        for attribute in ("href", "action", "formaction", "src"):
            address = urlsplit(element.get(attribute) or "")
            if not address.netloc:
                before = ""
                for part in address.path.split("/"):
                    yield f"/{before}/", part
                    before = part
                yield from parse_qsl(address.query)
        if element.tag in ("button", "option") or (
            element.tag == "input" and element.get("type") not in (None, *TYPED)
        ):
            owner = next((one for one in page.ancestors(element) if one.tag == "select"), element)
            yield owner.get("name") or "", element.get("value") or ""


def keys_on(page):
    """Return what looks like the key of a row and is not random."""
    found = set()
    for name, value in sent(page):
        if value.isdecimal() and not any(re.fullmatch(kind, name) for kind in NO_KEYS):
            found.add(f"{name} {value}")
        found |= {one for one in UUIDS.findall(value) if UUID(one).version != 4}
    return found


def counted(inventory):
    """Return the tables whose rows are numbered as they come."""
    return {table.name for table in inventory if any(isinstance(one.type, Integer) for one in table.primary_key)}


def test_authz_3_no_address_and_no_field_holds_the_number_of_a_row(seen):
    """AUTHZ-3: pages of everybody who works with others: ids are random (UUID 4), numbers count what is looked at."""
    _site, pages = seen
    assert len(pages) > 80, len(pages)
    assert sum(bool(UUIDS.search(page.html)) for page in pages) > 10
    assert {f"{page.url}: {fault}" for page in pages for fault in keys_on(page)} == set()


def test_authz_3_no_row_that_anybody_is_shown_is_numbered(seen):
    """AUTHZ-3: keys of tables are random or given; routes take no number but those of sheets and cards on paper."""
    site, _pages = seen
    with site.app.app_context():
        assert counted(tables(current_host())) == set(COUNTED)
    rules = [rule for rule in site.app.url_map.iter_rules() if not rule.endpoint.startswith(NUMBERED_ROUTES)]
    numbered = {
        (rule.endpoint, name)
        for rule in rules
        for name, converter in rule._converters.items()
        if isinstance(converter, NumberConverter)
    }
    assert numbered == set()


def test_authz_3_planted_numbers_and_ids_of_a_moment_are_found():
    """AUTHZ-3: planted faults: a row's number in an address and in a field, an id made of the time, a numbered table."""
    moment = uuid1()
    html = f"""<!doctype html><title>x</title><a href="/en/cohorts/17">x</a><a href="/en/group/{moment}">x</a>
    <form><input type="hidden" name="person" value="4"><select name="opener"><option value="5">x</select></form>"""
    assert keys_on(Page(html, "en", "/en/x")) == {"/cohorts/ 17", str(moment), "person 4", "opener 5"}
    planted = Table("planted", MetaData(), Column("id", Integer, primary_key=True))
    assert counted([planted]) == {"planted"}
