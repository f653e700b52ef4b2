"""The fixed headers stand on every response, whatever the route, method, status or visitor (NET-3, NET-4, NET-9, CACHE-1)."""

import pytest

from lms.host.security.headers import CONTENT_SECURITY_POLICY, FIXED
from tests.factories import make_person, sign_in

METHODS = ("GET", "POST", "PUT")
NEVER = ("Server", "X-Powered-By", "X-Runtime", "Via")


def faults(response):
    """Return what is wrong with the headers of one response."""
    found = [
        f"{name} is {response.headers.getlist(name)}"
        for name, value in FIXED
        if response.headers.getlist(name) != [value]
    ]
    found += [f"{name} is sent" for name in NEVER if name in response.headers]
    if response.headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        found.append("no referrer policy")
    if "no-store" not in response.headers.get("Cache-Control", "") and not response.request.path.startswith(
        ("/static/", "/favicon")
    ):
        found.append("may be stored")
    found += [f"odd cookie {cookie}" for cookie in response.headers.getlist("Set-Cookie") if not plain_cookie(cookie)]
    return found


def plain_cookie(cookie):
    """Whether a Set-Cookie header is one that SES-3 allows."""
    name, *attributes = [part.strip() for part in cookie.split(";")]
    names = {attribute.partition("=")[0].lower() for attribute in attributes}
    ends = "max-age=0" in cookie.lower()
    return (
        name.startswith("__Host-s=")
        and {"secure", "httponly", "path", "samesite"} <= names
        and "domain" not in names
        and ("expires" not in names or ends)
        and "SameSite=Strict" in cookie
        and "Path=/" in cookie
    )


def addresses(app):
    """Return one address for each rule, with values that lead nowhere."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {name: "en" if name == "lang" else odd_value(rule, name) for name in rule.arguments}
        yield adapter.build(rule.endpoint, values, method="GET" if "GET" in rule.methods else "POST")


def odd_value(rule, name):
    converter = type(rule._converters[name]).__name__
    if converter == "AnyConverter":
        return min(rule._converters[name].items)
    return {"UUIDConverter": "00000000-0000-4000-8000-000000000000", "IntegerConverter": 1}.get(converter, "zzzzzz9")


@pytest.mark.parametrize("role", ["visitor", "learner", "operator"])
def test_net_3_every_route_in_every_method(site, role):
    site.app.config["SHOW_ERROR_PAGES"] = True
    wrong = []
    person = make_person(site, grants=[("operator", "site", "")] if role == "operator" else [])
    for url in sorted(set(addresses(site.app))):
        for method in METHODS:
            browser = site.client() if role == "visitor" else sign_in(site, person)
            response = browser.submit(url) if method == "POST" else browser.open(url, method=method)
            wrong += [f"{method} {url} {response.status_code}: {fault}" for fault in faults(response)]
    assert wrong == []


@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/en/nowhere", "GET", {}, 404),
        ("/leave", "GET", {}, 405),
        ("/en/home", "GET", {"Host": "evil.example"}, 421),
        ("/en/sign-in", "POST", {"Sec-Fetch-Site": "cross-site"}, 400),
        ("/static/nothing.css", "GET", {}, 404),
    ],
)
def test_net_3_errors_too(site, path, method, headers, status):
    response = site.client().open(path, method=method, headers=headers)
    assert response.status_code == status
    assert faults(response) == []


def test_net_10_a_form_of_ten_megabytes_is_refused_in_the_language_of_the_page(site):
    response = site.client().submit("/ar/sign-in", {"handle": "x" * 10 * 1024 * 1024})
    assert response.status_code == 413
    assert faults(response) == []
    assert 'lang="ar"' in response.text


def test_net_3_a_fault_of_ours_too(site):
    site.app.config["SHOW_ERROR_PAGES"] = True
    site.app.view_functions["learning.home"] = explode
    explode.access = None
    response = sign_in(site, make_person(site)).get("/en/home")
    assert response.status_code == 500
    assert faults(response) == []
    assert "secret detail" not in response.text


def explode():
    raise RuntimeError("secret detail")


def test_net_4_hsts_only_with_tls(make_site):
    assert "Strict-Transport-Security" not in make_site().client().get("/en/").headers
    answer = make_site(https=True).client().get("/en/")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.evil", "[::1]"])
def test_net_6_other_hosts_get_nothing(site, host):
    answer = site.client().get("/en/", headers={"Host": host, "X-Forwarded-Host": "localhost"})
    assert answer.status_code == 421
    assert answer.data == b""


def test_net_3_control_the_sweep_finds_a_missing_and_a_loosened_header(site):
    """Planted faults: a view that loosens the policy cannot, and a stripped header is noticed."""
    response = site.client().get("/en/")
    assert faults(response) == []
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("'none'", "*")
    assert faults(response)
    response = site.client().get("/en/")
    del response.headers["X-Frame-Options"]
    response.headers["Set-Cookie"] = "session=abc; Path=/"
    assert len(faults(response)) == 2
