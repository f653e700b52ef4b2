"""Sheets as content files: `courses/workbook/WB01.yaml` … and their translations, in the formats of courses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from lms import lazy_gettext as L_
from lms.core.catalogue.api import (
    Catalogue,
    Coverage,
    Day,
    Line,
    Model,
    Problem,
    Prose,
    Segment,
    SourceEntry,
    Translate,
    bind,
    coverage,
    errors,
    in_order,
    plain_faults,
    read_catalogue,
    read_yaml,
    translator,
    validated,
)
from lms.plugins.workbook.domain import sheet as made

SOURCE = "en"
FOLDER = "workbook"
SheetId = Annotated[str, StringConstraints(pattern=r"^WB[0-9]{2}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=30)]


class ColumnFile(Model):
    """A column."""

    id: Name
    label: Line
    wide: bool = False


class FieldFile(Model):
    """A field."""

    id: Name
    type: made.FieldKind
    label: Line
    hint: str = ""
    rows: Annotated[int, Field(ge=1, le=40)] = 4
    columns: Annotated[tuple[ColumnFile, ...], Field(max_length=10, strict=False)] = ()


class PartFile(Model):
    """A part."""

    id: Name
    title: Line
    guidance: str = ""
    fields: Annotated[list[FieldFile], Field(min_length=1, max_length=12)]


class SheetFile(Model):
    """A whole file."""

    id: SheetId
    title: Line
    discreet_title: Line
    purpose: Prose
    privacy: made.Privacy
    review: made.Review
    landscape: bool = False
    parts: Annotated[list[PartFile], Field(min_length=1, max_length=9)]
    sources: Annotated[tuple[SourceEntry, ...], Field(strict=False)] = ()
    status: Literal["draft", "reviewed", "published", "expired"]
    reviewed: str | None = None
    review_due: Day


@dataclass
class Shelf:
    """One folder of sheets, read and checked."""

    folder: Path
    sheets: dict[str, SheetFile] = field(default_factory=dict)
    catalogues: dict[str, Catalogue] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def segments(self) -> list[Segment]:
        """Every text to translate."""
        return [segment for sheet in self.sheets.values() for segment in segments(sheet)]

    @property
    def coverage(self) -> list[Coverage]:
        """How far each translation has come."""
        return [coverage(catalogue, self.segments) for catalogue in self.catalogues.values()]

    @property
    def errors(self) -> list[Problem]:
        """Problems that keep a sheet or a translation from being shown."""
        return errors(self.problems)


def read_shelf(folder: Path, langs: Sequence[str] | None = None) -> Shelf:
    """Read a folder of sheets; never raises for what an author may write.

    Args:
        folder: holds `WB01.yaml` … and `translations/`.
        langs: read these translations only.

    """
    shelf = Shelf(folder)
    for path in sorted(folder.glob("*.yaml")):
        _read_sheet(shelf, path)
    for path in sorted((folder / "translations").glob("*.po")):
        if langs is not None and path.stem not in langs:
            continue
        catalogue, faults = read_catalogue(path.read_text(encoding="utf-8"), f"{FOLDER}/{path.name}", path.stem)
        shelf.problems.extend(faults)
        if catalogue is not None:
            shelf.problems.extend(bind(catalogue, shelf.segments))
            shelf.catalogues[path.stem] = catalogue
    shelf.problems = in_order(shelf.problems)
    return shelf


def _read_sheet(shelf: Shelf, path: Path) -> None:
    file = f"{FOLDER}/{path.name}"
    loaded = read_yaml(path.read_text(encoding="utf-8"), file)
    shelf.problems.extend(loaded.problems)
    if loaded.problems:
        return
    found, faults = validated(SheetFile, loaded.data, file, loaded.lines)
    if found is not None:
        faults += _own_faults(found, path.stem, partial(Problem, file, 1))
    shelf.problems.extend(faults)
    if found is not None and not errors(faults):
        shelf.sheets[found.id] = found


def _own_faults(sheet: SheetFile, name: str, problem: "partial[Problem]") -> list[Problem]:
    found = []
    if sheet.id != name:
        message = L_("The file is called “%(file)s”, the sheet “%(id)s”.")
        mend = L_("Call the file like the id of the sheet.")
        found.append(problem("sheet-file", message, mend, values={"file": name, "id": sheet.id}))
    if doubled := _doubled(sheet):
        message = L_("The id “%(id)s” stands twice.")
        found.append(problem("sheet-twice", message, L_("Give each thing an id of its own."), values={"id": doubled}))
    for part in sheet.parts:
        for one in part.fields:
            if (one.type == "table") != bool(one.columns):
                message = L_("“%(id)s”: a table needs columns, and only a table has any.")
                mend = L_("Add “columns”, or take them out.")
                found.append(problem("sheet-columns", message, mend, values={"id": one.id}))
    for segment in segments(sheet):
        found += [problem(code, text, mend, values=values) for code, text, mend, values in plain_faults(segment.text)]
    return found


def _doubled(sheet: SheetFile) -> str:
    groups: list[list[str]] = [[part.id for part in sheet.parts]]
    for part in sheet.parts:
        groups.append([one.id for one in part.fields])
        groups += [[column.id for column in one.columns] for one in part.fields]
    return next((name for group in groups for name in group if group.count(name) > 1), "")


def segments(sheet: SheetFile) -> Iterator[Segment]:
    """Yield every text of a sheet, named by permanent ids."""
    for kind, text in _texts(sheet):
        if text:
            yield Segment(sheet.id, kind, text, f"{sheet.id}.yaml")


def _texts(sheet: SheetFile) -> Iterator[tuple[str, str]]:
    yield "title", sheet.title
    yield "discreet_title", sheet.discreet_title
    yield "purpose", sheet.purpose
    for part in sheet.parts:
        yield f"{part.id} title", part.title
        yield f"{part.id} guidance", part.guidance
        for one in part.fields:
            yield f"{part.id} {one.id} label", one.label
            yield f"{part.id} {one.id} hint", one.hint
            for column in one.columns:
                yield f"{part.id} {one.id} {column.id} label", column.label


def compiled(shelves: Iterable[Shelf], lang: str) -> Mapping[int, made.Sheet]:
    """Return every sheet in one language, by number; a sheet of a later shelf takes the place of one of its id."""
    found = {}
    for shelf in shelves:
        for sheet in shelf.sheets.values():
            found[sheet.id] = _compiled(sheet, translator(shelf.catalogues.get(lang), sheet.id, SOURCE, lang))
    return {sheet.number: sheet for _id, sheet in sorted(found.items())}


def _compiled(sheet: SheetFile, words: Translate) -> made.Sheet:
    return made.Sheet(
        id=sheet.id,
        number=int(sheet.id[2:]),
        title=words("title", sheet.title),
        discreet_title=words("discreet_title", sheet.discreet_title),
        purpose=words("purpose", sheet.purpose),
        privacy=sheet.privacy,
        review=sheet.review,
        parts=tuple(_part(part, number, words) for number, part in enumerate(sheet.parts, start=1)),
        sources=tuple(made.Source(source.title, source.publisher, source.url or "") for source in sheet.sources),
        landscape=sheet.landscape,
    )


def _part(part: PartFile, number: int, words: Translate) -> made.Part:
    return made.Part(
        id=part.id,
        number=number,
        title=words(f"{part.id} title", part.title),
        guidance=words(f"{part.id} guidance", part.guidance) if part.guidance else None,
        fields=tuple(_field(one, part.id, words) for one in part.fields),
    )


def _field(one: FieldFile, part: str, words: Translate) -> made.Field:
    return made.Field(
        id=one.id,
        kind=one.type,
        label=words(f"{part} {one.id} label", one.label),
        hint=words(f"{part} {one.id} hint", one.hint) if one.hint else None,
        rows=one.rows,
        columns=tuple(
            made.Column(column.id, words(f"{part} {one.id} {column.id} label", column.label), column.wide)
            for column in one.columns
        ),
    )
