"""Words in a language of their own inside a page of another, drawn by a function: a list of lessons holds dozens."""

from typing import Protocol

from markupsafe import Markup, escape  # noqa: TID251 - everything put in is escaped here


class Words(Protocol):
    """A text and the language in which it could be given."""

    @property
    def text(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def dir(self) -> str: ...
    @property
    def fallback(self) -> bool: ...


def text(words: Words) -> Markup:
    """Return the words; where a translation is missing, the source stands with its own language and direction."""
    return _in_language(words.text, words.lang, words.dir) if words.fallback else escape(words.text)


def _in_language(text: str, lang: str, direction: str) -> Markup:
    return Markup(f'<span lang="{escape(lang)}" dir="{escape(direction)}">{escape(text)}</span>')  # noqa: S704 - escaped
