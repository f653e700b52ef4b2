"""Texts of other programs made plain: decoded, cleaned by the house's one sanitiser, and put on one line.

A text of a question is never markup here (pages escape it), so nothing that acts can survive. What the markup said and
plain words cannot is named.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from lms.host.markup import clean
from lms.plugins.quizzes.domain.exchange.remarks import Refused

LONGEST = 20_000
LONGEST_PLAIN = 3_000
MOST_TAGS = 400
MOST_LINES = 30_000
MOST_MEGABYTES = 1
_DATA = re.compile(r"data:[a-z]{1,20}/[^\"'\s<>]*", re.IGNORECASE)
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066\u2067\ufeff\ufffe\uffff]")
MARK = "\ue000"
"""Stands for a gap while the text around it is made plain."""
_SPACES = re.compile(r"\s+")
_MARKS = {
    "active": r"<\s*/?\s*(?:script|style|iframe|object|embed|applet|form|input|button|link|meta|base|template)\b"
    r"|<[a-z][^<>]*(?:[\s/]on[a-z]+\s*=|(?:javascript|vbscript)\s*:)",
    "picture": r"<\s*(?:img|svg|picture|canvas|image)\b",
    "media": r"<\s*(?:audio|video|source|track)\b|<(?!img\b)[a-z][^<>]*@@PLUGINFILE@@",
    "formula": r"<\s*(?:m:)?math\b|\$\$.{1,200}?\$\$|\\\(.{1,200}?\\\)|\\\[.{1,200}?\\\]",
    "formatting": r"<\s*(?:b|strong|i|em|u|s|del|ins|li|table|sub|sup|pre|code|blockquote|h[1-6])\b",
}
_LOST = {code: re.compile(pattern, re.IGNORECASE | re.DOTALL) for code, pattern in _MARKS.items()}
_MATH = re.compile(
    r"</?(?:m:)?(?:math|semantics|m(?:row|i|o|n|frac|sup|sub|fenced|sqrt|text|space|style))\b[^<>]{0,200}>"
)
_MARKDOWN = MarkdownIt("commonmark", {"html": True})
_TIDY = re.compile(r" ([.,;:!?…])(?= |$)")


def decoded(data: bytes) -> str:
    """Return the text of a file that is not XML.

    Raises:
        Refused: too long, binary, or not UTF-8; a byte order mark may say UTF-16.

    """
    if len(data) > MOST_MEGABYTES * 1_000_000:
        raise Refused("large", most=MOST_MEGABYTES)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        coding = "utf-16"
    elif b"\x00" in data:
        raise Refused("binary")
    else:
        coding = "utf-8-sig"
    try:
        text = data.decode(coding)
    except UnicodeDecodeError:
        raise Refused("encoding") from None
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if plain.count("\n") > MOST_LINES:
        raise Refused("lines", most=MOST_LINES)
    return plain


def line(text: str) -> str:
    """Return a text on one line, without signs that hide or turn others."""
    return _SPACES.sub(" ", _HIDDEN.sub("", unicodedata.normalize("NFC", text))).strip()


def without_marks(text: str) -> str:
    return text.replace(MARK, "")


def lost_in(text: str) -> Iterator[str]:
    """Yield the code of each thing that the markup of `text` says and plain words cannot."""
    return (code for code, pattern in _LOST.items() if pattern.search(text))


def acts(text: str) -> bool:
    """Whether some HTML does something on its own."""
    return bool(_LOST["active"].search(_DATA.sub("data:", text)))


def shortened(text: str, *, markup: bool) -> str:
    """Return a text without the pictures that are written out in it.

    Raises:
        Refused: it is still too long, or too full of markup, to be a text of a question.

    """
    short = _DATA.sub("data:", text) if "data:" in text.casefold() else text
    most = LONGEST if markup else LONGEST_PLAIN
    if len(short) > most:
        raise Refused("text-long", most=most)
    if markup and short.count("<") > MOST_TAGS:
        raise Refused("markup")
    return short


def words_of_html(text: str) -> str:
    """Return the words of some HTML: blocks apart, items of lists behind a dot, addresses of links in brackets."""
    reader = _Words()
    reader.feed(str(clean(_MATH.sub(" ", text))))
    reader.close()
    return _TIDY.sub(r"\1", line("".join(reader.found)))


def words_of_markdown(text: str) -> tuple[str, str]:
    """Return the words of some Markdown, and the HTML it stands for."""
    made = _MARKDOWN.render(text)
    return words_of_html(made), made


def as_html(text: str) -> str:
    """Return plain words as HTML."""
    return html.escape(text, quote=False)


class _Words(HTMLParser):
    """Collects words from what the sanitiser has made, so tags are well formed."""

    INLINE = frozenset({"a", "abbr", "b", "bdi", "code", "del", "em", "i", "ins", "kbd", "s", "small", "span", "strong",
                        "sub", "sup"})  # fmt: skip

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        elif tag == "li":
            self.found.append(" • ")
        elif tag not in self.INLINE:
            self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            address = self.links.pop() if self.links else ""
            if address.startswith(("http:", "https:")) and not "".join(self.found[-1:]).strip().endswith(address):
                self.found.append(f" ({address})")
        elif tag not in self.INLINE:
            self.found.append(" ")

    def handle_data(self, data: str) -> None:
        self.found.append(data)
