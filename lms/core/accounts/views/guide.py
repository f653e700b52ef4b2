"""Two pages for everybody, from every page: help, and what keeps a person safe here (EXIT-4)."""

from flask import Response

from lms import gettext as _
from lms.core.accounts.views.frame import public
from lms.host import web
from lms.host.web import page


@public.get("/help")
@web.public
def help_page() -> Response:
    """Answer what people ask most, and name helplines."""
    return page("accounts/help.html", title=_("Help"))


@public.get("/staying-safe")
@web.public
def staying_safe() -> Response:
    """Say what this site does, what it cannot do, and what leaving leaves behind."""
    return page("accounts/staying_safe.html", title=_("Staying safe here"))
