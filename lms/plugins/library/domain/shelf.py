"""A folder of content files with translations of its own, in the formats of courses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from lms.core.catalogue.api import (
    Catalogue,
    Coverage,
    Lines,
    Piece,
    Problem,
    Segment,
    Translate,
    bind,
    coverage,
    errors,
    in_order,
    measured,
    plain,
    plain_faults,
    read_catalogue,
    read_yaml,
    translator,
    validated,
)

SOURCE = "en"
M = TypeVar("M", bound=BaseModel)


@dataclass
class Shelf:
    """What was read from one folder, and everything that is wrong with it."""

    folder: Path
    segments: list[Segment] = field(default_factory=list)
    catalogues: dict[str, Catalogue] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def coverage(self) -> list[Coverage]:
        """How far each translation has come."""
        return [coverage(catalogue, self.segments) for catalogue in self.catalogues.values()]

    @property
    def errors(self) -> list[Problem]:
        """Problems that keep something from being shown."""
        return errors(self.problems)

    def says(self, context: str, lang: str) -> Translate:
        """Return the words of one thing in one language."""
        return translator(self.catalogues.get(lang), context, SOURCE, lang)

    def yaml(self, name: str, model: type[M]) -> tuple[M | None, Lines]:
        """Read a YAML file of the folder; an absent one is nothing, not a problem."""
        path = self.folder / name
        if not path.is_file():
            return None, Lines()
        loaded = read_yaml(path.read_text(encoding="utf-8"), self.file(name))
        self.problems.extend(loaded.problems)
        if loaded.problems:
            return None, loaded.lines
        found, faults = validated(model, loaded.data, self.file(name), loaded.lines)
        self.problems.extend(faults)
        return found, loaded.lines

    def add(self, segment: Segment) -> None:
        """Note a text to translate; empty ones are none."""
        if not segment.text.strip():
            return
        self.segments.append(segment)
        if not segment.markdown:
            for code, message, mend, values in plain_faults(segment.text):
                self.note(segment.file, segment.line, code, message, mend, **values)

    def note(self, name: str, line: int, code: str, message: Any, mend: Any, **values: object) -> None:
        """Note an error in a file of the folder."""
        self.problems.append(Problem(self.file(name), line, code, message, mend, "error", values))

    def translate(self, langs: Sequence[str] | None) -> None:
        """Read the translations, or those in `langs` only, once every text is known."""
        for path in sorted((self.folder / "translations").glob("*.po")):
            if langs is not None and path.stem not in langs:
                continue
            file = self.file(f"translations/{path.name}")
            catalogue, faults = _parsed(path, path.stat().st_mtime_ns, file)
            self.problems.extend(faults)
            if catalogue is not None:
                self.problems.extend(bind(catalogue, self.segments))
                self.catalogues[path.stem] = catalogue
        self.problems = in_order(self.problems)

    def measure(self) -> None:
        """Note what is hard to read in the source."""
        told: dict[str, list[Piece]] = {}
        for one in self.segments:
            if not one.kind.endswith(("heading", "cell")):
                told.setdefault(one.file, []).append(Piece(one.line, plain(one.text) if one.markdown else one.text))
        for name, pieces in told.items():
            self.problems.extend(measured(self.file(name), pieces))

    def file(self, name: str) -> str:
        """Return a path as problems name it."""
        return f"{self.folder.name}/{name}"


@lru_cache(maxsize=32)
def _parsed(path: Path, _state: int, file: str) -> tuple[Catalogue | None, list[Problem]]:
    """Parse a file of translations once, however many cards are read one by one."""
    return read_catalogue(path.read_text(encoding="utf-8"), file, path.stem)


def doubled(ids: Sequence[str]) -> list[str]:
    """Return the ids that stand twice."""
    return sorted({one for one in ids if ids.count(one) > 1})


Read = Callable[[Path, Sequence[str] | None], Shelf]
