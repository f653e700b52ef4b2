"""Pages of the library: anybody may read them, and nothing about a reader is kept."""

from lms.plugins.library.views import begin, pages, panels
from lms.plugins.library.views.frame import blueprint

__all__ = ["begin", "blueprint", "pages", "panels"]
