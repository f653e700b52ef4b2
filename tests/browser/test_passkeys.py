"""Passkeys in a real browser with a virtual authenticator (ACC-7)."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served

pytestmark = pytest.mark.browser
AUTHENTICATOR: dict[str, Any] = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug_in(page: Page) -> tuple[Any, str]:
    """Give the browser an authenticator; return the session and its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session, made["authenticatorId"]


def add(page: Page) -> None:
    page.goto("/en/account/second-step/passkey")
    page.get_by_label("What do you call it?").fill("Small key")
    page.get_by_role("button", name="Add a passkey").click()


def test_a_passkey_is_made_and_lets_in_without_name_and_words(served: Served, chromium: Browser) -> None:
    """ACC-7: user verification is asked for; without it the browser makes nothing and the page says so."""
    context = served.open(chromium, scripts=True)
    page = context.new_page()
    session, device = plug_in(page)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    add(page)
    page.locator("[data-failed]").wait_for(state="visible")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/account/second-step?saved=on*")
    assert page.get_by_text("Small key").is_visible()

    context.clear_cookies()
    page.goto("/en/sign-in")
    assert not page.locator("[data-without]").is_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/en/home*")
    context.close()


def test_without_scripts_the_page_offers_codes_from_an_app(served: Served, chromium: Browser) -> None:
    context = served.open(chromium, scripts=False)
    page = context.new_page()
    page.goto("/en/account/second-step/passkey")
    assert page.locator("[data-without]").is_visible()
    assert page.get_by_role("button", name="Add a passkey").count() == 0
    context.close()
