"""Pages of people: joining, signing in, the own account, help."""

from lms.core.accounts.views import (
    account,
    again,
    arrive,
    data,
    factors,
    guide,
    join,
    key,
    late,
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
    "join",
    "key",
    "late",
    "learner",
    "passkeys",
    "public",
    "register",
    "second_step",
    "sessions",
    "sign_in",
]
