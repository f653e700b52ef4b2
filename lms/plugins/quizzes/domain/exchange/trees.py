"""XML read without anything that XML can do to a reader, and written.

The parser is expat. A document type with declarations of its own, any entity, and anything outside is refused at once,
so that nothing expands and nothing is fetched. Namespaces are dropped: the formats read here do not mix names.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from lms.plugins.quizzes.domain.exchange.remarks import Refused

DEEPEST = 60
MOST_PARTS = 60_000
ENCODINGS = re.compile(r"utf-?(?:8|16)|us-ascii|iso-8859-\d{1,2}|windows-125\d|koi8-[ru]", re.IGNORECASE)
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Node:
    """An element."""

    name: str
    given: Mapping[str, str] = field(default_factory=dict)
    inside: "list[Node | str]" = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        return self.given.get(name, default)

    @property
    def children(self) -> "Iterator[Node]":
        return (child for child in self.inside if isinstance(child, Node))

    def all(self, *names: str) -> "Iterator[Node]":
        """Yield the children of these names."""
        return (child for child in self.children if child.name in names)

    def one(self, name: str) -> "Node | None":
        return next(self.all(name), None)

    def walk(self) -> "Iterator[Node]":
        """Yield this element and everything below it, in order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += [child for child in reversed(node.inside) if isinstance(child, Node)]

    def find(self, *names: str) -> "Iterator[Node]":
        """Yield every element of these names, at any depth."""
        return (node for node in self.walk() if node.name in names)

    @property
    def words(self) -> str:
        """All text below, without markup."""
        return "".join(child if isinstance(child, str) else child.words for child in self.inside)

    def inner(self, name: str) -> str:
        """Return the text of the first child of this name."""
        child = self.one(name)
        return child.words.strip() if child else ""


class _Builder:
    def __init__(self) -> None:
        self.top = Node("")
        self.open = [self.top]
        self.parts = 0
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.ExternalEntityRefHandler = self._entity
        parser.SkippedEntityHandler = self._entity

    def _count(self, more: int) -> None:
        self.parts += more
        if self.parts > MOST_PARTS or len(self.open) > DEEPEST:
            raise Refused("xml-size")

    def _start(self, name: str, given: dict[str, str]) -> None:
        self._count(1 + len(given))
        node = Node(_local(name), {_local(key): value for key, value in given.items()})
        self.open[-1].inside.append(node)
        self.open.append(node)

    def _end(self, _name: str) -> None:
        self.open.pop()

    def _text(self, text: str) -> None:
        self._count(1)
        self.open[-1].inside.append(text)

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and not ENCODINGS.fullmatch(encoding):
            raise Refused("encoding")

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_internal_subset: int) -> None:
        if has_internal_subset:
            raise Refused("doctype")

    def _entity(self, *_said: Any) -> int:
        raise Refused("doctype")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def parsed(data: bytes) -> Node:
    """Return the root element of an XML file.

    Raises:
        Refused: damaged, too deep, too many parts, in another encoding than it says, or with declarations of its own.

    """
    builder = _Builder()
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Refused(_trouble(error, data), line=error.lineno) from None
    except (LookupError, ValueError, UnicodeError):
        raise Refused("encoding") from None
    return next(builder.top.children)


def _trouble(error: expat.ExpatError, data: bytes) -> str:
    said = expat.errors
    if error.code == said.codes[said.XML_ERROR_UNDEFINED_ENTITY]:
        return "doctype"
    if error.code in {said.codes[said.XML_ERROR_UNKNOWN_ENCODING], said.codes[said.XML_ERROR_INCORRECT_ENCODING]}:
        return "encoding"
    try:
        data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    except UnicodeDecodeError:
        return "encoding"
    return "xml"


def escaped(text: str) -> str:
    """Return a text as it stands in XML, without signs that XML cannot hold."""
    plain = _ILLEGAL.sub("", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def written(node: Node) -> str:
    """Return an element as XML, without spaces that could be taken for text."""
    given = "".join(f' {name}="{escaped(value)}"' for name, value in node.given.items())
    inside = "".join(escaped(child) if isinstance(child, str) else written(child) for child in node.inside)
    return f"<{node.name}{given}>{inside}</{node.name}>" if inside else f"<{node.name}{given}/>"


def document(root: Node) -> bytes:
    """Return a whole XML file."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written(root)}\n'.encode()


def node(name: str, *inside: "Node | str | None", **given: str) -> Node:
    """Make an element; `None` and empty texts are left out."""
    return Node(name, given, [part for part in inside if part])
