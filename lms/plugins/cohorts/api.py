"""What other packages may use of groups.

- `CohortInvitation` is the kind `cohort`; `place(cohort_id, …)` is its payload for `create_invitations`.
- `of_organisation(conn, id)`: the groups of an organisation; `adopt_cohort`, `release_organisation` tie and untie them.
- `cohort_table` and `member_table` are Core tables, for foreign keys and for counting. A member's alias is only for
  the pages of the group itself.
"""

from lms.plugins.cohorts.actions.cohorts import adopt_cohort, create_cohort, release_organisation
from lms.plugins.cohorts.actions.members import KIND, CohortInvitation, place
from lms.plugins.cohorts.models import Cohort, Member
from lms.plugins.cohorts.queries import CohortBrief, Demonstration, demonstration, of_organisation

cohort_table = Cohort.__table__
member_table = Member.__table__

__all__ = [
    "KIND",
    "CohortBrief",
    "CohortInvitation",
    "Demonstration",
    "adopt_cohort",
    "cohort_table",
    "create_cohort",
    "demonstration",
    "member_table",
    "of_organisation",
    "place",
    "release_organisation",
]
