"""What an inline text is made of: links, pictures, code, emphasis, placeholders; in the source and in translations."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lms import lazy_gettext as L_
from lms.core.catalogue.compile.markdown import all_tokens
from lms.core.catalogue.domain.problems import Text

_PLACEHOLDER = re.compile(r"%\([A-Za-z_][A-Za-z0-9_]*\)[sd]|\{[1-9]\d?\}")  # the last: a gap to fill in
_MARKER = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)]|#{1,6}|>|:::)\s")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
# Overrides show letters in another order than they are stored: a reviewer would not see what a learner reads (XSS-2).
_OVERRIDE = re.compile("[\u202a-\u202e\u2066\u2067]")
_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_PICTURE = re.compile(r"^media/[A-Za-z0-9][A-Za-z0-9._-]*\.(?:png|jpe?g|webp)$")
_LINKS = frozenset({"http", "https", "mailto"})

Fault = tuple[str, Text, Text, dict[str, object]]


@dataclass(frozen=True)
class Facts:
    """The parts of an inline text that a translation must carry over unchanged."""

    links: Counter[str]
    pictures: Counter[str]
    codes: Counter[str]
    placeholders: Counter[str]
    strong: int
    emphasis: int
    breaks: int
    marker: str


def facts(text: str) -> Facts:
    tokens = all_tokens(text)
    kinds = Counter(token.type for token in tokens)
    marker = _MARKER.match(text)
    return Facts(
        links=Counter(str(token.attrGet("href")) for token in tokens if token.type == "link_open"),
        pictures=Counter(str(token.attrGet("src")) for token in tokens if token.type == "image"),
        codes=Counter(token.content for token in tokens if token.type == "code_inline"),
        placeholders=Counter(_PLACEHOLDER.findall(text)),
        strong=kinds["strong_open"],
        emphasis=kinds["em_open"],
        breaks=kinds["hardbreak"],
        marker=marker[0].strip() if marker else "",
    )


def faults(text: str) -> Iterator[Fault]:
    """Yield what no inline text may hold, in any language: HTML, foreign pictures, strange links, hidden direction."""
    if _OVERRIDE.search(text):
        yield (
            "bidi-override",
            L_("The text holds invisible characters that turn the direction of letters around."),
            L_("Delete and retype the words; the page sets the direction by itself."),
            {},
        )
    for token in all_tokens(text):
        if token.type == "text" and (tag := _TAG.search(token.content)):
            yield (
                "html",
                L_("HTML is not read here: “%(tag)s” would be shown as it is."),
                L_("Use Markdown, or put code between backticks."),
                {"tag": tag[0][:60]},
            )
        elif token.type == "link_open":
            yield from _link_faults(str(token.attrGet("href")))
        elif token.type == "image":
            yield from _picture_faults(str(token.attrGet("src")), token.content)


def _link_faults(url: str) -> Iterator[Fault]:
    scheme = _SCHEME.match(url)
    if scheme is None or scheme[1].lower() not in _LINKS:
        yield (
            "link",
            L_("A link may not go to “%(url)s”."),
            L_("Use a full address that starts with https://, or mailto:."),
            {"url": url[:80]},
        )


def _picture_faults(src: str, alt: str) -> Iterator[Fault]:
    if not alt.strip():
        yield (
            "picture-alt",
            L_("The picture “%(src)s” has no description."),
            L_("Say in the square brackets what the picture tells: ![description](media/name.png)."),
            {"src": src[:80]},
        )
    yield from address_faults(src)


def address_faults(src: str) -> Iterator[Fault]:
    """Yield why no picture can stand under what an author wrote as its address."""
    if not _PICTURE.match(src):
        yield (
            "picture-address",
            L_("The picture “%(src)s” cannot be used."),
            L_("Put a PNG, JPEG or WebP file into the folder media/ of the lesson and write media/name.png."),
            {"src": src[:80]},
        )


def plain_faults(text: str) -> Iterator[Fault]:
    """Yield what no text outside Markdown may hold."""
    if _OVERRIDE.search(text):
        yield from (fault for fault in faults(text) if fault[0] == "bidi-override")


def mismatches(source: str, translation: str, *, markdown: bool) -> Iterator[Fault]:
    """Yield what a translation lost, added or changed: the reasons why an entry cannot be used."""
    if not markdown:
        wanted, given = Counter(_PLACEHOLDER.findall(source)), Counter(_PLACEHOLDER.findall(translation))
        yield from _differs("translation-placeholder", L_("placeholders"), wanted, given)
        yield from plain_faults(translation)
        return
    one, other = facts(source), facts(translation)
    yield from _differs("translation-placeholder", L_("placeholders"), one.placeholders, other.placeholders)
    yield from _differs("translation-link", L_("links"), one.links, other.links)
    yield from _differs("translation-picture", L_("pictures"), one.pictures, other.pictures)
    yield from _differs("translation-code", L_("code"), one.codes, other.codes)
    yield from _counts("translation-bold", L_("Bold passages (**…**)"), one.strong, other.strong)
    yield from _counts("translation-emphasis", L_("Emphasised passages (*…*)"), one.emphasis, other.emphasis)
    yield from _counts("translation-break", L_("Line breaks"), one.breaks, other.breaks)
    if one.marker != other.marker:
        yield (
            "translation-marker",
            L_("The translation starts with “%(given)s”, the source with “%(wanted)s”."),
            L_("List numbers, bullets and signs at the start belong to the lesson, not to the translation."),
            {"given": other.marker, "wanted": one.marker},
        )
    if "\n\n" in translation.strip():
        yield (
            "translation-paragraphs",
            L_("The translation has an empty line in it."),
            L_("One entry is one paragraph: write it without an empty line."),
            {},
        )
    known = {(fault[0], str(fault[3])) for fault in faults(source)}
    yield from (fault for fault in faults(translation) if (fault[0], str(fault[3])) not in known)


def _differs(code: str, what: Text, wanted: Counter[str], given: Counter[str]) -> Iterator[Fault]:
    if wanted != given:
        yield (
            code,
            L_("The translation does not carry the same %(what)s: missing %(missing)s, too many %(extra)s."),
            L_("Copy them from the source exactly as they are."),
            {"what": what, "missing": _listed(wanted - given), "extra": _listed(given - wanted)},
        )


def _counts(code: str, what: Text, wanted: int, given: int) -> Iterator[Fault]:
    if wanted != given:
        yield (
            code,
            L_("%(what)s: %(wanted)s in the source, %(given)s in the translation."),
            L_("Mark the same passages as the source does; each mark needs its partner."),
            {"what": what, "wanted": wanted, "given": given},
        )


def _listed(items: Counter[str]) -> str:
    return ", ".join(f"“{item[:60]}”" for item in sorted(items.elements())) or "–"
