"""The authorisation matrix: every route × nine roles × own and other group and organisation (AUTHZ-1, AUTHZ-2, AUTHZ-5).

The table is written by hand on purpose. Generated from the decorators it would only repeat them; a route that is not in
it fails, and so does one that the table knows and the site does not.
"""

import pytest

from lms.host.db import db
from tests.safety.world import ROLES, build

EVERYONE = frozenset(ROLES)
PEOPLE = EVERYONE - {"anonymous"}
LEARNER = frozenset({"learner"})
FACILITATOR = frozenset({"facilitator"})
GUIDES = frozenset({"facilitator", "operator"})
WRITERS = frozenset({"author", "translator", "reviewer"})
COORDINATOR = frozenset({"coordinator"})
OPERATOR = frozenset({"operator"})
NOBODY = frozenset()  # exists only where the suite is mounted in another site
GROUP = frozenset({"learner", "facilitator"})

# endpoint → who may call it with an object of their own. What belongs to the other side is absent for everyone
# (`SHARED` excepted: courses belong to nobody).
EXPECTED = {
    "account.code": PEOPLE,
    "account.code_redeemed": PEOPLE,
    "account.codes": PEOPLE,
    "account.confirm": PEOPLE,
    "account.confirmed": PEOPLE,
