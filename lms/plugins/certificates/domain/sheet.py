"""What a certificate says of a course, in full or without naming the subject."""

from dataclasses import dataclass
from math import ceil

from lms.core.catalogue.api import Outline, Words
from lms.plugins.certificates.domain.pattern import Tile, tiles


@dataclass(frozen=True, slots=True)
class SheetModule:
    """A module that is covered."""

    title: Words
    lessons: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A course on paper.

    Args:
        lang: language asked for; single texts may fall back to their source.
        discreet: neutral titles, no pillar.
        title: of the course.
        pillar: its key, empty when discreet: the colour would tell the subject.
        tile: class of the pillar's colour, empty when discreet.
        hours: of study in all.
        lessons: how many.
        modules: what is covered.

    """

    lang: str
    discreet: bool
    title: Words
    pillar: str
    tile: str
    hours: float
    lessons: int
    modules: tuple[SheetModule, ...]

    @classmethod
    def of(cls, outline: Outline, *, discreet: bool) -> "Sheet":
        """Return what a certificate of this release says."""
        return cls(
            lang=outline.lang,
            discreet=discreet,
            title=outline.discreet_title if discreet else outline.title,
            pillar="" if discreet else outline.pillar,
            tile="" if discreet else outline.tile,
            hours=outline.hours,
            lessons=len(outline.lessons),
            modules=tuple(
                SheetModule(module.discreet_title if discreet else module.title, len(module.lessons))
                for module in outline.modules
            ),
        )

    @property
    def whole_hours(self) -> int:
        """The number that decides the plural."""
        return ceil(self.hours)

    @property
    def shown_hours(self) -> float:
        """The number that is shown: 3, or 2.5."""
        return int(self.hours) if self.hours == int(self.hours) else self.hours

    def band(self, code: str) -> tuple[str, ...]:
        """Return the classes of the tiles beside a code, as the paper shows them."""
        colour = {"pillar": self.tile, "petrol": "", "marigold": "sun"}
        return tuple(_classes(colour[tile.colour], tile) for tile in tiles(code))


def _classes(colour: str, tile: Tile) -> str:
    return " ".join(word for word in (colour, "flip" if tile.flip else "") if word)
