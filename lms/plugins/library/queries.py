"""Reading: what lies in the folders of this site. Each is read when it is first asked for, once a process and language."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from lms.core.catalogue.api import BlockType, bundled
from lms.host import printing
from lms.host.plugin import current_host
from lms.plugins.library.domain import addresses as address_files
from lms.plugins.library.domain import begin as begin_files
from lms.plugins.library.domain import cards as card_files
from lms.plugins.library.domain import glossary as glossary_files
from lms.plugins.library.domain.addresses import Address, Addresses, Need
from lms.plugins.library.domain.begin import Begin
from lms.plugins.library.domain.cards import Card
from lms.plugins.library.domain.glossary import Glossary, Keeper, Term, Topic

LIBRARY = glossary_files.FOLDER


def blocks() -> Mapping[str, BlockType]:
    """Return the `:::` blocks of the site by name."""
    return {block.key: block for block in current_host().all(BlockType)}  # type: ignore[type-abstract]


def folders(name: str) -> tuple[Path, ...]:
    """Return where something lies: what came along, and the site's own, which wins over it."""
    parents = (bundled()[0], printing.data_folder() / "courses")
    return tuple(folder / name for folder in parents if (folder / name).is_dir())


def cards(lang: str) -> Mapping[str, Card]:
    """Return every card by its id."""
    return _cards(folders(card_files.FOLDER), lang)


@lru_cache(maxsize=32)
def _cards(places: tuple[Path, ...], lang: str) -> Mapping[str, Card]:
    known = blocks()
    shelves = [card_files.read_cards(place, [lang], known) for place in places]
    return card_files.drawn_cards(shelves, lang, known)


def glossary(lang: str) -> tuple[Topic, ...]:
    """Return the glossary: the site's own, or the one that came along."""
    return _glossary(folders(LIBRARY), lang)


@lru_cache(maxsize=32)
def _glossary(places: tuple[Path, ...], lang: str) -> tuple[Topic, ...]:
    return glossary_files.topics(_last(places, (lang,)), lang)


def terms(lang: str) -> Mapping[str, Term]:
    """Return every term by its id."""
    return {term.id: term for topic in glossary(lang) for term in topic.terms}


def keeper() -> tuple[Glossary, Keeper]:
    """Return the glossary as its file says it, and who holds translations to it."""
    return _keeper(folders(LIBRARY))


@lru_cache(maxsize=4)
def _keeper(places: tuple[Path, ...]) -> tuple[Glossary, Keeper]:
    found = _last(places, ())
    return found, Keeper(found.fixed)


def _last(places: tuple[Path, ...], langs: tuple[str, ...]) -> Glossary:
    """A site's own glossary takes the place of the whole one that came along: two would contradict each other."""
    place = _having(places, glossary_files.FILE)
    return glossary_files.read_glossary(place, langs) if place else Glossary(Path())


def _having(places: tuple[Path, ...], name: str) -> Path | None:
    return next((place for place in reversed(places) if (place / name).is_file()), None)


def begin(lang: str) -> Begin:
    """Return the questions about where to begin: the site's own, or those that came along."""
    return _begin(folders(LIBRARY), lang)


@lru_cache(maxsize=32)
def _begin(places: tuple[Path, ...], lang: str) -> Begin:
    place = _having(places, begin_files.FILE)
    return begin_files.read_begin(place, (lang,)) if place else Begin(Path())


def addresses(lang: str) -> tuple[Address, ...]:
    """Return the addresses: the site's own, or those that came along."""
    return address_files.addresses(_addresses(folders(LIBRARY), lang), lang)


def needs(lang: str) -> tuple[Need, ...]:
    """Return the page of help: the site's own, or the one that came along."""
    return address_files.needs(_addresses(folders(LIBRARY), lang), lang)


@lru_cache(maxsize=32)
def _addresses(places: tuple[Path, ...], lang: str) -> Addresses:
    place = _having(places, address_files.FILE)
    return address_files.read_addresses(place, (lang,)) if place else Addresses(Path())
