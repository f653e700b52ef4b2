"""Every page of the suite, as each role meets it, in every language."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from lms.host import i18n
from lms.host.testing import Site
from tests.pages.checks import CHECKS, Page
from tests.pages.fixtures import LANGUAGES
from tests.pages.robot import Robot, bodies

pytestmark = pytest.mark.timeout(1200)  # the first of them waits for the walk over every page
# GET routes that answer with something else than a page.
NOT_PAGES = {
    "front_door": "goes on to the front page in the visitor's language",
    "host.gone": "is empty: part of the way out",
    "host.bye": "goes on to the everyday page",
    "catalogue.picture": "is a picture of a lesson",
    "quizzes_bank.picture": "is a picture of a question",
    "account.late_again": "leads back to what was sent too late",
    "account.sign_in_end_again": "leads back to the list of sign-ins",
    "account.copy_file": "is the copy of a person's data, to save",
    "certificates.file": "is the PDF",
    "quizzes_bank.exported": "is a file of questions",
    **dict.fromkeys(("workbook.blank_paper", "workbook.filled_paper", "workbook.all_paper"), "is a PDF of sheets"),
    **dict.fromkeys(("workbook.filled_text", "workbook.all_text"), "is a text file of sheets"),
}
# Bytes on the wire. A first TCP flight carries ten packets of 1,460 bytes; a lesson with its stylesheet fits in it.
FIRST_FLIGHT = 14_336
# A lesson of 18 minutes in the longest language; 5 KB hold up to about 1,600 words of English.
NEXT_LESSON = 7_168
LESSON = re.compile(r"/en/l/\w+")
SERVER_LINES = 60  # status and date, which the server adds
CHECKER = Path(__file__).parents[1] / "tools/node_modules/vnu-jar/build/dist/vnu.jar"


def test_every_page_was_met(robots: list[Robot], shown_site: Site) -> None:
    met = set().union(*(robot.endpoints for robot in robots))
    routes = {rule.endpoint for rule in shown_site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert routes - met - set(NOT_PAGES) == set()
    assert set(NOT_PAGES) <= routes


def test_no_request_of_a_person_without_scripts_breaks(robots: list[Robot]) -> None:
    assert [line for robot in robots for line in robot.strange] == []


def test_every_page_was_met_in_every_language(pages: list[Page]) -> None:
    seen = {lang: {page.endpoint for page in pages if page.lang == lang and page.method == "GET"} for lang in LANGUAGES}
    for lang in LANGUAGES[1:]:
        assert {name for name in seen["en"] - seen[lang] if not name.startswith("certificates_code")} == set()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_no_page_has_a_fault(check, pages: list[Page]) -> None:
    found = {f"{page}: {fault}" for page in pages for fault in check(page)}
    assert sorted(found) == []


def test_every_page_says_what_leaving_does_not_do(pages: list[Page], shown_site: Site) -> None:
    """EXIT-4: beside the control, in every language."""
    site = shown_site.app.extensions["lms_languages"]
    for page in pages:
        with i18n.using(page.lang, site):
            words = i18n.gettext("History and downloads stay.")
        (button,) = [form.find("button") for form in page.all("form") if form.get("class") == "leave"]
        described = page.tree.find(f".//*[@id='{button.get('aria-describedby')}']")
        assert described is not None
        assert described.text == words, page


def test_every_page_leads_to_itself_in_every_language(pages: list[Page]) -> None:
    for page in pages:
        if page.status == 404 or page.url.startswith("/c/"):
            continue
        links = {link.get("hreflang"): link.get("href", "") for link in page.all("a") if link.get("hreflang")}
        assert set(links) == set(LANGUAGES), page
        assert {href.split("/", 2)[2] for href in links.values()} == {page.url.split("/", 2)[2]}, page


@pytest.fixture(scope="session")
def weights(robots: list[Robot]) -> dict[str, tuple[str, int]]:
    """Endpoint and weight on the wire, headers included, of each page that a visitor or a learner can reach."""
    found = {}
    for robot in robots:
        if robot.who not in ("visitor", "learner"):
            continue
        links = {link.get("href", "").partition("#")[0] for page in robot.pages for link in page.all("a")}
        for course in {link for link in links if robot.endpoint(link, "GET") == "learning.course"}:
            links |= set(LESSON.findall(robot.browser.get(course).text))
        for path in sorted(link for link in links if link.startswith("/en/")):
            endpoint = robot.endpoint(path, "GET")
            for lang in LANGUAGES if endpoint else ():
                address = path.replace("/en/", f"/{lang}/", 1)
                with robot.browser.get(address, headers={"Accept-Encoding": "gzip, deflate, br"}) as response:
                    weight = len(response.get_data()) + lines(response.headers.items())
                    if response.mimetype == "text/html":
                        found[f"{robot.who} {address}"] = (endpoint, weight)
    return found


def lines(headers: Iterable[tuple[str, str]]) -> int:
    return SERVER_LINES + sum(len(name) + len(value) + 4 for name, value in headers)


def assets(site: Site) -> int:
    """Return the bytes of the stylesheet and the script, their headers included."""
    static = site.app.extensions["lms_static"]
    total = 0
    for address in (static.stylesheet("auto"), static.url("comfort.js")):
        with site.client().get(address, headers={"Accept-Encoding": "br"}) as response:
            total += len(response.get_data()) + lines(response.headers.items())
    return total


def test_a_lesson_fits_its_budgets(weights: dict[str, tuple[str, int]], shown_site: Site) -> None:
    lessons = {name: weight for name, (endpoint, weight) in weights.items() if endpoint == "learning.lesson"}
    assert len(lessons) >= 10 * len(LANGUAGES)  # the garden has four lessons, the starting course six
    assert {name: weight for name, weight in lessons.items() if weight > NEXT_LESSON} == {}
    assert max(lessons.values()) + assets(shown_site) <= FIRST_FLIGHT


def test_every_page_fits_in_the_first_flight(weights: dict[str, tuple[str, int]], shown_site: Site) -> None:
    around = assets(shown_site)
    assert {name: weight + around for name, (_, weight) in weights.items() if weight + around > FIRST_FLIGHT} == {}


def checked(folder: Path) -> str:
    """Return what the W3C's checker says about the pages in a folder; nothing is good."""
    command = ["java", "-Xss4m", "-jar", str(CHECKER), "--skip-non-html", "--format", "gnu", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


@pytest.mark.html
def test_an_independent_checker_finds_no_error(pages: list[Page], page_folder: Path) -> None:
    for name, same in bodies([page for page in pages if page.lang in ("en", "ar")]).items():  # others: other words only
        for index, page in enumerate(same):
            (page_folder / f"{name}.{page.lang}.{page.who}.{index}.html").write_text(page.html, "utf-8")
    assert checked(page_folder) == ""


@pytest.mark.html
def test_the_independent_checker_finds_a_planted_error(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('<!doctype html><html lang="en"><title>x</title><p><div></p><img src="x">')
    assert "error" in checked(tmp_path)
