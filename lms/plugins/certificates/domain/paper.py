"""The certificate as a sheet of paper: everything the template prints, and the pictures beside it."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from lms.plugins.certificates.domain import codes, pattern
from lms.plugins.certificates.domain.sheet import Sheet

LONG_NAME, LONGER_NAME, LONG_TITLE = 26, 42, 36
LONG_WORD, LONGER_WORD, LONGEST_WORD = 17, 24, 34
FEW_MODULES, MANY_MODULES = 4, 10


@dataclass(frozen=True)
class Paper:
    """What one printing shows.

    Args:
        sheet: what it says of the course.
        lang: language of the paper.
        direction: `ltr` or `rtl`.
        issuer: name of the site.
        name: as typed by its owner, or empty.
        month: first day of the month it was finished in.
        address: where a code is typed in, without the scheme.
        link: full address in the square code.
        code: the code itself.

    """

    sheet: Sheet
    lang: str
    direction: str
    issuer: str
    name: str
    month: date
    address: str
    link: str
    code: str

    @property
    def code_lines(self) -> tuple[str, str]:
        """The code in two lines of groups."""
        parts = codes.groups(self.code)
        return "-".join(parts[:4]), "-".join(parts[4:])

    @property
    def name_direction(self) -> str:
        """The direction of the name's first letter: a name may come from another script than the paper."""
        for letter in self.name:
            kind = unicodedata.bidirectional(letter)
            if kind in {"L", "R", "AL"}:
                return "ltr" if kind == "L" else "rtl"
        return self.direction

    @property
    def name_words(self) -> tuple[str, ...]:
        """The words of the name; each stays on one line, so that a hyphen in it is still there when it is read out."""
        return tuple(self.name.split())

    @property
    def name_size(self) -> str:
        """A class for the size of the name, by its length and its longest word."""
        width, word = len(self.name), max((len(each) for each in self.name_words), default=0)
        if word > LONGEST_WORD:
            return "s4"
        if width > LONGER_NAME or word > LONGER_WORD:
            return "s3"
        return "s2" if width > LONG_NAME or word > LONG_WORD else "s1"

    @property
    def title_size(self) -> str:
        """A class for the size of the title."""
        return "s2" if len(self.sheet.title.text) > LONG_TITLE else "s1"

    @property
    def columns(self) -> str:
        """A class for the number of columns the modules stand in."""
        count = len(self.sheet.modules)
        return "c3" if count > MANY_MODULES else "c2" if count > FEW_MODULES else "c1"

    def pictures(self) -> dict[str, bytes]:
        """Return the pictures the paper refers to."""
        import segno

        square = segno.make(self.link, error="m", micro=False)
        return {
            "column.svg": pattern.column_svg(self.code, self.sheet.pillar),
            "rosette.svg": pattern.rosette_svg(self.code),
            "square.svg": pattern.square_svg(square.matrix),
        }
