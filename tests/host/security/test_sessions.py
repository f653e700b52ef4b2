from datetime import UTC, datetime, timedelta

import pytest
from flask import Request, Response
from werkzeug.test import EnvironBuilder

from lms.host.security.sessions import (
    COOKIE,
    IDLE_CHOICES,
    IDLE_MINUTES,
    expire_cookie,
    fresh,
    is_over,
    set_cookie,
    token_of,
    touch_due,
)
from lms.host.security.tokens import digest

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def parts(response):
    first, *rest = response.headers["Set-Cookie"].split("; ")
    return first, {item.partition("=")[0].lower(): item.partition("=")[2] for item in rest}


def test_ses_3_cookie_attributes():
    response = Response()
    set_cookie(response, "token")
    first, flags = parts(response)
    assert first == f"{COOKIE}=token"
    assert flags == {"secure": "", "httponly": "", "path": "/", "samesite": "Strict"}


def test_exit_3_leaving_takes_the_cookie_with_the_same_attributes():
    response = Response()
    expire_cookie(response)
    first, flags = parts(response)
    assert first == f"{COOKIE}="
    assert flags["max-age"] == "0"
    assert {"secure", "httponly"} <= set(flags)
    assert "domain" not in flags


def test_ses_1_the_row_never_holds_the_token():
    made = fresh()
    assert made.digest == digest(made.token)
    assert made.token != fresh().token


@pytest.mark.parametrize(("value", "wanted"), [("abc", "abc"), ("", None), ("x" * 65, None)])
def test_only_a_plausible_token_is_looked_up(value, wanted):
    request = Request(EnvironBuilder(headers={"Cookie": f"{COOKIE}={value}"}).get_environ())
    assert token_of(request) == wanted


def over(began=0, seen=0, idle=IDLE_MINUTES):
    """Minutes ago."""
    return is_over(
        began=NOON - timedelta(minutes=began), seen=NOON - timedelta(minutes=seen), idle_minutes=idle, now=NOON
    )


def test_ses_4_idle_and_absolute_limits():
    assert not over(began=29, seen=29)
    assert over(began=30, seen=30)
    assert not over(began=12 * 60 - 1, seen=0)
    assert over(began=12 * 60, seen=0)
    assert not over(began=100, seen=100, idle=120)
    assert over(began=12 * 60, seen=1, idle=480)
    assert (min(IDLE_CHOICES), max(IDLE_CHOICES)) == (10, 480)


@pytest.mark.parametrize(
    ("idle", "minutes", "due"), [(30, 4, False), (30, 5, True), (480, 5, True), (10, 1, False), (10, 2, True)]
)
def test_last_seen_is_written_at_most_every_five_minutes_or_a_fifth(idle, minutes, due):
    assert touch_due(seen=NOON - timedelta(minutes=minutes), idle_minutes=idle, now=NOON) == due
