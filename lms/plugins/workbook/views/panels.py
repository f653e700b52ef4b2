"""The workbook on other pages: in a lesson, and on the account page."""

from collections.abc import Container
from typing import Any

from lms.core.accounts.api import ACCOUNT, AccountPage
from lms.core.catalogue.api import Block
from lms.core.learning.api import LESSON_AFTER, LessonPage
from lms.host import i18n
from lms.host.slots import Panel, drawn_once
from lms.plugins.workbook.queries import sheets
from lms.plugins.workbook.views.frame import parts


def for_lesson(shown: LessonPage) -> str:
    """Return the sheets that the lesson works with; no statement is needed for it."""
    if shown.body is None:
        return ""
    blocks = [part for part in shown.body.parts if isinstance(part, Block) and part.key == "workbook"]
    wanted = frozenset(sheet for block in blocks for sheet in block.data.get("sheets", ()))
    return drawn_once("workbook.lesson", wanted, draw=lambda: _draw(wanted)) if wanted else ""


def _draw(wanted: Container[str]) -> str:
    found = [sheet for sheet in sheets(i18n.language().code).values() if sheet.id in wanted]
    macro: Any = parts("for_lesson")
    return macro(found) if found else ""


def for_account(shown: AccountPage) -> str:
    """Return the way to erase the notebook."""
    macro: Any = parts("for_account")
    return macro()  # type: ignore[no-any-return]


lesson_panel = Panel(LESSON_AFTER, "workbook.lesson", for_lesson, order=20)
account_panel = Panel(ACCOUNT, "workbook.account", for_account, order=60)
