"""A form sent after the sign-in ended: nothing is saved, and what was typed comes back in that one answer (settled 25)."""

import pytest

from tests.factories import make_person, sign_in


@pytest.fixture
def ended(site):
    """A browser whose sign-in has ended while a form was open."""
    browser = sign_in(site, make_person(site))
    browser.submit("/en/sign-out")
    return browser


def test_what_was_typed_comes_back_and_is_not_saved(site, ended):
    answer = ended.post("/en/account/code", data={"code": "a long thought <b>typed</b> on a slow line", "csrf": "old"})
    assert answer.status_code == 401
    assert "a long thought &lt;b&gt;typed&lt;/b&gt; on a slow line" in answer.text
    assert "was not saved" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert "old" not in answer.text.replace("gold", "")
    for path in site.settings.folder.rglob("*"):
        if path.is_file():
            assert b"a long thought" not in path.read_bytes()


def test_a_passphrase_never_comes_back(ended):
    answer = ended.post("/en/account/key", data={"current": "river candle", "passphrase": "north basket", "how": "new"})
    assert answer.status_code == 401
    assert "north basket" not in answer.text
    assert "river candle" not in answer.text


def test_a_page_asked_for_after_the_end_leads_to_the_door(ended):
    answer = ended.get("/ar/home")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ar/sign-in")
