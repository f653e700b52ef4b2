"""Reading: what lies in the folders of this site, once a process and language, when it is first asked for.

What reads the files is imported with the first of them: a start does not wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lms.core.catalogue.api import BlockType, shelves
from lms.host import printing
from lms.host.plugin import current_host
from lms.plugins.library.domain.places import CARDS, LIBRARY

if TYPE_CHECKING:
    from lms.plugins.library.domain.addresses import Address, Addresses, Need
    from lms.plugins.library.domain.begin import Begin
    from lms.plugins.library.domain.cards import Card
    from lms.plugins.library.domain.glossary import Glossary, Keeper, Named, Topic


def blocks() -> Mapping[str, BlockType]:
    """Return the `:::` blocks of the site by name."""
    return {block.key: block for block in current_host().all(BlockType)}  # type: ignore[type-abstract]


def folders(name: str) -> tuple[Path, ...]:
    """Return where something lies: what came along, and the site's own, which wins over it."""
    return shelves(printing.data_folder(), name)


def cards(lang: str) -> Mapping[str, Card]:
    """Return every card by its id."""
    return {name: found for name in sorted(card_names()) if (found := card(lang, name))}


def card_names() -> frozenset[str]:
    """Return the ids of all cards, by the names of their files."""
    return frozenset(path.stem for place in folders(CARDS) for path in place.glob("HC*.md"))


def card(lang: str, name: str) -> Card | None:
    """Return one card; the others are not read for it."""
    return _card(folders(CARDS), lang, name)


@lru_cache(maxsize=512)
def _card(places: tuple[Path, ...], lang: str, name: str) -> Card | None:
    from lms.plugins.library.domain.cards import drawn_cards, read_cards

    known = blocks()
    shelves = [read_cards(place, [lang], known, only=name) for place in places]
    return drawn_cards(shelves, lang, known).get(name)


def glossary(lang: str) -> tuple[Topic, ...]:
    """Return the glossary: the site's own, or the one that came along."""
    return _glossary(folders(LIBRARY), lang)


@lru_cache(maxsize=32)
def _glossary(places: tuple[Path, ...], lang: str) -> tuple[Topic, ...]:
    from lms.plugins.library.domain.glossary import topics

    return topics(_last(places, (lang,)), lang)


def terms(lang: str) -> Mapping[str, Named]:
    """Return the name of every term by its id; the translations of what it means are not read for it."""
    return _terms(folders(LIBRARY), lang)


@lru_cache(maxsize=32)
def _terms(places: tuple[Path, ...], lang: str) -> Mapping[str, Named]:
    from lms.plugins.library.domain.glossary import named

    return named(_keeper(places)[0], lang)


def keeper() -> tuple[Glossary, Keeper]:
    """Return the glossary as its file says it, and who holds translations to it."""
    return _keeper(folders(LIBRARY))


@lru_cache(maxsize=4)
def _keeper(places: tuple[Path, ...]) -> tuple[Glossary, Keeper]:
    from lms.plugins.library.domain.glossary import Keeper

    found = _last(places, ())
    return found, Keeper(found.fixed)


def _last(places: tuple[Path, ...], langs: tuple[str, ...]) -> Glossary:
    """A site's own glossary takes the place of the whole one that came along: two would contradict each other."""
    from lms.plugins.library.domain.glossary import FILE, Glossary, read_glossary

    place = _having(places, FILE)
    return read_glossary(place, langs) if place else Glossary(Path())


def _having(places: tuple[Path, ...], name: str) -> Path | None:
    return next((place for place in reversed(places) if (place / name).is_file()), None)


def begin(lang: str) -> Begin:
    """Return the questions about where to begin: the site's own, or those that came along."""
    return _begin(folders(LIBRARY), lang)


@lru_cache(maxsize=32)
def _begin(places: tuple[Path, ...], lang: str) -> Begin:
    from lms.plugins.library.domain.begin import FILE, Begin, read_begin

    place = _having(places, FILE)
    return read_begin(place, (lang,)) if place else Begin(Path())


def addresses(lang: str) -> tuple[Address, ...]:
    """Return the addresses: the site's own, or those that came along."""
    from lms.plugins.library.domain.addresses import addresses as drawn

    return drawn(_addresses(folders(LIBRARY), lang), lang)


def needs(lang: str) -> tuple[Need, ...]:
    """Return the page of help: the site's own, or the one that came along."""
    from lms.plugins.library.domain.addresses import needs as drawn

    return drawn(_addresses(folders(LIBRARY), lang), lang)


@lru_cache(maxsize=32)
def _addresses(places: tuple[Path, ...], lang: str) -> Addresses:
    from lms.plugins.library.domain.addresses import FILE, Addresses, read_addresses

    place = _having(places, FILE)
    return read_addresses(place, (lang,)) if place else Addresses(Path())
