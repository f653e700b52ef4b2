"""What somebody wrote on a part of a sheet: read from a form, compared, joined, turned into plain text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lms.plugins.workbook.domain.sheet import Field, Part, Sheet

Row = dict[str, str]
Value = str | list[str] | list[Row]
Values = dict[str, Value]
MOST_ROWS = 40
MOST_SENT = 2 * MOST_ROWS  # those of two windows, side by side
MOST_LINE, MOST_TEXT = 500, 8_000
Get = Callable[[str], str]


def read(part: Part, get: Get) -> Values:
    """Return what a form sent; rows in which nothing was written are left out.

    Args:
        part: what was asked.
        get: returns the text of a control by its name, or an empty one.

    """
    return {field.id: _read(field, lambda name: get(name).replace("\r\n", "\n").strip()) for field in part.fields}


def _read(field: Field, get: Get) -> Value:
    if field.kind == "list":
        return [text for number in range(MOST_SENT) if (text := get(f"{field.id}-{number}"))]
    if field.kind == "table":
        rows = [
            {column.id: get(f"{field.id}-{number}-{column.id}") for column in field.columns}
            for number in range(MOST_SENT)
        ]
        return [row for row in rows if any(row.values())]
    return get(field.id)


def fitting(part: Part, content: Mapping[str, object]) -> Values:
    """Return stored content in the shape of today's sheet: fields may have come or changed their kind since."""
    return {field.id: _fitting(field, content.get(field.id)) for field in part.fields}


def _fitting(field: Field, value: object) -> Value:
    if field.kind == "list":
        return [str(one) for one in value] if isinstance(value, list) else []
    if field.kind == "table":
        rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        return [{column.id: str(row.get(column.id, "")) for column in field.columns} for row in rows]
    return value if isinstance(value, str) else ""


def both(part: Part, theirs: Values, mine: Values) -> Values:
    """Join two versions so that no word of either is lost (CON-5)."""
    return {field.id: _both(field, theirs[field.id], mine[field.id]) for field in part.fields}


def _both(field: Field, theirs: Value, mine: Value) -> Value:
    if isinstance(theirs, str) and isinstance(mine, str):
        if theirs in mine or mine in theirs:
            return max(theirs, mine, key=len)
        return f"{theirs}\n\n{mine}" if field.kind == "long" else f"{theirs} / {mine}"
    return [*theirs, *(row for row in mine if row not in theirs)]


@dataclass(frozen=True, slots=True)
class FilledPart:
    """A part with what is written on it."""

    part: Part
    values: Values

    @property
    def empty(self) -> bool:
        """Whether nothing is written on it."""
        return not any(self.values.values())


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet with what is written on it; without `parts` a blank one."""

    sheet: Sheet
    parts: tuple[FilledPart, ...]
    blank: bool = False

    @classmethod
    def none(cls, sheet: Sheet) -> "Filled":
        """Return the empty sheet, to print."""
        return cls(sheet, tuple(FilledPart(part, fitting(part, {})) for part in sheet.parts), blank=True)


def as_text(filled: Filled, heading: str) -> str:
    """Return a filled sheet as plain text."""
    lines = [heading, "=" * len(heading)]
    for one in filled.parts:
        lines += ["", one.part.title.text, "-" * len(one.part.title.text)]
        for field in one.part.fields:
            lines += ["", f"{field.label.text}:", *_lines(field, one.values[field.id])]
    return "\n".join(lines) + "\n"


def _lines(field: Field, value: Value) -> list[str]:
    if not value:
        return ["–"]
    if isinstance(value, str):
        return value.split("\n")
    return [f"- {row if isinstance(row, str) else _row(field, row)}" for row in value]


def _row(field: Field, row: Row) -> str:
    told = [f"{column.label.text}: {row[column.id]}" for column in field.columns if row.get(column.id)]
    return "; ".join(told)
