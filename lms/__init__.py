"""Veer: a self-hosted, multilingual learning-management suite for human rights defenders."""

from lms.host.app import LMS, create_app
from lms.host.i18n import gettext, lazy_gettext, ngettext, pgettext
from lms.host.plugin import Plugin

__version__ = "0.1.0"
__all__ = ["LMS", "Plugin", "create_app", "gettext", "lazy_gettext", "ngettext", "pgettext"]
