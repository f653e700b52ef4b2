"""Markdown of lessons: CommonMark with tables, no HTML, read into tokens whose inline texts are the segments.

The library is imported with the first text: a start waits for everything that stands at the top of a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from lms.core.catalogue.compile.blocksyntax import BlockHead, Piece

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_BREAK = re.compile(r"(?: {2,}|\\)\n[ \t]*")
_PLAIN = re.compile(r"[^\\`*_\[\]!<&\r\n\0]+")
_SOFT = re.compile(r"[ \t]*\n[ \t]*")


@cache
def reader() -> MarkdownIt:
    """Return what reads and writes Markdown."""
    from markdown_it import MarkdownIt

    class Reader(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
            """Every link is read, so that a forbidden one can be named; none gets past the checks and the sanitiser."""
            return True

    return Reader("commonmark", {"html": False}).enable("table")


def new_token(kind: str, content: str = "", children: list[Token] | None = None) -> Token:
    """Return a token that no text of an author made."""
    from markdown_it.token import Token

    return Token(kind, "", 0, content=content, children=children)


@dataclass(frozen=True)
class Parsed:
    """A piece of a lesson as tokens. `line` is the line in the file of the first line of its text."""

    head: BlockHead | None
    line: int
    tokens: list[Token]


@dataclass(frozen=True)
class Inline:
    """One inline text of a piece: its kind, the normalised source, and where it stands."""

    index: int
    kind: str
    text: str
    line: int


def parse(piece: Piece) -> Parsed:
    return Parsed(piece.head, piece.line, reader().parse(piece.text, {}))


def normal(text: str) -> str:
    """Return an inline source on one line, so that wrapping a paragraph anew changes no segment; hard breaks stay."""
    marked = _BREAK.sub("\0", text.strip())
    return _SOFT.sub(" ", marked).replace("\0", "\\\n")


def inlines(parsed: Parsed) -> Iterator[Inline]:
    """Yield the inline texts of a piece in order."""
    stack: list[str] = []
    line = parsed.line
    for index, token in enumerate(parsed.tokens):
        if token.map:
            line = parsed.line + token.map[0]
        if token.nesting == 1:
            stack.append(token.type)
        elif token.nesting == -1:
            stack.pop()
        elif token.type == "inline" and token.content.strip():
            yield Inline(index, _kind(stack, parsed.head), normal(token.content), line)


def _kind(stack: list[str], head: BlockHead | None) -> str:
    innermost = stack[-1] if stack else ""
    if innermost == "heading_open":
        kind = "heading"
    elif innermost in {"th_open", "td_open"}:
        kind = "cell"
    elif "list_item_open" in stack:
        kind = "item"
    else:
        kind = "paragraph"
    return f"{head.name} {kind}" if head else kind


def inline_tokens(text: str) -> list[Token]:
    """Return the inline tokens of one segment, in the source or in a translation.

    Most sentences hold no sign of Markdown; to parse them nevertheless is half of compiling a course.
    """
    if _PLAIN.fullmatch(text):
        return [new_token("text", text)]
    children: list[Token] = []
    for token in reader().parseInline(text, {}):
        children.extend(token.children or [])
    return children


@lru_cache(maxsize=1024)  # checks look at a text several times in a row
def all_tokens(text: str) -> tuple[Token, ...]:
    """Return the inline tokens of one segment with those inside pictures, to look at and not to change."""
    return tuple(flat(inline_tokens(text)))


def flat(tokens: list[Token]) -> Iterator[Token]:
    """Yield inline tokens with those inside pictures."""
    for token in tokens:
        yield token
        if token.children:
            yield from flat(token.children)
