"""What other packages may use of groups.

- `CohortInvitation` is the kind `cohort`; `place(cohort_id, …)` is its payload for `create_invitations`.
- `of_organisation(conn, id)`: the groups of an organisation; `adopt_cohort`, `release_organisation` tie and untie them.
- `cohort_table` and `member_table` are Core tables, for foreign keys and for counting. A member's alias is only for
  the pages of the group itself.
- `guided_cohort_for(conn, actor, id)` and `asking(conn, id)`: a group that the actor guides, and who of it asked the
  guides to enter their answer lines.
"""

from lms.plugins.cohorts.access import guided_cohort_for
from lms.plugins.cohorts.actions.cohorts import adopt_cohort, create_cohort, release_organisation
from lms.plugins.cohorts.actions.members import KIND, CohortInvitation, place
from lms.plugins.cohorts.models import Cohort, Member
from lms.plugins.cohorts.queries import (
    Asking,
    CohortBrief,
    CohortRow,
    Demonstration,
    asking,
    demonstration,
    of_organisation,
)

cohort_table = Cohort.__table__
member_table = Member.__table__

__all__ = [
    "KIND",
    "Asking",
    "CohortBrief",
    "CohortInvitation",
    "CohortRow",
    "Demonstration",
    "adopt_cohort",
    "asking",
    "cohort_table",
    "create_cohort",
    "demonstration",
    "guided_cohort_for",
    "member_table",
    "of_organisation",
    "place",
    "release_organisation",
]
