"""What other packages may use of the workbook.

- `seal_reflection(session, person_id=…, prompt=…, text=…)`: keep what a person wrote about a question, when they chose to
  keep it. It needs no key of theirs, so it works in any sign-in of ours; who came in through an outer site could never
  open it. Without that choice nothing is to be stored anywhere.
  `MOST_TEXT` is how many characters a form should let through.
"""

from lms.plugins.workbook.actions import seal_reflection
from lms.plugins.workbook.domain.filled import MOST_TEXT

__all__ = ["MOST_TEXT", "seal_reflection"]
