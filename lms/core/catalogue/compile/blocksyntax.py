"""The outer syntax of a lesson: `:::name{attr=value}` opens a block, `:::` closes it; blocks stand side by side."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lms import lazy_gettext as L_
from lms.core.catalogue.domain.problems import Problem, Text

_OPEN = re.compile(r"^:::\s*(?P<name>[A-Za-z][A-Za-z0-9-]*)\s*(?P<attrs>\{.*\})?\s*$")
_CLOSE = re.compile(r"^:::\s*$")
_ATTR = re.compile(r"""\s*([a-z][a-z0-9-]*)=(?:"([^"]*)"|'([^']*)'|([^\s"'{}]+))""")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


@dataclass(frozen=True)
class BlockHead:
    """The opening line of a block."""

    name: str
    attrs: dict[str, str]
    line: int


@dataclass
class Piece:
    """A stretch of Markdown, inside a block or between blocks; `line` is where its text starts."""

    head: BlockHead | None
    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def empty(self) -> bool:
        return not self.text.strip()


class _Cutter:
    def __init__(self, file: str) -> None:
        self.file = file
        self.pieces: list[Piece] = []
        self.problems: list[Problem] = []
        self.fence = ""

    def cut(self, body: str, first: int) -> None:
        piece = Piece(None, first)
        for number, line in enumerate(body.split("\n"), start=first):
            if self._in_code(line) or not line.startswith(":::"):
                piece.lines.append(line)
            elif _CLOSE.match(line):
                piece = self._close(piece, number)
            else:
                piece = self._open(piece, line, number)
        if piece.head is not None:
            message = L_("The block “%(name)s” is not closed.")
            self._note(
                piece.head.line, "block-open", message, L_("Write a line “:::” where it ends."), name=piece.head.name
            )
        self.pieces.append(piece)

    def _in_code(self, line: str) -> bool:
        """Whether the line belongs to a fenced code block, where `:::` means nothing."""
        fence = _FENCE.match(line)
        if self.fence:
            if fence and fence[1].startswith(self.fence) and not line.strip().strip(fence[1][0]):
                self.fence = ""
            return True
        if fence:
            self.fence = fence[1]
            return True
        return False

    def _close(self, piece: Piece, number: int) -> Piece:
        if piece.head is None:
            message = L_("A line “:::” closes nothing.")
            self._note(number, "block-close", message, L_("Take the line out, or open a block before it."))
            piece.lines.append("")
            return piece
        if piece.empty:
            message = L_("The block “%(name)s” is empty.")
            mend = L_("Write its text, or take the block out.")
            self._note(piece.head.line, "block-empty", message, mend, name=piece.head.name)
        self.pieces.append(piece)
        return Piece(None, number + 1)

    def _open(self, piece: Piece, line: str, number: int) -> Piece:
        found = _OPEN.match(line)
        if found is None:
            message = L_("“%(line)s” does not open a block.")
            mend = L_("Write “:::name” or “:::name{key=value}”.")
            self._note(number, "block-line", message, mend, line=line.strip()[:60])
            piece.lines.append("")
            return piece
        if piece.head is not None:
            message = L_("The block “%(name)s” opens inside another block.")
            mend = L_("Close the block “%(outer)s” first: blocks stand side by side.")
            self._note(number, "block-nested", message, mend, name=found["name"], outer=piece.head.name)
        self.pieces.append(piece)
        return Piece(BlockHead(found["name"], self._attrs(found["attrs"] or "", number), number), number + 1)

    def _attrs(self, text: str, number: int) -> dict[str, str]:
        inner = text[1:-1]
        attrs = {m[1]: m[2] or m[3] or m[4] or "" for m in _ATTR.finditer(inner)}
        if _ATTR.sub("", inner).strip():
            message = L_("“%(attrs)s” cannot be read.")
            mend = L_('Write {key=value other="two words"}: small letters, no comma, straight quotes.')
            self._note(number, "block-attrs", message, mend, attrs=text[:60])
        return attrs

    def _note(self, at: int, code: str, message: Text, mend: Text, **values: object) -> None:
        self.problems.append(Problem(self.file, at, code, message, mend, "error", values))


def cut(body: str, first: int, file: str) -> tuple[list[Piece], list[Problem]]:
    """Cut the body of a lesson into pieces, with every fault of the outer syntax."""
    cutter = _Cutter(file)
    cutter.cut(body, first)
    return [piece for piece in cutter.pieces if not piece.empty], cutter.problems


def heads(pieces: list[Piece]) -> Iterator[BlockHead]:
    """Yield the opening line of each block."""
    for piece in pieces:
        if piece.head is not None:
            yield piece.head
