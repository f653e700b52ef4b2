"""Authored text becomes markup here and nowhere else (XSS-1).

One allow-list for lessons, blocks and whatever a learner may write: no script, no style, no form, no frame, no handler,
no id of the author's choice, no picture from elsewhere, no address but http, https, mailto and relative ones.
"""

import re
from collections.abc import Iterable, Mapping

import nh3
from markupsafe import Markup  # noqa: TID251 - the one place where authored text is marked as clean

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "blockquote",
        "br",
        "caption",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
CLASSES = frozenset(
    [
        "box",
        "btn",
        "card",
        "code",
        "hint",
        "label",
        "m",
        "n",
        "note",
        "num",
        "nw",
        "ok",
        "plain",
        "row",
        "s",
        "scroll",
        "src",
        "steps",
        "t2c",
        "tag",
        "warn",
        "pen",
        "vh",
    ]
)
EVERYWHERE = frozenset({"lang", "dir", "class"})
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": EVERYWHERE,
    "a": frozenset({"href", "hreflang", "rel"}),
    "div": frozenset({"tabindex", "role", "aria-label"}),
    "h2": frozenset({"id"}),
    "img": frozenset({"src", "alt", "width", "height", "loading"}),
    "ol": frozenset({"start", "type"}),
    "section": frozenset({"id", "aria-label", "aria-labelledby"}),
    "td": frozenset({"data-l", "colspan", "rowspan"}),
    "th": frozenset({"scope", "colspan", "rowspan"}),
}
SCHEMES = frozenset({"http", "https", "mailto"})

_VALUES: Mapping[str, re.Pattern[str]] = {
    "aria-labelledby": re.compile(r"b\d{1,3}h\Z"),
    "colspan": re.compile(r"\d{1,2}\Z"),
    "dir": re.compile(r"(?:ltr|rtl|auto)\Z"),
    "height": re.compile(r"\d{1,4}\Z"),
    "hreflang": re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*\Z"),
    "id": re.compile(r"b\d{1,3}h?\Z"),  # anchors made at compile; an author's own could collide with the page's
    "lang": re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*\Z"),
    "loading": re.compile(r"lazy\Z"),
    "rel": re.compile(r"noopener noreferrer\Z"),
    "role": re.compile(r"region\Z"),
    "rowspan": re.compile(r"\d{1,2}\Z"),
    "scope": re.compile(r"(?:col|row)\Z"),
    "src": re.compile(r"media/[0-9a-f]{32}\.(?:png|jpg|webp)\Z"),
    "start": re.compile(r"\d{1,9}\Z"),
    "tabindex": re.compile(r"0\Z"),
    "type": re.compile(r"[1aAiI]\Z"),
    "width": re.compile(r"\d{1,4}\Z"),
}
# Browsers drop control characters and read "\\" as "/": "/\\evil.example" leaves the site like "//evil.example".
_ELSEWHERE = re.compile(r"[ ]*[/\\][ ]*[/\\]|.*[\x00-\x1f\x7f]", re.DOTALL)


def _value(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return " ".join(name for name in value.split() if name in CLASSES) or None
    if attribute == "href" and _ELSEWHERE.match(value):
        return None
    pattern = _VALUES.get(attribute)
    return value if pattern is None or pattern.match(value) else None


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style", "title", "noscript", "template", "iframe", "object", "svg", "math"},
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    attribute_filter=_value,
    strip_comments=True,
    link_rel=None,
    url_schemes=set(SCHEMES),
)


def clean(html: str) -> Markup:
    """Return `html` with everything taken out that the allow-list does not name.

    Args:
        html: what Markdown or a block made of authored text, in any state.

    """
    return Markup(_CLEANER.clean(html))  # noqa: S704 - just cleaned


def joined(parts: Iterable[str]) -> Markup:
    """Return pieces as one, each of them cleaned first if `clean` has not made it."""
    return Markup("").join(part if isinstance(part, Markup) else clean(part) for part in parts)
