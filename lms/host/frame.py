"""What stands around every page: language, direction, theme, navigation, settings, the way out.

Between two pages of one person nearly all of it is the same, and drawing it costs more than the page itself. So it is
drawn once for each kind of visitor and place in the navigation, with marks where title, address and forgery token
belong, and kept; a request only fills the marks.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import current_app, g, request, url_for
from markupsafe import Markup, escape  # noqa: TID251 - cuts and fills a template that was escaped when it was drawn

from lms.host import i18n
from lms.host.actor import Actor
from lms.host.contributions import Identity, NavItem
from lms.host.plugin import Host, current_host
from lms.host.security import csrf

MOST_SHELLS = 1024
MOST_ADDRESSES = 8192
TITLE, PATH, TOKEN, MAIN = "\ue000t", "\ue000p", "\ue000c", "\ue000m"
SAFE_IN_PATH = "/:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language."""

    code: str
    endonym: str
    url: Markup
    current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page's template knows of its frame.

    Args:
        title: window title without the product's name.
        lang: language of the page.
        dir: its direction.
        root: where the application is mounted, empty at the top.
        signed_in: whether a person is behind the request.
        low_data: pictures become their description.
        csrf: forgery token of this page, empty for visitors.
        rest: the address of the page after its language.
        head: everything before the page's own content.
        foot: everything after it.

    """

    title: str
    lang: str
    dir: str
    root: str
    signed_in: bool
    low_data: bool
    csrf: str
    rest: Markup
    head: Markup
    foot: Markup

    @property
    def languages(self) -> tuple[LanguageLink, ...]:
        """The same page in each language of the site."""
        return tuple(
            LanguageLink(it.code, it.endonym, Markup(f"{self.root}/{it.code}{self.rest}"), it.code == self.lang)  # noqa: S704 - quoted
            for it in i18n.languages()
        )


def kind(actor: Actor) -> tuple[Hashable, ...]:
    """Return what decides how a page's surroundings look: all that is shown of the reader, and the place."""
    here = request.endpoint or ""
    place = here if here in _linked(current_host()) else ""  # only then a link of the navigation is the current one
    roles = frozenset([grant.role for grant in actor.grants])
    lang, root = i18n.language().code, request.script_root
    return (lang, actor.signed_in, roles, actor.theme, actor.low_data, actor.notice, root, place)


def frame(actor: Actor, title: str, token: str | None = None) -> Frame:
    """Return the frame of the page that is being answered.

    Args:
        actor: who reads.
        title: window title.
        token: stands for the forgery token in a page that is kept; by default a fresh one is made.

    """
    spoken = i18n.language()
    root = request.script_root
    key = kind(actor)
    shells = _shells(current_host())
    shell = shells.get(key)
    if shell is None:
        if len(shells) >= MOST_SHELLS:
            shells.clear()
        shell = shells[key] = _draw(actor, frozenset([grant.role for grant in actor.grants]))
    head, foot = shell
    if token is None:
        token = csrf.masked(actor.csrf) if actor.signed_in else ""  # one a page: each costs 90 random bytes
    g.csrf = token
    rest = _rest(spoken.code)
    window = f"{escape(title)} – " if title else ""
    notice = _notice(actor) if actor.notice else ""
    return Frame(
        title=title,
        lang=spoken.code,
        dir=spoken.direction,
        root=root,
        signed_in=actor.signed_in,
        low_data=actor.low_data,
        csrf=token,
        rest=rest,
        head=Markup(head.replace(TITLE, window) + notice),  # noqa: S704 - the title is escaped above
        foot=Markup(foot.replace(TOKEN, token).replace(PATH, rest)),  # noqa: S704 - base64, and escaped
    )


def _notice(actor: Actor) -> str:
    return current_app.jinja_env.get_template("host/notice.html").render(url=url_for(actor.notice))


@lru_cache(maxsize=8)
def _shells(host: Host) -> dict[object, tuple[str, str]]:
    """Return what was drawn for one application, by kind of visitor and place."""
    del host
    return {}


def addresses() -> Callable[..., Markup]:
    """Return `url_for` for the templates of one application.

    Flask's own costs as much as a small page and says the same each time, so what it said is kept.
    """

    @lru_cache(maxsize=MOST_ADDRESSES)
    def build(endpoint: str, lang: str, root: str, values: tuple[tuple[str, Any], ...]) -> Markup:
        del lang, root
        return escape(url_for(endpoint, **dict(values)))

    def known(endpoint: str, **values: Any) -> Markup:
        if endpoint.startswith("."):
            return escape(url_for(endpoint, **values))
        return build(endpoint, i18n.language().code, request.script_root, tuple(values.items()))

    return known


def _draw(actor: Actor, roles: frozenset[str]) -> tuple[str, str]:
    identity = min(current_host().all(Identity), key=lambda one: one.order) if actor.signed_in else None
    audience = "learner" if actor.signed_in else "anonymous"
    drawn = current_app.jinja_env.get_template("host/frame.html").render(
        lang=i18n.language().code,
        dir=i18n.language().direction,
        root=request.script_root,
        theme=actor.theme,
        low_data=actor.low_data,
        signed_in=actor.signed_in,
        nav=_links(roles, audience) + (_links(roles, "staff") if roles else ()),
        help_nav=_links(roles, "help"),
        languages=i18n.languages(),
        sign_out_url=url_for(identity.sign_out) if identity else "",
        settings_url=url_for(identity.settings) if identity else "",
        title_mark=TITLE,
        path_mark=PATH,
        token_mark=TOKEN,
        main_mark=MAIN,
    )
    head, foot = drawn.split(MAIN)
    return head, foot


@lru_cache(maxsize=8)
def _linked(host: Host) -> frozenset[str]:
    return frozenset(item.endpoint for item in host.all(NavItem))


def _links(roles: frozenset[str], audience: str) -> tuple[Link, ...]:
    items = sorted(current_host().all(NavItem), key=lambda item: item.order)
    return tuple(
        Link(str(item.label), url_for(item.endpoint), item.endpoint == request.endpoint)
        for item in items
        if item.audience == audience
        and (not item.roles or roles & frozenset(item.roles))
        and item.endpoint in current_app.view_functions  # this process may not serve that surface
    )


def _rest(lang: str) -> Markup:
    """Return this page's address without its language, so that another language is another beginning."""
    if "lang" not in g:
        return Markup("/")
    rest = quote(request.path[len(lang) + 1 :], safe=SAFE_IN_PATH)
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return escape(rest + query)
