"""The language a page, job or command speaks in: words, plurals, direction, formats.

The current language lives in a context variable, so that code deep inside an action or a template needs no
parameter, and threads and nested `using()` blocks never mix. Messages carry named placeholders only; whole numbers
given to them are written with the language's own digits.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from markupsafe import Markup, escape  # noqa: TID251 - catalogue texts are checked at load: same tags as our source

from lms.host import formats
from lms.host.catalogues import CONTEXT_GLUE, Catalogue, CatalogueError, merged

log = logging.getLogger(__name__)

SOURCE = "en"
MOST_HTML_KEPT = 8192
PLURAL_MARK = "\x05"


class LanguageError(Exception):
    """A configured language cannot be used; the message says which one and why."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the interface.

    Args:
        code: as in addresses and `lang` attributes.
        endonym: its name in itself.
        direction: `ltr` or `rtl`.
        style: formats of numbers and dates.
        words: its catalogue.

    """

    code: str
    endonym: str
    direction: str
    style: formats.Style
    words: Catalogue = field(default_factory=Catalogue, compare=False, repr=False)
    html: dict[str, Markup] = field(default_factory=dict, compare=False, repr=False)


def _language(code: str, words: Catalogue, digits: str = "") -> Language:
    try:
        style = formats.Style.of(code, digits)
    except (UnknownLocaleError, ValueError) as error:
        message = f"{code!r} in LMS_LANGUAGES is not a language that dates and numbers are known for"
        raise LanguageError(message) from error
    locale = Locale.parse(code.replace("-", "_"))
    name = locale.get_language_name(locale) or code
    return Language(code, name[:1].upper() + name[1:], locale.text_direction, style, words)


class Languages:
    """The languages of one site, in the operator's order; the first is the fallback."""

    def __init__(self, languages: Sequence[Language]) -> None:
        if not languages:
            message = "LMS_LANGUAGES is empty"
            raise LanguageError(message)
        self.all = tuple(languages)
        self._by_code = {language.code: language for language in self.all}
        self._by_tag = {language.code.lower(): language for language in self.all}

    @classmethod
    def load(cls, codes: Iterable[str], folders: Sequence[Path], cache: Path | None = None) -> "Languages":
        """Read the catalogues and check that each language can be used.

        Args:
            codes: the configured languages.
            folders: `translations` folders; a later one wins over an earlier one.
            cache: where compiled catalogues are kept between starts.

        Raises:
            LanguageError: unknown language, damaged catalogue, or no words for a language other than English.

        """
        found = []
        for code in codes:
            try:
                words = merged(code, folders, cache)
            except CatalogueError as error:
                raise LanguageError(str(error)) from error
            if code != SOURCE and not words.texts:
                log.warning("no interface translation", extra={"detail": code})
            found.append(_language(code, words))
        return cls(found)

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def get(self, code: str) -> Language:
        """Return the language, or the fallback when the site does not speak it."""
        return self._by_code.get(code, self.all[0])

    def negotiate(self, accept: str) -> Language:
        """Return the best language for an `Accept-Language` header."""
        for tag in _preferred(accept):
            code = tag
            while code:
                if code in self._by_tag:
                    return self._by_tag[code]
                code = code.rpartition("-")[0]
        return self.all[0]


def _preferred(accept: str) -> list[str]:
    wishes: list[tuple[float, int, str]] = []
    for part in accept.split(",")[:20]:
        tag, _, parameter = part.strip().partition(";")
        quality = 1.0
        if parameter.strip().startswith("q="):
            try:
                quality = float(parameter.strip()[2:])
            except ValueError:
                continue
        if tag and quality > 0:
            wishes.append((-quality, len(wishes), tag.strip().lower()))
    return [tag for _, _, tag in sorted(wishes)]


# ---- the current language

_NOBODY = Languages([_language(SOURCE, Catalogue())])
_site: ContextVar[Languages] = ContextVar("lms_languages", default=_NOBODY)
_current: ContextVar[Language] = ContextVar("lms_language", default=_NOBODY.all[0])


def speak(site: Languages, code: str) -> Language:
    """Set the language of this request until the next one sets its own."""
    language = site.get(code)
    _site.set(site)
    _current.set(language)
    return language


@contextmanager
def using(code: str, site: Languages | None = None, *, digits: str = "") -> Iterator[Language]:
    """Speak another language inside a `with` block: jobs, commands, printed documents.

    Args:
        code: language code; unknown ones give the site's first language.
        site: the languages to choose from, when no request has set them.
        digits: CLDR name of the digits to use instead of the language's own.

    """
    languages_of_site = site or _site.get()
    language = languages_of_site.get(code)
    if digits:
        language = _language(language.code, language.words, digits)
    before = _site.set(languages_of_site)
    token = _current.set(language)
    try:
        yield language
    finally:
        _current.reset(token)
        _site.reset(before)


def language() -> Language:
    """Return the language that is spoken now."""
    return _current.get()


def languages() -> tuple[Language, ...]:
    """Return the languages of the site."""
    return _site.get().all


def locale() -> Locale:
    """Return Babel's locale of the language that is spoken now."""
    return _current.get().style.locale


def direction(code: str = "") -> str:
    """Return `ltr` or `rtl`, of any language Babel knows; empty means the current one."""
    if not code:
        return _current.get().direction
    try:
        return str(Locale.parse(code.replace("-", "_")).text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"


def endonym(code: str) -> str:
    """Return a language's name in itself, with a capital where the script has one; unknown codes as they are."""
    try:
        return _language(code, Catalogue()).endonym
    except LanguageError:
        return code


# ---- words


def _shown(name: str, value: Any, spoken: Language) -> Any:
    """Write whole numbers, and the numbers of lessons ("1.2" under the name `number`), in the language's digits."""
    if type(value) is int:
        return formats.number(spoken.style, value)
    return spoken.style.shaped(value) if name == "number" and isinstance(value, str) else value


def _filled(text: str, variables: Mapping[str, Any], spoken: Language) -> str:
    return text % {name: _shown(name, value, spoken) for name, value in variables.items()}


def gettext(message: str, /, **variables: Any) -> str:
    """Return the message in the current language, with its named placeholders filled."""
    spoken = _current.get()
    text = spoken.words.texts.get(message, message)
    return _filled(text, variables, spoken) if variables else text


def pgettext(context: str, message: str, /, **variables: Any) -> str:
    """Translate a message whose meaning depends on its place, which `context` names."""
    spoken = _current.get()
    text = spoken.words.texts.get(f"{context}{CONTEXT_GLUE}{message}", message)
    return _filled(text, variables, spoken) if variables else text


def ngettext(singular: str, plural: str, count: int, /, **variables: Any) -> str:
    """Translate a counted message; `%(num)s` is the count."""
    spoken = _current.get()
    return _filled(_plural(spoken, singular, plural, count), {"num": count, **variables}, spoken)


def _plural(spoken: Language, singular: str, plural: str, count: int) -> str:
    forms = spoken.words.plurals.get(singular)
    if forms is None:
        return singular if count == 1 else plural
    form = spoken.words.plural_form(abs(count))
    return forms[form] if form < len(forms) else forms[-1]


@dataclass(frozen=True, slots=True)
class LazyText:
    """A message translated when it is shown, for labels that are written when a module loads."""

    message: str
    context: str = ""
    variables: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        if self.context:
            return pgettext(self.context, self.message, **dict(self.variables))
        return gettext(self.message, **dict(self.variables))

    def __html__(self) -> str:
        return html_pgettext(self.context, self.message, **dict(self.variables))

    def __mod__(self, values: Any) -> str:
        return str(str(self) % values)

    def __len__(self) -> int:
        return len(str(self))


def lazy_gettext(message: str, /, **variables: Any) -> LazyText:
    """Return a message that translates itself when it is shown."""
    return LazyText(message, "", tuple(sorted(variables.items())))


def lazy_pgettext(context: str, message: str, /, **variables: Any) -> LazyText:
    """Return a message with context that translates itself when it is shown."""
    return LazyText(message, context, tuple(sorted(variables.items())))


# ---- the same, for templates: text is escaped once per language and kept, tags of our own source stay tags


def _html(spoken: Language, key: str, source: str, text: str) -> Markup:
    kept = Markup(text if "<" in source else _escaped(text))  # noqa: S704 - tags equal the source's
    if len(spoken.html) < MOST_HTML_KEPT:
        spoken.html[key] = kept
    return kept


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _filled_html(text: Markup, variables: dict[str, Any], spoken: Language) -> Markup:
    for name, value in variables.items():
        variables[name] = escape(_shown(name, value, spoken))
    return Markup(str.__mod__(text, variables))  # noqa: S704 - each value was escaped above; Markup's own % is slow


def html_gettext(message: str, /, **variables: Any) -> Markup:
    """Translate for a template."""
    spoken = _current.get()
    text = spoken.html.get(message)
    if text is None:
        text = _html(spoken, message, message, spoken.words.texts.get(message, message))
    return _filled_html(text, variables, spoken) if variables else text


def html_pgettext(context: str, message: str, /, **variables: Any) -> Markup:
    """Translate for a template, with context."""
    if not context:
        return html_gettext(message, **variables)
    spoken = _current.get()
    key = f"{context}{CONTEXT_GLUE}{message}"
    text = spoken.html.get(key)
    if text is None:
        text = _html(spoken, key, message, spoken.words.texts.get(key, message))
    return _filled_html(text, variables, spoken) if variables else text


def html_ngettext(singular: str, plural: str, count: int, /, **variables: Any) -> Markup:
    """Translate a counted message for a template."""
    spoken = _current.get()
    words = _plural(spoken, singular, plural, count)
    key = f"{PLURAL_MARK}{words}"
    text = spoken.html.get(key)
    if text is None:
        text = _html(spoken, key, plural, words)
    variables["num"] = count
    return _filled_html(text, variables, spoken)


# ---- formats in the current language


def format_number(value: float) -> str:
    """Return a number in the current language."""
    return formats.number(_current.get().style, value)


def format_digits(text: str) -> str:
    """Return a text such as the number of a lesson with the digits of the current language."""
    return _current.get().style.shaped(text)


def format_percent(value: float) -> str:
    """Return whole percents (80 for 80 %) in the current language."""
    return formats.percent(_current.get().style, value)


def format_kilobytes(size: int) -> str:
    """Return bytes as kilobytes, rounded up, in the current language."""
    return formats.kilobytes(_current.get().style, size)


def format_date(value: date) -> str:
    """Return a date in the current language."""
    return formats.day(_current.get().style, value)


def format_month(value: date) -> str:
    """Return month and year in the current language."""
    return formats.month(_current.get().style, value)


def format_day(value: date) -> str:
    """Return day and month without the year in the current language."""
    return formats.day_in_year(_current.get().style, value)


def format_list(items: Iterable[str]) -> str:
    """Return items joined as words in the current language."""
    return formats.joined(_current.get().style, items)


def format_duration(minutes: int) -> str:
    """Return minutes as hours and minutes in the current language."""
    hours, rest = divmod(minutes, formats.HOUR)
    if not hours:
        return gettext("%(minutes)s min", minutes=rest)
    if not rest:
        return gettext("%(hours)s h", hours=hours)
    return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)
