"""Pages of the catalogue over HTTP: for everybody, and for authors."""

import re

import html5lib
import pytest

from lms.core.catalogue.api import current_outlines
from lms.core.catalogue.commands import publish_place
from lms.core.catalogue.compile.places import Place, places
from lms.core.catalogue.domain.contracts import ActivityType
from lms.host.testing import Site
from tests.core.catalogue.conftest import KINDS, Well
from tests.core.catalogue.test_lessons import picture
from tests.factories import make_person, sign_in

NOBODY, LEARNER, AUTHOR = None, (), (("author", "site", ""),)


@pytest.fixture
def shop(site: Site, well: Well, monkeypatch) -> Site:
    """A site that offers the well, and whose authors see its files."""
    site.app.extensions["lms"]._cache[ActivityType] = KINDS
    here = {"well": Place("well", well.folder, True)}
    monkeypatch.setattr("lms.core.catalogue.staff.all_places", lambda: here)
    publish(site, well)
    return site


def publish(site: Site, well: Well) -> None:
    with site.app.app_context():
        publish_place(Place("well", well.folder, True), kind="edition", accept_unreviewed=True)


def code(site: Site) -> str:
    with site.reading() as conn:
        return current_outlines(conn, "en")[0].code


def read(site: Site, url: str, *, who=NOBODY, status: int = 200) -> str:
    """Open a page, and make sure that it is well-formed."""
    browser = site.client() if who is None else sign_in(site, make_person(site, grants=who))
    response = browser.get(url)
    assert response.status_code == status, response.location
    text = response.get_data(as_text=True)
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(text)
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    return text


def test_the_front_page_tells_weight_and_review_of_each_course(shop: Site) -> None:
    text = read(shop, "/en/")
    assert f'href="/en/course/{code(shop)}"' in text
    assert "The well" in text
    assert "2 lessons" in text
    assert "10 min" in text
    assert re.search(r"\d\skB", text)
    assert "not yet reviewed" in text
    assert 'class="card p2"' in text


def test_a_site_without_courses_says_so(site: Site) -> None:
    assert "No course yet" in read(site, "/en/")


def test_the_front_page_needs_one_statement_once_it_is_warm(shop: Site) -> None:
    browser = shop.client()
    browser.get("/fr/")
    with shop.statements() as seen:
        browser.get("/fr/")
    assert len(seen) == 1, seen  # which releases are offered; no sign-in without a cookie


def test_a_course_shows_its_outline_and_no_text(shop: Site) -> None:
    text = read(shop, f"/en/course/{code(shop)}")
    assert "<title>Course 1 – Veer</title>" in text  # CACHE-4
    for shown in ("Digging", "1.1 Where to dig", "1.2 A good rope", "has a content note", "ends with 1 question"):
        assert shown in text
    assert text.count("Not yet reviewed") >= 3
    assert "Share a well." in text
    assert "near the reeds" not in text


def test_untranslated_titles_carry_their_language(shop: Site) -> None:
    text = read(shop, f"/ar/course/{code(shop)}")
    assert '<h1><span lang="en" dir="ltr">The well</span></h1>' in text
    assert 'dir="rtl"' in text


@pytest.mark.parametrize("address", ["/en/course/nothing", "/en/course/w", "/en/l/media/x.png", "/en/l/media/x.svg"])
def test_what_is_not_there_is_not_found(shop: Site, address: str) -> None:
    read(shop, address, status=404)


def test_a_module_has_no_course_page(shop: Site) -> None:
    with shop.reading() as conn:
        module = current_outlines(conn, "en")[0].modules[0]
    read(shop, f"/en/course/{module.code}", status=404)


def test_a_picture_is_sent_as_what_it_is(shop: Site, well: Well) -> None:
    picture(well, "map.png")
    well.body("\n![A map](media/map.png)\n")
    publish(shop, well)
    (name,) = [medium.name for medium in well.check().course.lessons[0].media.values()]
    response = shop.client().get(f"/en/l/media/{name}")
    assert (response.status_code, response.mimetype) == (200, "image/png")
    assert response.data.startswith(b"\x89PNG")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


# ---- authors


def desk(site: Site) -> str:
    """Return the address of the course on the desk, found as an author finds it."""
    found = re.search(r'href="(/en/desk/[0-9a-f]{10})"', read(site, "/en/desk/", who=AUTHOR))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", ["", "/1.1", "/9.9"])
def test_only_authors_see_the_desk(shop: Site, path: str) -> None:
    """AUTHZ-1"""
    address = desk(shop) + path
    read(shop, address, who=LEARNER, status=404)
    assert shop.client().get(address).status_code == 303
    read(shop, "/en/desk/", who=LEARNER, status=404)
    read(shop, "/en/desk/", who=(("facilitator", "cohort", "x"),), status=404)


@pytest.mark.parametrize("role", ["author", "reviewer", "translator"])
def test_somebody_asked_for_one_course_sees_that_one(shop: Site, role: str) -> None:
    """AUTHZ-2"""
    address = desk(shop)
    read(shop, address, who=((role, "course", "well"),))
    assert "The well" in read(shop, "/en/desk/", who=((role, "course", "well"),))
    read(shop, address, who=((role, "course", "other"),), status=404)
    read(shop, address + "/1.1", who=((role, "course", "other"),), status=404)
    assert "The well" not in read(shop, "/en/desk/", who=((role, "course", "other"),))


def test_the_desk_tells_what_is_wrong_reviewed_and_translated(shop: Site, well: Well) -> None:
    well.po("fr", 'msgctxt "W-1.1 title"\nmsgid "Where to dig"\nmsgstr "Où creuser"\n')
    text = read(shop, "/en/desk/", who=AUTHOR)
    for shown in ("The well", "Release 1", "No errors", "Draft: 2", "2 lessons"):
        assert shown in text
    assert '<bdi lang="fr">fr</bdi>' in text
    well.swap(well.lesson, "minutes: 5", "minutes: five")
    assert "1 error" in read(shop, "/en/desk/", who=AUTHOR)


def test_a_course_lists_its_problems_with_place_and_remedy(shop: Site, well: Well) -> None:
    well.swap(well.lesson, "- Two neighbours", "- Two ![](media/x.png)")
    text = read(shop, desk(shop), who=AUTHOR)
    line = well.check().errors[0].line
    assert f"well/10-digging/10-place/lesson.md:{line}" in text
    assert "has no description" in text
    assert "Say in the square brackets" in text
    assert "1.1" in text


def test_a_preview_shows_the_files_as_they_are_now(shop: Site, well: Well) -> None:
    well.po("fr", 'msgctxt "W-1.1 heading"\nmsgid "Where to dig"\nmsgstr "Où creuser"\n')
    well.swap(well.lesson, "One neighbour", "Three neighbours <b>x</b>")
    address = desk(shop) + "/1.1"
    english = read(shop, address, who=AUTHOR)
    assert "Three neighbours &lt;b&gt;x&lt;/b&gt;" in english
    assert "HTML is not read here" in english
    french = read(shop, address + "?text=fr", who=AUTHOR)
    assert "<h2>Où creuser</h2>" in french
    assert '<p lang="en" dir="ltr">Walk around the place.</p>' in french
    assert '<article class="read card" lang="fr" dir="ltr">' in french
    assert 'lang="en"' in read(shop, address + "?text=xx", who=AUTHOR)


def test_addresses_and_titles_of_the_desk_name_no_topic(shop: Site) -> None:
    """CACHE-4"""
    address = desk(shop)
    assert "well" not in address
    for path in ("/en/desk/", address, address + "/1.1"):
        title = re.search("<title>(.*?)</title>", read(shop, path, who=AUTHOR))[1]
        assert "well" not in title.lower()
        assert "dig" not in title.lower()


@pytest.mark.parametrize("path", ["/en/desk/0000000000", "/en/desk/0000000000/1.1"])
def test_a_course_that_is_not_there(shop: Site, path: str) -> None:
    read(shop, path, who=AUTHOR, status=404)
    read(shop, desk(shop) + "/9.9", who=AUTHOR, status=404)


def test_the_shipped_courses_are_found(site: Site) -> None:
    assert "holistic-start" in places(site.settings.folder)
