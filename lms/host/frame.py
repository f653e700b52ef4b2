"""What stands around every page: language, direction, theme, navigation, forgery token."""

from dataclasses import dataclass
from functools import lru_cache

from flask import current_app, g, request, url_for

from lms.host import i18n
from lms.host.actor import Actor
from lms.host.contributions import Identity, NavItem
from lms.host.plugin import Host, current_host
from lms.host.security import csrf
from lms.host.settings import Settings


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
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything `base.html` needs besides the page's own content."""

    title: str
    product: str
    lang: str
    dir: str
    theme: str
    root: str
    nav: tuple[Link, ...]
    staff_nav: tuple[Link, ...]
    help_nav: tuple[Link, ...]
    languages: tuple[LanguageLink, ...]
    csrf: str
    sign_out_url: str
    settings_url: str
    signed_in: bool
    low_data: bool
    path: str


def frame(actor: Actor, title: str) -> Frame:
    """Return the frame of the page that is being answered."""
    host = current_host()
    identity = host.all(Identity)[0] if actor.signed_in else None
    settings: Settings = current_app.config["LMS"]
    spoken = i18n.language()
    lang = spoken.code
    path = request.full_path.rstrip("?") if request.query_string else request.path
    return Frame(
        title=title,
        product=settings.product,
        lang=lang,
        dir=spoken.direction,
        theme=actor.theme,
        root=request.script_root,
        nav=_nav(actor, lang, "learner" if actor.signed_in else "anonymous"),
        staff_nav=_nav(actor, lang, "staff") if actor.grants else (),
        help_nav=_nav(actor, lang, "help"),
        languages=_languages(lang, path),
        csrf=csrf.masked(actor.csrf) if actor.signed_in else "",
        sign_out_url=request.script_root + _address(host, identity.sign_out, lang) if identity else "",
        settings_url=request.script_root + _address(host, identity.settings, lang) if identity else "",
        signed_in=actor.signed_in,
        low_data=actor.low_data,
        path=path,
    )


def _nav(actor: Actor, lang: str, audience: str) -> tuple[Link, ...]:
    host = current_host()
    roles = frozenset(grant.role for grant in actor.grants)
    here = request.endpoint
    root = request.script_root
    items = _visible(host, audience, roles)
    return tuple(
        Link(str(item.label), root + _address(host, item.endpoint, lang), item.endpoint == here) for item in items
    )


@lru_cache(maxsize=256)
def _visible(host: Host, audience: str, roles: frozenset[str]) -> tuple[NavItem, ...]:
    return tuple(
        item
        for item in sorted(host.all(NavItem), key=lambda item: item.order)
        if item.audience == audience and (not item.roles or roles & frozenset(item.roles))
    )


@lru_cache(maxsize=512)
def _address(host: Host, endpoint: str, lang: str) -> str:
    """Building an address costs as much as a small page; the navigation's never change."""
    del host
    root = request.script_root
    return url_for(endpoint, lang=lang).removeprefix(root)


def _languages(lang: str, path: str) -> tuple[LanguageLink, ...]:
    """The address carries the language as its first part, so another language is another prefix."""
    localized = "lang" in g
    rest = path[len(lang) + 1 :] if localized else "/"
    root = request.script_root
    return tuple(
        LanguageLink(other.code, other.endonym, f"{root}/{other.code}{rest}", other.code == lang)
        for other in i18n.languages()
    )
