"""The body of a lesson: its pieces as tokens, its segments, and what is wrong in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lms import lazy_gettext as L_
from lms.core.catalogue.compile import blocksyntax
from lms.core.catalogue.compile.inline import faults
from lms.core.catalogue.compile.markdown import Inline, Parsed, all_tokens, inlines, parse
from lms.core.catalogue.domain.contracts import ActivityContext, BlockType, Medium
from lms.core.catalogue.domain.problems import Problem, Text

FIRST_HEADING = 2
LAST_HEADING = 4


@dataclass
class LessonText:
    """The pieces of a lesson; compiled once per language."""

    pieces: list[Parsed] = field(default_factory=list)

    def inlines(self) -> Iterator[Inline]:
        """Yield every segment of the body in order."""
        for piece in self.pieces:
            yield from inlines(piece)

    def heads(self) -> Iterator[blocksyntax.BlockHead]:
        """Yield the opening line of each block."""
        return (piece.head for piece in self.pieces if piece.head is not None)

    @cached_property
    def pictures(self) -> set[str]:
        """Return the addresses of all pictures as the author wrote them."""
        return {
            str(token.attrGet("src"))
            for inline in self.inlines()
            for token in all_tokens(inline.text)
            if token.type == "image"
        }


def read_text(
    body: str, first: int, file: str, blocks: Mapping[str, BlockType], media: Mapping[str, Medium]
) -> tuple[LessonText, list[Problem]]:
    """Read the body of a lesson.

    Args:
        body: Markdown with `:::` blocks.
        first: line number of its first line.
        file: its path, for problems.
        blocks: the block types of the site.
        media: the pictures of the lesson by the address that an author writes.

    """
    pieces, problems = blocksyntax.cut(body, first, file)
    for head in blocksyntax.heads(pieces):
        problems.extend(_head_problems(head, file, blocks))
    text = LessonText([parse(piece) for piece in pieces if piece.head is None or piece.head.name in blocks])
    problems.extend(_heading_problems(text, file))
    for inline in text.inlines():
        problems.extend(
            Problem(file, inline.line, code, message, mend, "error", values)
            for code, message, mend, values in faults(inline.text)
        )
    problems.extend(_picture_problems(text, file, media))
    if not text.pieces:
        problems.append(Problem(file, first, "lesson-empty", L_("The lesson has no text."), L_("Write it.")))
    return text, problems


def _head_problems(head: blocksyntax.BlockHead, file: str, blocks: Mapping[str, BlockType]) -> Iterator[Problem]:
    def note(code: str, message: Text, mend: Text, **values: object) -> Problem:
        return Problem(file, head.line, code, message, mend, "error", values)

    kind = blocks.get(head.name)
    if kind is None:
        message = L_("There is no block “%(name)s”.")
        mend = L_("Use one of: %(known)s.")
        yield note("block-unknown", message, mend, name=head.name, known=", ".join(sorted(blocks)))
        return
    for name in head.attrs.keys() - kind.attributes.keys():
        message = L_("The block “%(block)s” has no attribute “%(name)s”.")
        mend = L_("It may have: %(known)s.")
        known = ", ".join(sorted(kind.attributes)) or "–"
        yield note("block-attribute", message, mend, block=head.name, name=name, known=known)
    for name, needed in kind.attributes.items():
        if needed and name not in head.attrs:
            message = L_("The block “%(block)s” needs the attribute “%(name)s”.")
            mend = L_("Write :::%(block)s{%(name)s=…}.")
            yield note("block-attribute-missing", message, mend, block=head.name, name=name)
    context = ActivityContext(file, "", "lesson")
    for problem in kind.check(head.attrs, context):
        yield note(problem.code, problem.message, problem.mend, **problem.values)


def _heading_problems(text: LessonText, file: str) -> Iterator[Problem]:
    before = FIRST_HEADING
    for piece in text.pieces:
        for token in piece.tokens:
            if token.type != "heading_open":
                continue
            level = int(token.tag[1])
            line = piece.line + (token.map[0] if token.map else 0)
            if level < FIRST_HEADING or level > LAST_HEADING or level > before + 1:
                message = L_("A heading of level %(level)s cannot stand here.")
                mend = L_("The title is level 1. In the text start with ##, and go down one level at a time, to ####.")
                yield Problem(file, line, "heading-level", message, mend, "error", {"level": level})
            before = max(FIRST_HEADING, min(level, LAST_HEADING))


def _picture_problems(text: LessonText, file: str, media: Mapping[str, Medium]) -> Iterator[Problem]:
    for inline in text.inlines():
        for token in all_tokens(inline.text):
            src = str(token.attrGet("src"))
            if token.type == "image" and src.startswith("media/") and src not in media:
                message = L_("There is no picture “%(src)s” that can be used.")
                mend = L_("Put the file into the folder media/ of this lesson.")
                yield Problem(file, inline.line, "picture-missing", message, mend, "error", {"src": src})
