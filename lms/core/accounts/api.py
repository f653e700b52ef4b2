"""What other packages may use of accounts.

People are ids here. A handle is only for signing in (settled 22), so nothing in this module hands one out; what others
see of a person is the alias of one membership, which belongs to the package that has memberships.

- Roles: `grant`, `revoke`, `revoke_scope`, `holders`; changes end the person's sign-ins and are audited.
- People: `people(conn, ids)`, `alias_of(session, person_id)`, `aliases_of(conn, ids)` and the table `audit_aliases`
  for the audit; `create_example` for demonstration sites.
- Invitations: contribute an `InvitationKind`; `create_invitations` returns the codes once; `batch_seats`, `revoke_batch`.
- Help: contribute `LooksAfter` to say who on staff looks after a person; they may open a closed account or give a lost
  person a new code, two together.
- Mounting: `OutsideIdentity(current_user)` takes over the user of the site that the suite is mounted in.
- A person's own data: contribute a `SeenBy` for each page on which others see people, so that the person sees the same;
  `BeforeErasing` for a choice on the page that erases the account.
- Slots: `ACCOUNT` on a person's own account page (what is shared, certificates), `OPERATOR` on the operator's.
- Sealed data: seal to `people(conn, ids)[id].public_key`; open with `own_key(conn, actor, request)`, which is `None` until
  `open_own_key` and `unlock` where a sign-in came without the passphrase. `hold(session, id)` keeps others out of a
  person's keys and rows until the commit.
- Events: `PersonJoined`, `RolesChanged`, `KeyReplaced`.
"""

from lms.core.accounts.access import OutsideIdentity
from lms.core.accounts.actions.grants import ROLES, SITE, grant, revoke, revoke_scope
from lms.core.accounts.actions.invitations import (
    AlreadyTakenError,
    InvitationKind,
    Refused,
    create_invitations,
    revoke_batch,
)
from lms.core.accounts.actions.own_key import TooManyTries, open_own_key, own_key, unlock
from lms.core.accounts.actions.people import alias_of, create_example, hold
from lms.core.accounts.events import KeyReplaced, PersonJoined, RolesChanged
from lms.core.accounts.privacy.sights import BeforeErasing, SeenBy, Sight
from lms.core.accounts.queries import AccountPage, PersonInfo, Seats, batch_seats, holders, people
from lms.core.accounts.queries.aliases import aliases_of, audit_aliases
from lms.core.accounts.queries.counts import Totals
from lms.core.accounts.queries.helpers import Helper, LooksAfter
from lms.host.slots import Slot

ACCOUNT: Slot[AccountPage] = Slot("accounts.account")
OPERATOR: Slot[Totals] = Slot("accounts.operator")

__all__ = [
    "ACCOUNT",
    "OPERATOR",
    "ROLES",
    "SITE",
    "AccountPage",
    "AlreadyTakenError",
    "BeforeErasing",
    "Helper",
    "InvitationKind",
    "KeyReplaced",
    "LooksAfter",
    "OutsideIdentity",
    "PersonInfo",
    "PersonJoined",
    "Refused",
    "RolesChanged",
    "Seats",
    "SeenBy",
    "Sight",
    "TooManyTries",
    "Totals",
    "alias_of",
    "aliases_of",
    "audit_aliases",
    "batch_seats",
    "create_example",
    "create_invitations",
    "grant",
    "hold",
    "holders",
    "open_own_key",
    "own_key",
    "people",
    "revoke",
    "revoke_batch",
    "revoke_scope",
    "unlock",
]
