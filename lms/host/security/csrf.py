"""Requests that change something must come from a page of ours (SES-9).

Two checks. Every unsafe request: `Sec-Fetch-Site` or `Origin`, when sent, must name this very
site. Every unsafe request to a route that needs a sign-in: a token derived from the sign-in,
masked afresh in each page so that compression does not leak it. Routes marked `@public` (join,
sign in, check, leave) have no session to derive a token from and rely on the first check.
"""

import base64
import binascii
import hashlib
import hmac
import secrets

from flask import Request

SECRET_BYTES = 32
FIELD = "csrf"
TOKEN_LENGTH = 88  # in the page: mask and masked secret, 64 bytes, in base 64


def secret_for(token: bytes) -> bytes:
    """Derive the forgery secret of a sign-in from its cookie token; nothing needs storing."""
    return hmac.new(token, b"veer csrf", hashlib.sha256).digest()


def masked(secret: bytes) -> str:
    """Return `secret` under a fresh random mask, as text for a hidden field."""
    mask = secrets.token_bytes(SECRET_BYTES)
    covered = _xor(mask, secret)
    return base64.urlsafe_b64encode(mask + covered).decode()


def matches(secret: bytes, sent: str) -> bool:
    """Whether a sent token opens to `secret`."""
    try:
        raw = base64.urlsafe_b64decode(sent.encode())
    except (binascii.Error, ValueError):
        return False
    if len(raw) != 2 * SECRET_BYTES or len(secret) != SECRET_BYTES:
        return False
    mask, covered = raw[:SECRET_BYTES], raw[SECRET_BYTES:]
    return hmac.compare_digest(_xor(mask, covered), secret)


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left) ^ int.from_bytes(right)).to_bytes(SECRET_BYTES)


def may_open(request: Request) -> bool:
    """Whether a page that needs a sign-in may answer: from elsewhere only a link that opens it as a page (NET-5).

    What another site embeds, fetches or measures never meets a signed-in page. Old browsers say nothing of it; there
    SameSite=Strict keeps the cookie back.
    """
    if request.headers.get("Sec-Fetch-Site") in (None, "same-origin", "none"):
        return True
    opened = (request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest"))
    return request.method == "GET" and opened == ("navigate", "document")


def from_here(request: Request) -> bool:
    """Whether the browser says that the request comes from a page of this site.

    Old browsers send neither header; then only the token (and SameSite=Strict) protects.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.host}"
