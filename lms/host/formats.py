"""Numbers, days, sizes and lists the way a language writes them. All results are cached: pages repeat them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

LATIN = "0123456789"
DIGITS = {
    "latn": LATIN,
    "arab": "٠١٢٣٤٥٦٧٨٩",
    "arabext": "۰۱۲۳۴۵۶۷۸۹",
    "beng": "০১২৩৪৫৬৭৮৯",
    "deva": "०१२३४५६७८९",
    "khmr": "០១២៣៤៥៦៧៨៩",
    "mymr": "၀၁၂၃၄၅၆၇၈၉",
    "nepa": "०१२३४५६७८९",
}
# Babel follows the newest CLDR, in which "ar" alone means Latin digits; books and papers from Egypt to the Gulf, and
# our own printed counters, use the Arabic-Indic ones.
OWN_DIGITS = {"ar": "arab"}
# English without a country is American in CLDR: "October 3, 2026".
REGION = {"en": "en_GB"}
KILOBYTE = 1024
HOUR = 60


@dataclass(frozen=True, eq=False)
class Style:
    """How one person reads: the locale of formats and the set of digits.

    Compared by identity: it is the key of every cache below, and hashing a locale costs more than a look-up.
    """

    locale: Locale
    digits: str

    @classmethod
    def of(cls, code: str, digits: str = "") -> "Style":
        """Return the usual style of a language.

        Args:
            code: language code.
            digits: CLDR name of other digits a person prefers, such as `latn`.

        Raises:
            UnknownLocaleError: Babel has no data for the language.

        """
        locale = Locale.parse(REGION.get(code, code.replace("-", "_")))
        return cls(locale, digits or OWN_DIGITS.get(code) or locale.default_numbering_system)

    def shaped(self, text: str) -> str:
        """Return the text with its Latin digits replaced by the person's."""
        table = _table(self.digits)
        return text.translate(table) if table else text

    @property
    def symbols(self) -> str:
        """The numbering system whose separators and signs go with the digits."""
        return self.digits if self.digits in self.locale.number_symbols else "latn"


@lru_cache(maxsize=16)
def _table(digits: str) -> dict[int, int] | None:
    if digits == "latn" or digits not in DIGITS:
        return None
    return str.maketrans(LATIN, DIGITS[digits])


@lru_cache(maxsize=4096)
def number(style: Style, value: float) -> str:
    """Return a count, grouped and with the language's digits and separators."""
    if isinstance(value, int) and 0 <= value < 1000:
        return style.shaped(str(value))
    return style.shaped(format_decimal(value, locale=style.locale, numbering_system=style.symbols))


@lru_cache(maxsize=1024)
def percent(style: Style, value: float) -> str:
    """Return whole percents: 80 is "80%", "80 %" or "٨٠٪"."""
    text = format_percent(value / 100, locale=style.locale, numbering_system=style.symbols)
    return style.shaped(text.replace("%", style.locale.number_symbols[style.symbols].get("percentSign", "%")))


@lru_cache(maxsize=1024)
def kilobytes(style: Style, size: int) -> str:
    """Return a number of bytes as kilobytes, rounded up: "7 kB"."""
    count = max(1, -(-size // KILOBYTE))
    return style.shaped(format_unit(count, "digital-kilobyte", "short", locale=style.locale))


@lru_cache(maxsize=1024)
def day(style: Style, value: date) -> str:
    """Return a whole date: "3 October 2026"."""
    return style.shaped(format_date(value, format="long", locale=style.locale))


@lru_cache(maxsize=1024)
def month(style: Style, value: date) -> str:
    """Return month and year: "October 2026"."""
    return style.shaped(_skeleton("yMMMM", value, style.locale))


@lru_cache(maxsize=1024)
def day_in_year(style: Style, value: date) -> str:
    """Return a day without its year: "3 October"."""
    return style.shaped(_skeleton("MMMMd", value, style.locale))


def joined(style: Style, items: Iterable[str]) -> str:
    """Return a list as words: "a, b and c"."""
    return format_list([str(item) for item in items], locale=style.locale)


def _skeleton(skeleton: str, value: date, locale: Locale) -> str:
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a day has no zone
    return format_skeleton(skeleton, moment, locale=locale)
