"""How-to cards: steps that age fast, each a file of its own, `courses/cards/HC01.md` …"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from lms import lazy_gettext as L_
from lms.core.catalogue.api import (
    BlockType,
    Day,
    Line,
    Model,
    Prose,
    Segment,
    SourceEntry,
    Status,
    Words,
    Written,
    drawn,
    errors,
    impersonal,
    read_written,
)
from lms.plugins.library.domain.shelf import Shelf

LONGEST = timedelta(days=190)  # half a year, and a week to do it in
CardId = Annotated[str, StringConstraints(pattern=r"^HC[0-9]{2}$")]


class CardFile(Model):
    """The front matter of a card."""

    id: CardId
    title: Line
    summary: Prose
    minutes: Annotated[int, Field(gt=0, le=60)]
    systems: Annotated[list[Line], Field(min_length=1)]
    sources: Annotated[list[SourceEntry], Field(min_length=1)]
    status: Status
    reviewed: str | None = None
    review_due: Day
    translation_notes: Annotated[tuple[str, ...], Field(strict=False)] = ()


@dataclass(frozen=True, slots=True)
class CardSource:
    """Where somebody can see whether the steps of a card are still right."""

    title: str
    publisher: str
    url: str

    @property
    def host(self) -> str:
        """The site, as a link shows it."""
        return self.url.partition("//")[2].partition("/")[0]


@dataclass(frozen=True, slots=True)
class Card:
    """A card in one language.

    Args:
        id: permanent ("HC07").
        number: what stands in titles and addresses, which tell no subject.
        title: what it is called on this site; paper names its number only.
        summary: what it is for.
        minutes: how long it takes.
        systems: what the steps were written for.
        html: the steps.
        sources: of the steps.
        reviewed: day and role of whoever has read it; empty before that.
        due: the day until which the steps may be trusted.

    """

    id: str
    number: int
    title: Words
    summary: Words
    minutes: int
    systems: tuple[str, ...]
    html: str
    sources: tuple[CardSource, ...]
    reviewed: str
    due: date
    expired: bool = False

    def old(self, today: date) -> bool:
        """Whether its steps may have changed since somebody looked."""
        return self.expired or self.due < today


@dataclass
class Cards(Shelf):
    """A folder of cards."""

    cards: dict[str, Written[CardFile]] = field(default_factory=dict)


def read_cards(
    folder: Path, langs: Sequence[str] | None, blocks: Mapping[str, BlockType], *, only: str = "HC*"
) -> Cards:
    """Read a folder of cards; never raises for what an author may write.

    Args:
        folder: holds `HC01.md` … and `translations/`.
        langs: read these translations only.
        blocks: the `:::` blocks of the site.
        only: the id of the one card to read.

    """
    shelf = Cards(folder)
    for path in sorted(folder.glob(f"{only}.md")):
        _read(shelf, path, impersonal(blocks))
    shelf.translate(langs)
    return shelf


def _read(shelf: Cards, path: Path, blocks: Mapping[str, BlockType]) -> None:
    written = read_written(path.read_text(encoding="utf-8"), shelf.file(path.name), CardFile, blocks)
    shelf.problems.extend(written.problems)
    meta = written.meta
    if meta is None:
        return
    if meta.id != path.stem:
        message = L_("The file is called “%(file)s”, the card “%(id)s”.")
        mend = L_("Call the file like the id of the card.")
        shelf.note(path.name, written.lines.at(("id",)), "card-file", message, mend, file=path.stem, id=meta.id)
    looked = max(source.checked for source in meta.sources)
    if meta.review_due > looked + LONGEST:
        message = L_("The card is to be trusted until %(day)s, but its sources were last looked at on %(checked)s.")
        mend = L_("Steps age fast: set “review_due” to half a year after that day, or look at the sources again.")
        values = {"day": meta.review_due.isoformat(), "checked": looked.isoformat()}
        shelf.note(path.name, written.lines.at(("review_due",)), "card-review", message, mend, **values)
    if meta.status in {"reviewed", "published"} and not (meta.reviewed or "").strip():
        message = L_("The status is “%(status)s”, but nobody is named under “reviewed”.")
        mend = L_("Write day and role, such as reviewed: “2026-12-01, trainer”, or set status: draft.")
        shelf.note(path.name, written.lines.at(("status",)), "review-missing", message, mend, status=meta.status)
    _texts(shelf, path.name, written, meta)
    if not errors(written.problems):
        shelf.cards[meta.id] = written


def _texts(shelf: Cards, name: str, written: Written[CardFile], meta: CardFile) -> None:
    notes = "\n".join(meta.translation_notes)
    for kind, text in (("title", meta.title), ("summary", meta.summary)):
        line = written.lines.at((kind,))
        shelf.add(Segment(meta.id, kind, text, name, line, notes if kind == "title" else ""))
    for inline in written.text.inlines():
        shelf.add(Segment(meta.id, inline.kind, inline.text, name, inline.line, markdown=True))


def drawn_cards(shelves: Sequence[Cards], lang: str, blocks: Mapping[str, BlockType]) -> dict[str, Card]:
    """Return every card in one language, by id; one of a later shelf takes the place of one of its id."""
    found = {}
    for shelf in shelves:
        for written in shelf.cards.values():
            if written.meta is not None:
                found[written.meta.id] = _drawn(shelf, written, written.meta, lang, impersonal(blocks))
    return dict(sorted(found.items()))


def _drawn(
    shelf: Cards, written: Written[CardFile], meta: CardFile, lang: str, blocks: Mapping[str, BlockType]
) -> Card:
    says = shelf.says(meta.id, lang)
    return Card(
        id=meta.id,
        number=int(meta.id[2:]),
        title=says("title", meta.title),
        summary=says("summary", meta.summary),
        minutes=meta.minutes,
        systems=tuple(meta.systems),
        html=drawn(written.text, lang, says, blocks),
        sources=tuple(CardSource(one.title, one.publisher, one.url or "") for one in meta.sources),
        reviewed=(meta.reviewed or "") if meta.status in {"reviewed", "published"} else "",
        due=meta.review_due,
        expired=meta.status == "expired",
    )
