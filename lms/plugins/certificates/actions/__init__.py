"""Every change of certificates; none commits."""

from lms.plugins.certificates.actions.issuing import (
    RENDER,
    WithdrawnError,
    forget,
    issue,
    keep_file,
    not_made,
    print_again,
    withdraw,
    withdraw_all,
)

__all__ = [
    "RENDER",
    "WithdrawnError",
    "forget",
    "issue",
    "keep_file",
    "not_made",
    "print_again",
    "withdraw",
    "withdraw_all",
]
