"""NET-5: from another site, a page that needs a sign-in can be opened by a link and in no other way."""

from itertools import product

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from lms.host.security import csrf
from tests.factories import make_person, sign_in

pytestmark = pytest.mark.safety

SITES = (None, "none", "same-origin", "same-site", "cross-site", "odd")
MODES = (None, "navigate", "cors", "no-cors", "same-origin", "websocket")
DESTS = (None, "document", "iframe", "frame", "embed", "object", "image", "script", "style", "empty", "worker")


def headers(site, mode, dest):
    sent = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    return {name: value for name, value in sent.items() if value is not None}


def wanted(site, mode, dest, method):
    """Say what must happen, from the requirement and not from the code."""
    if site in (None, "none", "same-origin"):
        return True
    return method == "GET" and mode == "navigate" and dest == "document"


def test_net_5_every_value_of_the_three_headers():
    """NET-5: the whole matrix, 792 cells."""
    for site, mode, dest, method in product(SITES, MODES, DESTS, ("GET", "HEAD")):
        request = Request(EnvironBuilder(headers=headers(site, mode, dest), method=method).get_environ())
        assert csrf.may_open(request) is wanted(site, mode, dest, method), (site, mode, dest, method)


def faults(site, browser):
    """Return the signed-in routes that answer to an image, a frame or a fetch of another site."""
    found = []
    adapter = site.app.url_map.bind("localhost")
    for rule in site.app.url_map.iter_rules():
        if site.app.view_functions[rule.endpoint].access.kind == "public" or "GET" not in rule.methods:
            continue
        odd = {"IntegerConverter": 1, "UUIDConverter": "00000000-0000-4000-8000-000000000000", "AnyConverter": "json"}
        values = {name: odd.get(type(rule._converters[name]).__name__, "zzzz") for name in rule.arguments}
        address = adapter.build(rule.endpoint, values | {"lang": "en"}, method="GET")
        for mode, dest in (("no-cors", "image"), ("navigate", "iframe"), ("cors", "empty")):
            answer = browser.get(address, headers=headers("cross-site", mode, dest))
            if answer.status_code != 400:
                found.append(f"{rule.endpoint} answers {answer.status_code} to {mode} {dest}")
    return found


def test_net_5_every_route_that_needs_a_sign_in_refuses(site):
    """NET-5: swept over the map of addresses, signed in."""
    browser = sign_in(site, make_person(site, grants=[("operator", "site", "")]))
    assert faults(site, browser) == []
    assert browser.get("/en/account/", headers=headers("cross-site", "navigate", "document")).status_code == 200
    assert browser.get("/en/account/", headers=headers("same-origin", "cors", "empty")).status_code == 200


def test_net_5_public_pages_can_be_embedded_in_nothing_but_are_answered(site):
    """NET-5: public pages have other headers for that (frame-ancestors, CORP); the policy leaves them alone."""
    assert site.client().get("/en/sign-in", headers=headers("cross-site", "no-cors", "image")).status_code == 200


def test_net_5_posts_from_elsewhere_are_refused_even_as_navigation(site):
    """NET-5, SES-9: a form of another site."""
    browser = sign_in(site, make_person(site))
    for value in ("cross-site", "same-site", "none"):
        sent = headers(value, "navigate", "document")
        assert browser.submit("/en/account/settings", headers=sent).status_code == 400, value


def test_net_5_control_a_policy_that_lets_frames_in_is_found(site, monkeypatch):
    """NET-5: planted fault."""
    monkeypatch.setattr(csrf, "may_open", lambda request: request.method == "GET")
    assert faults(site, sign_in(site, make_person(site)))
