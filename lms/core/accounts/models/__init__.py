"""Tables of people. None holds a contact: no e-mail, no telephone number, no real name (ACC-1)."""

from lms.core.accounts.models.copies import Copy, CopyPart, Erasure
from lms.core.accounts.models.factors import Challenge, Lock, Passkey, Reset, SecondStep, Totp
from lms.core.accounts.models.people import Grant, Husk, Invitation, KeptText, Person, RecoveryCode, SignIn
from lms.core.accounts.models.support import Support

__all__ = [
    "Challenge",
    "Copy",
    "CopyPart",
    "Erasure",
    "Grant",
    "Husk",
    "Invitation",
    "KeptText",
    "Lock",
    "Passkey",
    "Person",
    "RecoveryCode",
    "Reset",
    "SecondStep",
    "SignIn",
    "Support",
    "Totp",
]
