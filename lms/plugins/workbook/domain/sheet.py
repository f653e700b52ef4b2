"""A sheet of the workbook in one language."""

from dataclasses import dataclass
from typing import Literal

from lms.core.catalogue.api import Words

FieldKind = Literal["short", "long", "list", "table"]
Privacy = Literal["P", "E"]
Review = Literal["monthly", "quarterly", "half-yearly", "yearly", "each-time", "none"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        id: permanent.
        label: its heading.
        wide: whether it needs more room than the others.

    """

    id: str
    label: Words
    wide: bool


@dataclass(frozen=True, slots=True)
class Field:
    """Something to write.

    Args:
        id: permanent within its part.
        kind: one line, a longer text, a list of lines, or a table.
        label: what belongs there.
        hint: how to write it; `None` for nothing.
        rows: lines that the paper leaves free.
        columns: of a table.

    """

    id: str
    kind: FieldKind
    label: Words
    hint: Words | None
    rows: int
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Fields that are filled in together: one page of a form."""

    id: str
    number: int
    title: Words
    guidance: Words | None
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the idea of a sheet comes from."""

    title: str
    publisher: str
    url: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole sheet.

    Args:
        id: permanent ("WB07").
        number: what stands on the paper ("Sheet 7"), and in addresses, which tell no subject.
        title: what it is called on this site.
        discreet_title: what it is called on paper.
        purpose: what it is for.
        privacy: P, paper only: no field of it is ever on the server; E, may be kept here, sealed (settled 20).
        review: how often it wants to be looked at again.
        parts: in order.
        sources: of its idea.
        landscape: whether the paper lies on its side.

    """

    id: str
    number: int
    title: Words
    discreet_title: Words
    purpose: Words
    privacy: Privacy
    review: Review
    parts: tuple[Part, ...]
    sources: tuple[Source, ...] = ()
    landscape: bool = False

    @property
    def sealable(self) -> bool:
        """Whether a person may choose to keep it here."""
        return self.privacy == "E"

    def part(self, number: int) -> Part | None:
        """Return a part by its number."""
        return self.parts[number - 1] if 1 <= number <= len(self.parts) else None

    def ref(self, part: Part) -> str:
        """Return the name under which what is written on a part is kept."""
        return f"{self.id}/{part.id}"
