"""Leaving: one press, nothing left on the screen, nothing to go back to (EXIT-1 to EXIT-3, EXIT-5)."""

import base64
import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import NEUTRAL, Served, begin

pytestmark = pytest.mark.browser
SCRIPTS = pytest.mark.parametrize("scripts", [False, True], ids=["scripts-off", "scripts-on"])


@pytest.fixture
def reading(served: Served, chromium: Browser, scripts: bool) -> Iterator[Page]:
    """Somebody who has a lesson open."""
    context = served.open(chromium, scripts=scripts, viewport={"width": 360, "height": 640})
    page = context.new_page()
    begin(page)
    yield page
    served.release.set()
    context.close()


def is_blank(page: Page) -> bool:
    """Whether nothing but white is on the screen. Playwright's own screenshot waits for the page that is awaited."""
    protocol = page.context.new_cdp_session(page)
    picture = Image.open(io.BytesIO(base64.b64decode(protocol.send("Page.captureScreenshot")["data"]))).convert("RGB")
    return picture.getcolors(1) == [(picture.width * picture.height, (255, 255, 255))]


def gets_blank(page: Page) -> bool:
    """Whether the screen is white in one of the next pictures: the first may still show the frame before the press."""
    return any(is_blank(page) for _ in range(10))


def back(page: Page) -> str:
    """Press Back and return what is seen then."""
    page.go_back(wait_until="load")
    page.wait_for_load_state("networkidle")
    return page.locator("body").inner_text()


def press(page: Page) -> None:
    page.locator("form.leave button").click(no_wait_after=True)


@SCRIPTS
def test_one_press_ends_on_the_everyday_page_and_back_shows_nothing_private(served: Served, reading: Page) -> None:
    """EXIT-3, EXIT-5: the whole chain, under our own content security policy."""
    heading, address = reading.locator("h1").inner_text(), reading.url
    press(reading)
    reading.wait_for_url(served.neutral)
    assert reading.title() == NEUTRAL
    assert reading.context.cookies(served.address) == []
    for _ in range(2):
        assert heading not in back(reading)
    reading.goto(address)
    assert heading not in reading.locator("body").inner_text()


@SCRIPTS
def test_a_careless_way_out_would_be_noticed(served: Served, reading: Page) -> None:
    """Planted fault: with pages that may be stored and a cookie that stays, Back brings the lesson up again."""
    served.careless = True
    reading.reload()
    heading = reading.locator("h1").inner_text()
    reading.goto(served.neutral)
    assert heading in back(reading)


@SCRIPTS
def test_leave_is_the_second_stop_of_the_keyboard_and_enter_is_enough(served: Served, reading: Page) -> None:
    """EXIT-1."""
    reading.reload()
    reading.keyboard.press("Tab")
    assert reading.locator(":focus").get_attribute("class") == "skip"
    reading.keyboard.press("Tab")
    assert reading.locator(".leave :focus").count() == 1
    assert not is_blank(reading), "reaching the button must not hide the page"
    reading.keyboard.press("Enter")
    reading.wait_for_url(served.neutral)


@SCRIPTS
def test_the_screen_is_blank_while_the_server_does_not_answer(served: Served, reading: Page) -> None:
    """EXIT-2: the answer is held back for as long as the test looks."""
    assert not is_blank(reading)
    served.stalled.set()
    press(reading)
    assert gets_blank(reading)
    assert not served.release.is_set()
    served.release.set()
    reading.wait_for_url(served.neutral)


@pytest.mark.parametrize("scripts", [False])
def test_a_stylesheet_without_the_sheet_would_be_noticed(served: Served, reading: Page) -> None:
    """Planted fault: without the white sheet the lesson stays on the screen."""
    reading.route("**/static/*.css", lambda route: route.fulfill(body="h1{color:black}", content_type="text/css"))
    reading.reload()
    served.stalled.set()
    press(reading)
    assert not gets_blank(reading)


def test_a_tap_blanks_the_screen_too(served: Served, chromium: Browser) -> None:
    """EXIT-2, on a touch screen."""
    context = served.open(chromium, scripts=False, viewport={"width": 360, "height": 640}, has_touch=True)
    page = context.new_page()
    begin(page)
    served.stalled.set()
    page.locator("form.leave button").tap(no_wait_after=True)
    assert gets_blank(page)
    served.release.set()
    page.wait_for_url(served.neutral)
    context.close()


@pytest.mark.parametrize("scripts", [True])
def test_escape_three_times_leaves_from_anywhere(served: Served, reading: Page) -> None:
    """EXIT-2: by keyboard, when scripts run, even while the server does not answer."""
    served.stalled.set()
    reading.keyboard.press("Escape")
    reading.keyboard.press("Escape")
    assert not is_blank(reading)
    reading.keyboard.press("a")
    reading.keyboard.press("Escape")
    assert not is_blank(reading)
    reading.keyboard.press("Escape")
    reading.keyboard.press("Escape")
    assert gets_blank(reading)
    served.release.set()
    reading.wait_for_url(served.neutral)


@SCRIPTS
def test_after_signing_out_back_shows_nothing_private(served: Served, reading: Page) -> None:
    """EXIT-3."""
    heading = reading.locator("h1").inner_text()
    reading.locator("footer form button").last.click()
    reading.wait_for_url("**/signed-out")
    for _ in range(2):
        assert heading not in back(reading)
