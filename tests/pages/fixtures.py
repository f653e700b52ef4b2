"""Every page of the demonstration site, as each role gets it, in each language."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lms.host.plugin import BUNDLED
from lms.host.testing import Prepare, Site, Template, opened_site
from tests.flows.test_main_story import be_checked, outline_of
from tests.pages.checks import Page
from tests.pages.robot import Robot
from tests.pages.world import ROLES, demonstrate, newcomer

# Pages that no link leads to.
STARTS = ("/en/", "/en/home", "/en/nowhere", "/c/0000-0000-0000-0000-0000-0000-000", "/en/workbook/1/keep")
LANGUAGES = ("en", "ar", "fr", "es")


@pytest.fixture(scope="session")
def shown_site(
    make_template: Callable[[str, Prepare, tuple[str, ...]], Template],
    tmp_path_factory: pytest.TempPathFactory,
    prepare_site: Prepare,
) -> Iterator[Site]:
    """One demonstration site that all tests of pages look at; pages are the same on both kinds of database."""
    template = make_template("sqlite", prepare_site, BUNDLED)
    with opened_site(template, tmp_path_factory.mktemp("shown") / "site", BUNDLED, demo=True) as site:
        site.app.config["SHOW_ERROR_PAGES"] = True
        yield site


@pytest.fixture(scope="session")
def robots(shown_site: Site) -> list[Robot]:
    """A visitor and one person of each role, after walking everywhere."""
    doors = demonstrate(shown_site)
    people = {
        "visitor": shown_site.client(),
        "newcomer": newcomer(shown_site),
        **{role: doors[role]() for role in ROLES},
    }
    robots = [Robot(shown_site, browser, who, LANGUAGES[1:]) for who, browser in people.items()]
    outline = outline_of(shown_site, "en")
    course = f"/en/my/{outline.code}"
    result = be_checked(shown_site, doors["learner"](), outline, "en", right=True)
    starts = (*STARTS, *plain_addresses(shown_site), f"{course}/finished", f"{course}/certificate/issue", result)
    return [robot.walk(*starts) for robot in robots]


def plain_addresses(site: Site) -> list[str]:
    """Return every address that needs nothing but a language, among them those that only follow a form."""
    rules = site.app.url_map.iter_rules()
    return [
        "/en" + rule.rule.partition(">")[2]
        for rule in rules
        if "GET" in (rule.methods or ()) and rule.arguments == {"lang"}
    ]


@pytest.fixture(scope="session")
def pages(robots: list[Robot]) -> list[Page]:
    """Everything anybody saw, in every language."""
    return [page for robot in robots for page in robot.pages] + [
        page for lang in LANGUAGES[1:] for robot in robots for page in robot.again(lang)
    ]


@pytest.fixture(scope="session")
def page_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pages are laid for checkers that read files."""
    return tmp_path_factory.mktemp("pages")
