"""The suite inside another Flask application, with its own login and its own database."""

import sqlite3
from datetime import timedelta

import pytest
from flask import Flask, Response, redirect, session  # noqa: TID251 - the outer site has its own habits

from lms.core.accounts.api import OutsideIdentity, create_invitations
from lms.host import clock
from lms.host.app import LMS
from lms.host.db import db
from lms.host.security.sessions import COOKIE
from lms.host.testing import Site

PREFIX = "/learn"


@pytest.fixture
def outer(tmp_path):
    """A shop with a login of its own, a database of its own and an error page of its own."""
    app = Flask("shop")
    app.secret_key = "shop"
    database = tmp_path / "shop.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE customer (name TEXT)")
        connection.execute("INSERT INTO customer VALUES ('ada')")

    @app.get("/")
    def front():
        return "shop"

    @app.get("/login/<name>")
    def login(name):
        session["customer"] = name
        return redirect("/")

    @app.errorhandler(404)
    def lost(_error):
        return Response("shop: lost", status=404)

    return app


def current_user(environ):
    """Read the shop's user from its own session cookie."""
    app = environ["shop"]
    with app.request_context(environ):
        return session.get("customer")


@pytest.fixture
def mounted(make_site, outer):
    site = make_site()
    suite = LMS(url_prefix=PREFIX, settings=site.settings, contributions=[OutsideIdentity(current_user)])
    suite.app.extensions["lms_hasher"] = site.app.extensions["lms_hasher"]
    suite.init_app(outer)
    inner = outer.wsgi_app
    outer.wsgi_app = lambda environ, start: inner({**environ, "shop": outer}, start)
    yield outer, suite
    Site(suite.app, site.settings).close()


def test_the_two_share_nothing_but_the_address(mounted):
    outer, _suite = mounted
    browser = outer.test_client()
    assert browser.get("/").text == "shop"
    assert "Content-Security-Policy" not in browser.get("/").headers
    assert browser.get("/nowhere").text == "shop: lost"
    inside = browser.get(f"{PREFIX}/en/")
    assert inside.status_code == 200
    assert "Content-Security-Policy" in inside.headers
    assert "shop" not in browser.get(f"{PREFIX}/en/nowhere").text
    assert browser.get("/learning").text == "shop: lost"


def test_addresses_and_static_files_stand_below_the_prefix(mounted):
    outer, _suite = mounted
    browser = outer.test_client()
    assert browser.get(f"{PREFIX}/").headers["Location"] == f"{PREFIX}/en/"
    text = browser.get(f"{PREFIX}/en/join").text
    assert f'href="{PREFIX}/static/' in text
    assert 'href="/en/' not in text
    address = text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    with browser.get(address) as served:
        assert served.status_code == 200


def test_the_outer_user_comes_in_once_and_is_the_same_person_afterwards(mounted):
    outer, _suite = mounted
    browser = outer.test_client()
    assert browser.get(f"{PREFIX}/en/home").headers["Location"] == f"{PREFIX}/en/arrive"
    assert "Nobody is signed in" in browser.get(f"{PREFIX}/en/arrive").text
    assert browser.post(f"{PREFIX}/en/arrive").status_code == 404
    browser.get("/login/ada")
    assert "Go in" in browser.get(f"{PREFIX}/en/arrive").text
    for _ in range(2):
        answer = browser.post(f"{PREFIX}/en/arrive", headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.headers["Location"] == f"{PREFIX}/en/home"
    assert browser.get(f"{PREFIX}/en/home").status_code == 200
    assert browser.get_cookie(COOKIE) is None
    other = outer.test_client()
    other.get("/login/ada")
    assert other.get(f"{PREFIX}/en/home").status_code == 200
    stranger = outer.test_client()
    stranger.get("/login/bob")
    assert stranger.get(f"{PREFIX}/en/home").status_code == 303


def test_what_the_outer_user_posts_needs_a_token_of_ours(mounted):
    outer, _suite = mounted
    browser = outer.test_client()
    browser.get("/login/ada")
    browser.post(f"{PREFIX}/en/arrive")
    assert browser.post(f"{PREFIX}/en/settings", data={"theme": "dark"}).status_code == 400
    token = browser.get(f"{PREFIX}/en/home").text.partition('name="csrf" value="')[2].partition('"')[0]
    answer = browser.post(f"{PREFIX}/en/settings", data={"theme": "dark", "csrf": token, "back": "/en/home"})
    assert answer.status_code == 303
    assert "dark" in browser.get(f"{PREFIX}/en/home").text


def test_somebody_from_outside_adds_a_code_and_signs_out(mounted):
    """What rests on a sign-in of ours is absent for them, and breaks nothing."""
    outer, suite = mounted
    browser = outer.test_client()
    browser.get("/login/ada")
    browser.post(f"{PREFIX}/en/arrive")
    account = browser.get(f"{PREFIX}/en/account/").text
    token = account.partition('name="csrf" value="')[2].partition('"')[0]
    with suite.app.app_context():
        ours, expires = db.session(), clock.now() + timedelta(days=1)
        made = create_invitations(ours, kind="role", payload={"role": "learner"}, expires=expires, language="en")
        ours.commit()
    added = browser.post(f"{PREFIX}/en/account/code", data={"code": made[0], "csrf": token})
    assert added.headers["Location"] == f"{PREFIX}/en/account/?saved=code#saved"
    for address in ("key", "sign-ins"):
        assert f"{PREFIX}/en/account/{address}" not in account
        assert browser.get(f"{PREFIX}/en/account/{address}").status_code == 404
    for address in ("key", "key/confirm", "sheet", "sign-ins", "sign-ins/end"):
        assert browser.post(f"{PREFIX}/en/account/{address}", data={"csrf": token}).status_code == 404, address
    out = browser.post(f"{PREFIX}/en/sign-out", data={"csrf": token})
    assert out.headers["Location"] == f"{PREFIX}/en/signed-out"
    assert browser.get_cookie("session") is not None


def test_leave_clears_only_what_is_ours(mounted):
    outer, _suite = mounted
    browser = outer.test_client()
    browser.get("/login/ada")
    answer = browser.post(f"{PREFIX}/leave")
    assert answer.headers["Location"] == f"{PREFIX}/gone"
    assert browser.get(f"{PREFIX}/bye").headers["Clear-Site-Data"] == '"cache"'
    assert browser.get_cookie("session") is not None


def test_the_outer_id_is_nowhere_in_our_database(mounted, site):
    outer, suite = mounted
    browser = outer.test_client()
    browser.get("/login/zebra-customer-7")
    browser.post(f"{PREFIX}/en/arrive")
    for path in suite.app.config["LMS"].folder.rglob("*"):
        if path.is_file():
            assert b"zebra-customer-7" not in path.read_bytes()
