"""Sign-in sessions: the cookie is a random token and nothing else; everything else is a row (SES-1 to SES-5).

Nothing is derived from an address or a browser (SES-2), so a person on a train or on Tor stays signed in, and a stolen
table tells nothing about where anyone was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from flask import Response

from lms.host.security.tokens import digest, new_token

COOKIE = "__Host-s"
ABSOLUTE = timedelta(hours=12)
HUSK_LIVES = timedelta(hours=24)  # how long a text sent too late finds its owner (SES-7)
CONFIRMED_FOR = timedelta(minutes=10)
IDLE_MINUTES = 30
IDLE_CHOICES = (10, 30, 60, 120, 240, 480)
_TOUCH_AT_MOST = timedelta(minutes=5)
_LONGEST = 64


class HasCookies(Protocol):
    """What is needed of a request."""

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies the browser sent."""
        ...


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new sign-in: `token` goes to the browser once, `digest` into the row."""

    token: str
    digest: bytes


def fresh() -> Fresh:
    """Make the secrets of a new sign-in (SES-4: at sign-in and whenever rights change)."""
    token = new_token()
    return Fresh(token, digest(token))


def set_cookie(response: Response, token: str) -> None:
    """Give the browser its token: host only, no script, never sent from other sites, gone with the window (SES-3)."""
    response.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="Strict")


def expire_cookie(response: Response) -> None:
    """Take the token away; together with `no-store` this is what keeps Back from showing a private page (EXIT-3)."""
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")


def token_of(request: HasCookies) -> str | None:
    """Return the token the browser sent, if it can be one."""
    token = request.cookies.get(COOKIE, "")
    return token if 0 < len(token) <= _LONGEST and token.isascii() else None


def is_over(*, began: datetime, seen: datetime, idle_minutes: int, now: datetime) -> bool:
    """Whether a sign-in has ended: 12 hours in all, or the idle limit the person chose (SES-4)."""
    return ended_at(began=began, seen=seen, idle_minutes=idle_minutes) <= now


def ended_at(*, began: datetime, seen: datetime, idle_minutes: int) -> datetime:
    """Return the moment at which a sign-in ends, or ended, if nothing more is done in it (SES-4)."""
    return min(began + ABSOLUTE, seen + timedelta(minutes=idle_minutes))


def is_fresh(confirmed: datetime | None, now: datetime) -> bool:
    """Whether the passphrase was given so lately that sensitive acts may go on (SES-8); a clock set back is no proof."""
    return confirmed is not None and timedelta() <= now - confirmed < CONFIRMED_FOR


def touch_due(*, seen: datetime, idle_minutes: int, now: datetime) -> bool:
    """Whether last-seen is old enough to be written again: at most every 5 minutes or a fifth of the limit."""
    return now - seen >= min(_TOUCH_AT_MOST, timedelta(minutes=idle_minutes) / 5)
