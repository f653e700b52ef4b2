"""A person on the shore: taking the sample's course over plain forms."""

import re
from datetime import timedelta
from html import unescape

from lms.core.catalogue.api import current_outlines
from lms.core.learning.api import enrolments_of

HOUR = timedelta(hours=2)
FIELD = re.compile(r'<input[^>]*\bname="([^"]+)"[^>]*\bvalue="([^"]*)"')


def course(site, lang="en"):
    with site.app.test_request_context(f"/{lang}/"), site.reading() as conn:
        (found,) = [outline for outline in current_outlines(conn, lang) if outline.course_id == "pebbles"]
    return found


def hidden(page):
    """Return the hidden fields of the form of an attempt."""
    form = page[page.index('name="attempt"') - 200 :]
    return {name: unescape(value) for name, value in FIELD.findall(form) if name in ("attempt", "csrf")}


def begin(site, browser):
    """Begin the course; return its one lesson's code and its module's."""
    found = course(site)
    assert browser.submit(f"/en/my/{found.code}/start").status_code == 303
    return found.lessons[0].code, found.modules[0].code


def answer(browser, address, **answers):
    """Fill in the questions at an address and send them; return the response."""
    page = browser.get(address).text
    return browser.submit(address, hidden(page) | answers)


def pass_check(browser, module):
    address = f"/en/m/{module}/check"
    assert browser.submit(f"{address}/start").status_code == 303
    return answer(browser, address, c1="5", c2="2")


def finish(browser, lesson, module):
    """Do everything that completes the course."""
    assert browser.submit(f"/en/l/{lesson}/done").status_code == 303
    assert pass_check(browser, module).status_code == 303


def completed(site, person):
    with site.reading() as conn:
        (row,) = enrolments_of(conn, person.id)
    return row.completed_on is not None
