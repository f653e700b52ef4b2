"""What a request claims about addresses is believed nowhere: host names, ways back, sizes (NET-6, NET-7, NET-10)."""

import socket
from contextlib import ExitStack, contextmanager
from itertools import product
from threading import Event, Thread
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Response, request

from bench.server import free_port
from lms.core.accounts.views.frame import back_to
from lms.host import senders, serve
from lms.host.app import MOST_PARTS
from tests.factories import make_person, sign_in
from tests.safety.test_headers import addresses

# What is answered does not depend on the kind of database.
pytestmark = [pytest.mark.safety, pytest.mark.database("sqlite")]
HERE, EVIL = "http://localhost", "evil.example"
FORGED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Host": EVIL,
    "X-Original-URL": f"//{EVIL}/",
    "X-Rewrite-URL": f"//{EVIL}/",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "Forwarded": f"host={EVIL};proto=https",
}


# ---------------------------------------------------------------- host names
def believed(browser, urls):
    """Return the addresses whose answer to a forged host is anything but nothing, or holds a forged name."""
    found = []
    for url in urls:
        refused = browser.get(url, headers={"Host": EVIL})
        if refused.status_code != 421 or refused.data:
            found.append(f"{url} answers")
        answer = browser.get(url, headers=FORGED)
        if EVIL.encode() in answer.data or EVIL in str(answer.headers):
            found.append(f"{url} names it")
    return found


def test_net_6_no_route_believes_a_forged_host(site):
    """NET-6: every route, as somebody signed in and as a visitor; forged by Host, and by all that proxies send."""
    site.app.config["SHOW_ERROR_PAGES"] = True
    urls = sorted(set(addresses(site.app)))
    operator = make_person(site, grants=[("operator", "site", "")])
    for browser in (site.client(), sign_in(site, operator)):
        assert believed(browser, urls) == []


def test_net_6_planted_a_view_that_builds_on_a_header_is_found(site):
    """NET-6, planted fault: one view makes an address of what a proxy is said to have sent."""

    def trusting():
        return Response(status=303, headers={"Location": f"https://{request.headers.get('X-Forwarded-Host')}/"})

    trusting.access = site.app.view_functions["learning.home"].access
    site.app.view_functions["learning.home"] = trusting
    browser = sign_in(site, make_person(site))
    assert believed(browser, ["/en/home", "/en/help"]) == ["/en/home names it"]


# ---------------------------------------------------------------- ways back
def payloads():
    """Return over 200 ways back that lead elsewhere in some browser, or into another header."""
    starts = (
        "//",
        "///",
        "/\\",
        "\\\\",
        "/\t/",
        "/%2f",
        "/%5c",
        "https:",
        "https://",
        "http:/",
        "javascript:",
        "data:",
    )
    middles = (EVIL, f"localhost@{EVIL}", f"{EVIL}%00.localhost", f"{EVIL}#localhost", "ｅvil.example", "evil。example")
    ends = ("", "/en/help", "%0d%0aLocation: //evil.example")
    for start, middle, end in product(starts, middles, ends):
        yield f"{start}{middle}{end}"
    for odd in ("\r\n", "\u2028", "\x00", " ", "\u202e", "%0d%0a", "%E2%80%A8", "\ufeff"):
        yield from (f"/en/help{odd}X: y", f"{odd}//{EVIL}", f"/{odd}/{EVIL}")


def leads(app, back):
    """Return where a browser ends up."""
    with app.test_request_context("/en/help", base_url=HERE):
        app.preprocess_request()
        answer = back_to(back)
    (location,) = answer.headers.getlist("Location")
    return urlsplit(urljoin(f"{HERE}/en/help", location.replace("\\", "/")))


def test_net_7_two_hundred_ways_back_all_lead_home(site):
    """NET-7: schemes, backslashes, credentials, line ends, Unicode; and a page of ours is still found."""
    tried = list(payloads())
    assert len(tried) > 200
    for back in tried:
        ends = leads(site.app, back)
        assert (ends.scheme, ends.netloc, ends.path) == ("http", "localhost", "/en/home"), back
    assert leads(site.app, "/en/help").path == "/en/help"


def test_net_7_planted_believing_what_starts_with_a_slash_is_found(site, monkeypatch):
    """NET-7, planted fault: the usual check."""

    def usual(back):
        return Response(status=303, headers={"Location": back if back.startswith("/") else "/en/home"})

    monkeypatch.setitem(globals(), "back_to", usual)
    assert any(leads(site.app, back).netloc != "localhost" for back in payloads())


# ---------------------------------------------------------------- sizes and slow senders
def test_net_10_no_more_parts_than_a_form_has(site):
    """NET-10: as many as are allowed, and one more."""
    sent = {f"f{number}": "x" for number in range(MOST_PARTS)}
    for more, status in ((0, 422), (1, 413)):
        fields = [(name, (None, value)) for name, value in list(sent.items())[: MOST_PARTS - 1 + more]]
        browser = site.client()
        answer = browser.post(
            "/en/sign-in",
            data={name: value[1] for name, value in fields} | {"key": ""},
            content_type="multipart/form-data",
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == status, more


@contextmanager
def served(site):
    """Serve as `lms serve` does; hand out the server."""
    server = serve.Server(site.app, site.settings.model_copy(update={"port": free_port()}))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join(10)
    server.close()


GET = "GET /en/help HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
POST = "POST /en/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\nhandle="


def ask(server, text, patience=20):
    """Send a request; return the first line of the answer, nothing if none comes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=patience) as line:
        line.sendall(text.encode())
        try:
            return line.recv(64).partition(b"\r\n")[0]
        except TimeoutError:
            return b""


@contextmanager
def slow_senders(server, number):
    """Send the first half of so many requests, some cut in the header and some in the form."""
    with ExitStack() as opened:
        for one in range(number):
            line = opened.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=20))
            line.sendall((GET if one % 2 else POST).encode())
        yield


def test_net_10_slow_senders_keep_nobody_waiting_and_headers_have_an_end(site):
    """NET-10: those who send half a request hold no thread and not every place, and are let go after 30 seconds."""
    with served(site) as server, slow_senders(server, 250):
        assert all(listener.adj.channel_timeout <= 30 for listener in server.listening)
        assert ask(server, f"{GET}\r\n") == b"HTTP/1.1 200 OK"
        assert b" 431 " in ask(server, f"{GET}X: {'x' * 66_000}\r\n\r\n")


def test_net_10_planted_as_many_places_as_slow_senders_are_found(site, monkeypatch):
    """NET-10, planted fault: a limit of connections that they reach."""
    monkeypatch.setattr(serve, "MOST_CONNECTIONS", 20)
    with served(site) as server, slow_senders(server, 25):
        assert ask(server, f"{GET}\r\n", patience=1) == b""


def dripped(server, times):
    """Send a request piece by piece; return the first line of the answer, nothing if the line was cut."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        try:
            line.sendall(GET.encode())
            for number in range(times):
                Event().wait(0.05)
                line.sendall(f"X-{number}: {'x' * 400}\r\n".encode())
            line.sendall(b"\r\n")
            return line.recv(64).partition(b"\r\n")[0]
        except ConnectionError:
            return b""


def test_net_10_a_request_that_drips_in_is_cut_and_a_slow_line_is_not(site, monkeypatch):
    """NET-10: silence is not the only way to hold a place; planted: without the limit the dripping one is answered."""
    with served(site) as server:
        assert dripped(server, 4) == b"HTTP/1.1 200 OK"
        monkeypatch.setattr(senders, "READ_SECONDS", 0)
        assert dripped(server, 4) == b"HTTP/1.1 200 OK"
        monkeypatch.setattr(senders, "SLOWEST", 1e9)
        assert dripped(server, 4) == b""


def large_senders(server, opened, number):
    """Begin so many large forms; return how many are cut off."""
    lines = [opened.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(number)]
    head = POST.replace("900", "900000").encode()
    for line in lines:
        line.sendall(head + b"x" * 300_000)
    cut = 0
    for line in lines:
        line.settimeout(1)
        try:
            line.sendall(b"x" * 100_000)
            cut += line.recv(1) == b""
        except TimeoutError:
            pass
        except ConnectionError:
            cut += 1
    return cut


def test_net_10_large_forms_of_many_fill_no_memory(site, monkeypatch):
    """NET-10, OPS-4: what all hold together has an end, small forms come through; planted: no such end, and none is cut."""
    with served(site) as server, ExitStack() as opened:
        assert large_senders(server, opened, 4) == 0
        monkeypatch.setattr(senders, "MOST_HELD", 1_000_000)
        assert large_senders(server, opened, 2) == 2
        assert ask(server, f"{GET}\r\n") == b"HTTP/1.1 200 OK"
        assert senders.held(server.listening[0].active_channels.values()) > 1_000_000
    with served(site) as server, ExitStack() as opened:
        assert large_senders(server, opened, 2) == 0
