"""A text with front matter: a lesson, notes beside it, a card. Read in one way, drawn in one way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel

from lms.core.catalogue.compile import front, strict_yaml
from lms.core.catalogue.compile.lesson import LessonText, read_text
from lms.core.catalogue.compile.rendering import Setting, body
from lms.core.catalogue.compile.validate import validated
from lms.core.catalogue.domain.contracts import BlockType, Medium
from lms.core.catalogue.domain.problems import Lines, Problem
from lms.core.catalogue.domain.segments import Translate
from lms.host.markup import joined

M = TypeVar("M", bound=BaseModel)


@dataclass
class Written(Generic[M]):
    """A file as far as it could be read; `meta` is None when its front matter could not be."""

    meta: M | None = None
    lines: Lines = field(default_factory=Lines)
    text: LessonText = field(default_factory=LessonText)
    problems: list[Problem] = field(default_factory=list)


def read_written(
    source: str,
    file: str,
    model: type[M],
    blocks: Mapping[str, BlockType],
    media: Mapping[str, Medium] | None = None,
) -> Written[M]:
    """Read front matter by `model`, and the Markdown below it.

    Args:
        source: the whole file.
        file: its path, for problems.
        model: what the front matter may say.
        blocks: the `:::` blocks that may stand in it.
        media: its pictures by the address that an author writes.

    """
    halves = front.split(source, file)
    if halves.problem is not None and not halves.body:
        return Written(problems=[halves.problem])
    found: Written[M] = Written(problems=[halves.problem] if halves.problem else [])
    loaded = strict_yaml.load(halves.front, file, 2)
    found.lines = loaded.lines
    found.problems += loaded.problems
    if not found.problems:
        found.meta, faults = validated(model, loaded.data, file, loaded.lines)
        found.problems += faults
    found.text, faults = read_text(halves.body, halves.body_line, file, blocks, media or {})
    found.problems += faults
    return found


def impersonal(blocks: Mapping[str, BlockType]) -> dict[str, BlockType]:
    """Return the blocks that look the same to everybody: those that may stand outside of lessons."""
    return {key: block for key, block in blocks.items() if not block.personal}


def drawn(text: LessonText, lang: str, translate: Translate, blocks: Mapping[str, BlockType]) -> str:
    """Return the HTML of a text without pictures; the caller has set the current language."""
    made = body(text.pieces, Setting(lang, blocks, {}, translate))
    return joined(part if isinstance(part, str) else part.html for part in made.parts)
