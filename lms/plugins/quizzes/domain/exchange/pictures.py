"""Pictures of imported questions: found in the text, fetched from the file itself, never from anywhere else."""

import html
import re
from base64 import b64decode
from binascii import Error
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from lms.host.pictures import LARGEST_FILE
from lms.plugins.quizzes.domain.exchange import texts

LONGEST_ALT = 300
INSIDE = "@@PLUGINFILE@@/"
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg", ".bmp", ".tif", ".tiff")
_TAG = re.compile(r"<\s*img\b((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>", re.IGNORECASE)
_START = re.compile(r"<\s{0,9}img\b", re.IGNORECASE)
_GIVEN = re.compile(r"\b(src|data|href|alt)\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'<>]++))", re.IGNORECASE)
_WRITTEN = re.compile(r"data:image/[a-z+.-]{1,20};base64,", re.IGNORECASE)
_FAR = re.compile(r"[a-z][a-z0-9+.-]{0,20}:|//", re.IGNORECASE)

Files = Callable[[str], bytes | None]
"""Gives a file that came along, by the address in the text."""


@dataclass(frozen=True, slots=True)
class Found:
    """A picture in a text: its address, and what it tells."""

    src: str
    alt: str


class Lost(Exception):  # noqa: N818 - an answer, not a fault
    """A picture that cannot come along, by the code of its loss."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def first(text: str) -> tuple[Found | None, str, str]:
    """Return the first picture of some HTML, the text without it, and its tag."""
    start = _START.search(text)
    tag = _TAG.match(text, start.start()) if start else None
    if tag is None:
        return None, text, ""
    given: dict[str, str] = {}
    for found in _GIVEN.finditer(tag[1]):
        given.setdefault(found[1].lower(), html.unescape(next(part for part in found.groups()[1:] if part is not None)))
    src = next((given[name] for name in ("src", "data", "href") if given.get(name)), "")
    alt = texts.line(texts.without_marks(given.get("alt", "")[: texts.LONGEST]))
    return Found(src.strip(), alt), f"{text[: tag.start()]} {text[tag.end() :]}", tag[0]


def fetched(src: str, files: Files) -> bytes:
    """Return the bytes of a picture as the file holds them.

    Raises:
        Lost: they are elsewhere, missing, or too many.

    """
    data: bytes | None
    if written := _WRITTEN.match(src):
        data = decoded(src[written.end() :])
    elif _FAR.match(src):
        raise Lost("picture-unread" if src[:5].lower() == "data:" else "picture-far")
    else:
        data = files(unquote(src.partition("?")[0].partition("#")[0]))
        if data is None:
            raise Lost("picture-missing")
    if not data or len(data) > LARGEST_FILE:
        raise Lost("picture-unread")
    return data


def decoded(text: str) -> bytes:
    """Return what some base64 stands for; nothing if it is damaged or far too long."""
    if len(text) > LARGEST_FILE * 2:
        return b""
    try:
        return b64decode("".join(text.split()), validate=True)
    except (Error, ValueError):
        return b""


def is_picture(name: str) -> bool:
    """Whether a file is one, seen from its name."""
    return name.lower().endswith(ENDINGS)


def shortened(alt: str) -> str:
    """Return a description that is not longer than there is room for."""
    return alt if len(alt) <= LONGEST_ALT else f"{alt[: LONGEST_ALT - 1].rstrip()}…"
