"""NET-2: no test reaches another machine; the guard stands around every test of the suite."""

import http.client
import socket
import urllib.request

import pytest

pytestmark = pytest.mark.safety

# 203.0.113.0/24 is for examples only: nobody answers there even if the guard fails.
ELSEWHERE = "203.0.113.77"


def by_connect():
    socket.create_connection((ELSEWHERE, 80), timeout=0.01)


def by_connect_ex():
    with socket.socket() as opened:
        opened.settimeout(0.01)
        opened.connect_ex((ELSEWHERE, 80))


def by_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.sendto(b"x", (ELSEWHERE, 53))


def by_name():
    socket.getaddrinfo("veer.invalid", 443)


def by_urllib():
    urllib.request.urlopen("http://veer.invalid/", timeout=0.01)


def by_http_client():
    http.client.HTTPConnection(ELSEWHERE, timeout=0.01).request("GET", "/")


@pytest.mark.parametrize("way", [by_connect, by_connect_ex, by_datagram, by_name, by_urllib, by_http_client])
def test_net_2_control_a_connection_elsewhere_fails_the_test(way):
    """NET-2: planted fault: six ways out, each of which fails the test that takes it."""
    with pytest.raises(AssertionError, match="a test tried to reach"):
        way()


def test_net_2_this_machine_can_be_reached():
    """NET-2: the guard lets servers under test be asked."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as opened:
        opened.sendall(b"x")
        accepted, _address = server.accept()
        with accepted:
            assert accepted.recv(1) == b"x"


def test_net_2_a_whole_visit_opens_no_connection(site, monkeypatch):
    """NET-2: pages, a sign-in and jobs ask nobody, not even this machine but for the database."""
    from tests.factories import make_person, sign_in

    asked = []
    connect = socket.socket.connect

    def note(self, address):
        asked.append(address)
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", note)
    browser = sign_in(site, make_person(site))
    for path in ("/en/", "/en/home", "/en/account/", "/en/check", "/en/help"):
        assert browser.get(path).status_code in (200, 404)
    site.run_jobs()
    assert asked == []
