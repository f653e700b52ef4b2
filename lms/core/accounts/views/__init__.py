"""Pages of people: joining, signing in, the own account, help."""

from lms.core.accounts.views import (
    account,
    again,
    arrive,
    data,
    factors,
    guide,
    helping,
    join,
    key,
    late,
    locks,
    passkeys,
    register,
    second_step,
    sessions,
    sign_in,
)
from lms.core.accounts.views.frame import learner, public

__all__ = [
    "account",
    "again",
    "arrive",
    "data",
    "factors",
    "guide",
    "helping",
    "join",
    "key",
    "late",
    "learner",
    "locks",
    "passkeys",
    "public",
    "register",
    "second_step",
    "sessions",
    "sign_in",
]
