"""One-time codes from an app, after RFC 6238: six digits, a new one every 30 seconds (ACC-6).

SHA-1 is what the apps can do; the construction does not rest on its collisions.
"""

import base64
import secrets
from datetime import UTC, date, datetime
from io import BytesIO
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from lms.host.security.text import fold
from lms.host.security.tokens import same

SECONDS = 30
STEPS_A_DAY = 24 * 3600 // SECONDS
DIGITS = 6
SEED_BYTES = 20
_SCALE = 5


def new_seed() -> bytes:
    """Return 160 random bits, which an app keeps as well."""
    return secrets.token_bytes(SEED_BYTES)


def written(seed: bytes) -> str:
    """Return a seed as a person copies it into an app: base 32, in groups of four."""
    text = base64.b32encode(seed).decode()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def code(seed: bytes, moment: datetime) -> str:
    """Return the code of a moment."""
    return _code(seed, step_of(moment))


def matching_step(seed: bytes, typed: str, *, moment: datetime, after: int) -> int | None:
    """Return the step a typed code belongs to, one before and one after included; `None` if it fits none.

    Args:
        seed: shared with the app.
        typed: in digits of any script, with or without spaces.
        moment: now.
        after: the last step that was used; codes of it and of earlier ones fit no more.

    """
    digits = fold(typed)
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    now = step_of(moment)
    fitting = [step for step in (now - 1, now, now + 1) if same(_code(seed, step).encode(), digits.encode())]
    return next((step for step in fitting if step > after), None)


def address(seed: bytes, product: str) -> str:
    """Return what the picture says. It names the site alone: an app lies open on a phone, so no name of a person."""
    name, secret = quote(product), base64.b32encode(seed).decode()
    return f"otpauth://totp/{name}?secret={secret}&issuer={name}&digits={DIGITS}&period={SECONDS}"


def picture(text: str) -> bytes:
    """Return a PNG that an app's camera reads."""
    import segno

    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=_SCALE, border=4)
    return drawn.getvalue()


def step_of(moment: datetime) -> int:
    """Return the number of the 30 seconds a moment lies in."""
    return int(moment.timestamp()) // SECONDS


def day_of(step: int) -> date:
    """Return the day, in UTC, that a step lies in."""
    return datetime.fromtimestamp(step * SECONDS, UTC).date()


def _code(seed: bytes, step: int) -> str:
    return TOTP(seed, DIGITS, hashes.SHA1(), SECONDS).generate(step * SECONDS).decode()  # noqa: S303 - see above
