"""The whole story at an onion address over plain http, where Tor brings the encryption (NET-8, SES-3, NET-4, NET-6)."""

import tomllib
from typing import ClassVar

import pytest

from lms.host.doctor import refusals
from lms.host.onion_commands import config
from lms.host.security.sessions import COOKIE
from lms.host.settings import Settings
from lms.host.testing import Browser
from tests.flows.test_main_story import test_join_learn_check_certificate_verify as the_story

pytestmark = pytest.mark.safety
ONION = "veerlearn2abcdefghijklmnopqrstuvwxyz234567abcdefghijklmn.onion"
CLEAR = "learn.example.org"


class AtTheOnion(Browser):
    """A browser whose every address is the onion one; it keeps what it got."""

    met: ClassVar[list] = []

    def get_cookie(self, key, domain=ONION, path="/"):
        return super().get_cookie(key, domain, path)

    def open(self, *args, **named):
        answer = super().open(*args, base_url=f"http://{ONION}", **named)
        self.met.append(answer)
        return answer


@pytest.fixture
def site(make_site):
    made = make_site(hosts=(CLEAR, ONION), onion=ONION, https=True)
    made.app.test_client_class = AtTheOnion
    AtTheOnion.met = []
    return made


def good(cookie):
    return cookie.startswith(f"{COOKIE}=") and "Secure" in cookie and "HttpOnly" in cookie


def faults(answers):
    """Return what an answer at the onion address must not say or do."""
    found = []
    for answer in answers:
        if "Strict-Transport-Security" in answer.headers:
            found.append("HSTS")
        if "Onion-Location" in answer.headers:
            found.append("announces itself")
        if (
            answer.headers.get("Location", "/").partition("://")[0] in ("http", "https")
            and "wikipedia" not in answer.headers["Location"]
        ):
            found.append(f"leaves by {answer.headers['Location']}")
        if answer.mimetype == "text/html" and CLEAR in answer.text:
            found.append("names the clear address")
        found += [f"cookie {one.partition('=')[0]}" for one in answer.headers.getlist("Set-Cookie") if not good(one)]
    return found


def test_net_8_the_main_story_at_the_onion_address(site):
    """NET-8: join, learn, be checked, certificate, sign in again; no HSTS, no clear name, the cookie as everywhere."""
    the_story(site, "en")
    assert len(AtTheOnion.met) > 20
    assert faults(AtTheOnion.met) == []


def test_net_8_control_what_belongs_to_the_clear_address_is_found(site):
    """NET-8: planted: the answer of the clear address has HSTS and the announcement."""
    clear = Browser(site.app, site.app.response_class)
    answer = clear.get("/en/", base_url=f"https://{CLEAR}")
    assert answer.headers["Onion-Location"] == f"http://{ONION}/en/"
    assert set(faults([answer])) >= {"HSTS", "announces itself"}


def test_net_8_the_clear_address_never_names_the_onion_in_its_pages(site):
    """NET-6: only the header does."""
    clear = Browser(site.app, site.app.response_class)
    assert ONION not in clear.get("/en/", base_url=f"https://{CLEAR}").text


def test_net_8_another_onion_name_gets_nothing(site):
    """NET-6: a site that somebody else's onion address leads to does not answer."""
    stranger = Browser(site.app, site.app.response_class)
    assert stranger.get("/en/", base_url="http://" + "b" * 56 + ".onion").status_code == 421


def test_net_8_the_command_prints_what_starts(site, monkeypatch):
    """NET-8: torrc first; with the name that Tor made, settings that are safe and answer there."""
    monkeypatch.setenv("LMS_HOSTS", f"{CLEAR},localhost")
    monkeypatch.setenv("LMS_HTTPS", "1")
    run = site.app.test_cli_runner()
    first = run.invoke(config, [])
    assert "HiddenServicePort 80 127.0.0.1:8000" in first.output
    assert "cat /var/lib/tor/veer/hostname" in first.output
    second = run.invoke(config, ["--name", ONION]).output
    given = tomllib.loads(second[second.index("# Settings") :])
    assert given == {"hosts": [CLEAR, "localhost", ONION], "onion": ONION}
    assert refusals(Settings(data=site.settings.folder, **given)) == []
    assert run.invoke(config, ["--name", "short.onion"]).exit_code == 2
    monkeypatch.setenv("LMS_HOSTS", "localhost")
    alone = run.invoke(config, ["--name", ONION]).output
    assert tomllib.loads(alone[alone.index("# Settings") :]) == {"hosts": ["localhost", ONION], "https": False}


def test_net_8_an_onion_site_without_a_clear_address(make_site):
    """NET-8: plain http and no TLS setting is fine there, and only there."""
    made = make_site(hosts=(ONION,))
    made.app.test_client_class = AtTheOnion
    assert made.client().get("/en/sign-in").status_code == 200
