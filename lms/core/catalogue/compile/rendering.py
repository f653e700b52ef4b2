"""From tokens and translated segments to the HTML of one lesson in one language."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from lms import gettext as _
from lms.core.catalogue.compile.blocks import EXERCISES
from lms.core.catalogue.compile.markdown import Parsed, flat, inline_tokens, inlines, new_token, reader
from lms.core.catalogue.domain.contracts import BlockSource, BlockType
from lms.core.catalogue.domain.pages import Block
from lms.core.catalogue.domain.segments import Translate, Words, direction
from lms.host.markup import clean

if TYPE_CHECKING:
    from markdown_it.token import Token

WIDEST_CARD_TABLE = 4


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept: its address in the stored body and its size."""

    address: str
    width: int
    height: int


@dataclass
class Body:
    """The compiled text: sanitised HTML and the blocks that depend on the person."""

    parts: list[str | Block] = field(default_factory=list)
    exercise: str = ""

    def add(self, html: str) -> None:
        if self.parts and isinstance(self.parts[-1], str):
            self.parts[-1] += html
        else:
            self.parts.append(html)


@dataclass(frozen=True)
class Setting:
    """What is the same for all pieces of one lesson in one language; `links` leads from a `ref` to its address."""

    lang: str
    blocks: Mapping[str, BlockType]
    pictures: Mapping[str, Picture]
    translate: Translate
    links: Mapping[str, str] = field(default_factory=dict)


def body(pieces: Iterable[Parsed], setting: Setting) -> Body:
    """Compile the pieces of a lesson; the caller has set the current language to `setting.lang`."""
    made = Body()
    number = 0
    for piece in pieces:
        tokens = _translated(piece, setting)
        if piece.head is None:
            made.add(clean(_html(tokens)))
            continue
        kind = setting.blocks[piece.head.name]
        number += 1
        anchor = f"b{number}"
        lead = _take_lead(tokens)
        inside = _html(tokens) + _link(setting.links.get(piece.head.attrs.get("ref", "")))
        source = BlockSource(
            piece.head.name, piece.head.attrs, anchor, lead, inside, setting.lang, direction(setting.lang)
        )
        compiled = kind.compile(source)
        html = clean(compiled.html)
        if kind.personal:
            made.parts.append(Block(kind.key, piece.head.attrs.get("id", anchor), compiled.data, html))
        else:
            made.add(html)
        if not made.exercise and kind.key in EXERCISES:
            made.exercise = anchor
    return made


def _link(address: str | None) -> str:
    if address is None:
        return ""
    text = escape(_("Go through it step by step"), quote=False)
    return f'<p class="row"><a class="btn" href="{escape(address)}">{text}</a></p>'


def _translated(piece: Parsed, setting: Setting) -> list[Token]:
    """Return copies of the tokens with each inline text in the language, or in the source's with its `lang`."""
    tokens = [copy.copy(token) for token in piece.tokens]
    for token in tokens:
        token.attrs = dict(token.attrs)
    for inline in inlines(piece):
        words = setting.translate(inline.kind, inline.text)
        children = _linked(_pictured(inline_tokens(words.text), setting.pictures))
        if words.fallback:
            children = _marked(tokens[inline.index - 1], children, words)
        tokens[inline.index].children = children
    for token in tokens:
        token.attrs.pop("style", None)  # column alignment; no inline style ever
    _steps(tokens, piece)
    return _tables(tokens)


def _marked(opener: Token, children: list[Token], words: Words) -> list[Token]:
    if not opener.hidden:
        opener.attrs |= {"lang": words.lang, "dir": words.dir}
        return children
    return [_raw(f'<span lang="{words.lang}" dir="{words.dir}">'), *children, _raw("</span>")]


def _raw(html: str) -> Token:
    return new_token("html_inline", html)


def _pictured(children: list[Token], pictures: Mapping[str, Picture]) -> list[Token]:
    for token in flat(children):
        picture = pictures.get(str(token.attrGet("src"))) if token.type == "image" else None
        if picture is not None:
            token.attrs = {
                "src": picture.address,
                "alt": "",
                "width": picture.width,
                "height": picture.height,
                "loading": "lazy",
            }
    return children


def _linked(children: list[Token]) -> list[Token]:
    """Give links to other sites their `rel`, and show where they go."""
    made: list[Token] = []
    host = ""
    text = ""
    for token in children:
        made.append(token)
        if token.type == "link_open":
            url = str(token.attrGet("href"))
            host = url.partition("://")[2].partition("/")[0] if "://" in url else ""
            text = ""
            token.attrs.pop("title", None)
            if host:
                token.attrs["rel"] = "noopener noreferrer"
        elif token.type == "link_close" and host:
            if host.removeprefix("www.") not in text:
                made.append(_raw(f' <bdi class="s m" dir="ltr">({escape(host)})</bdi>'))
            host = ""
        elif token.content:
            text += token.content
    return made


def _steps(tokens: list[Token], piece: Parsed) -> None:
    if piece.head is not None and piece.head.name in EXERCISES:
        for token in tokens:
            if token.type == "ordered_list_open" and token.level == 0:
                token.attrs["class"] = "steps"


def _tables(tokens: list[Token]) -> list[Token]:
    """Small tables become labelled cards on phones, wide ones scroll in a named region."""
    made: list[Token] = []
    labels: list[str] = []
    column = 0
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            labels = _labels(tokens[index:])
            _open_table(made, token, labels)
            continue
        if token.type == "tr_open":
            column = 0
        elif token.type == "th_open":
            token.attrs["scope"] = "col"
        elif token.type == "td_open":
            if 0 < column <= WIDEST_CARD_TABLE and column < len(labels):
                token.attrs["data-l"] = labels[column]
            column += 1
        made.append(token)
        if token.type == "table_close" and len(labels) > WIDEST_CARD_TABLE:
            made.append(new_token("html_block", "</div>\n"))
    return made


def _open_table(made: list[Token], token: Token, labels: list[str]) -> None:
    if len(labels) > WIDEST_CARD_TABLE:
        name = escape(_("Table"))
        region = f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">\n'
        made.append(new_token("html_block", region))
    else:
        token.attrs["class"] = "t2c"
    made.append(token)


def _labels(tokens: list[Token]) -> list[str]:
    labels: list[str] = []
    for before, token in pairwise(tokens):
        if token.type == "thead_close":
            break
        if before.type == "th_open":
            labels.append("".join(t.content for t in flat(token.children or []) if t.type in {"text", "code_inline"}))
    return labels


def _take_lead(tokens: list[Token]) -> str:
    """Take the bold text that opens a block out of its first paragraph, and return it as inline HTML."""
    if len(tokens) < 3 or tokens[0].type != "paragraph_open":
        return ""
    children = [child for child in tokens[1].children or [] if child.type != "text" or child.content]
    if not children or children[0].type != "strong_open":
        return ""
    end = next(index for index, child in enumerate(children) if child.type == "strong_close")
    lead, rest = children[1:end], children[end + 1 :]
    if lead and lead[-1].type == "text":
        lead[-1].content = lead[-1].content.rstrip(" .。።۔")
    html = _inline(lead)
    marks = "".join(f' {name}="{tokens[0].attrs[name]}"' for name in ("lang", "dir") if name in tokens[0].attrs)
    if any(child.content.strip() or child.type not in {"text", "hardbreak"} for child in rest):
        if rest[0].type == "text":
            rest[0].content = rest[0].content.lstrip()
        tokens[1].children = rest
    else:
        del tokens[:3]
    return f"<span{marks}>{html}</span>" if marks else html


def _inline(children: list[Token]) -> str:
    return _html([new_token("inline", children=children)])


def _html(tokens: list[Token]) -> str:
    return str(reader().renderer.render(tokens, reader().options, {}))
