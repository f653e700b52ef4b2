"""Two pages for everybody, from every page: help, and what keeps a person safe here (EXIT-4)."""

from dataclasses import dataclass

from flask import Response

from lms import gettext as _
from lms import lazy_gettext as L_
from lms.core.accounts.views.frame import public
from lms.host import web
from lms.host.i18n import LazyText
from lms.host.web import page


@dataclass(frozen=True, slots=True)
class Helpline:
    """People to turn to; the link shows where it leads (NET-1: nothing is fetched)."""

    name: str
    host: str
    words: LazyText

    @property
    def url(self) -> str:
        """The address of its front page."""
        return f"https://{self.host}/"


HELPLINES = (
    Helpline(
        "Front Line Defenders", "www.frontlinedefenders.org", L_("emergency line for defenders at risk, day and night.")
    ),
    Helpline("ProtectDefenders.eu", "protectdefenders.eu", L_("emergency support and relocation, day and night.")),
    Helpline(
        "Access Now Digital Security Helpline",
        "www.accessnow.org",
        L_("attacks on your accounts, devices or website, day and night."),
    ),
    Helpline(
        "Digital First Aid Kit", "digitalfirstaid.org", L_("first steps by yourself when something digital goes wrong.")
    ),
    Helpline(
        "Find A Helpline",
        "findahelpline.com",
        L_("people to talk to when it becomes too much, country by country."),
    ),
)


@public.get("/help")
@web.public
def help_page() -> Response:
    """Answer what people ask most, and name helplines."""
    return page("accounts/help.html", title=_("Help"), helplines=HELPLINES)


@public.get("/staying-safe")
@web.public
def staying_safe() -> Response:
    """Say what this site does, what it cannot do, and what leaving leaves behind."""
    return page("accounts/staying_safe.html", title=_("Staying safe here"))
