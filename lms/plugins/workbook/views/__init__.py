"""Pages of the workbook: sheets, writing on them, the notebook as a whole. None is for staff: no role opens a sheet."""

from lms.plugins.workbook.views import notebook, panels, sheets, writing
from lms.plugins.workbook.views.frame import blueprint

__all__ = ["blueprint", "notebook", "panels", "sheets", "writing"]
