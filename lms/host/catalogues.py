"""Word lists of the interface: found, checked, merged. Broken entries never reach a page."""

import gettext as stdlib_gettext
import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import PoFileError, read_po

log = logging.getLogger(__name__)

DOMAIN = "messages"
CONTEXT_GLUE = "\x04"
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")
STRAY_PERCENT = re.compile(r"%(?!\(\w+\)s|%)")


class CatalogueError(Exception):
    """A catalogue cannot be used; the message says which one and why."""


def _first_form(number: int) -> int:
    return int(number != 1)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language.

    Args:
        texts: translation by message, or by context and message joined with U+0004.
        plurals: plural forms by singular message.
        plural_form: picks the form for a number.

    """

    texts: dict[str, str] = field(default_factory=dict)
    plurals: dict[str, tuple[str, ...]] = field(default_factory=dict)
    plural_form: Callable[[int], int] = _first_form


def faults(message: Message) -> list[str]:
    """Return what makes a translation unusable: placeholders or tags that differ from the source."""
    sources = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    targets = message.string if isinstance(message.string, (list, tuple)) else (message.string or "",)
    plural = len(sources) > 1
    known = {name for source in sources for name in PLACEHOLDER.findall(source)}
    tags = sorted(TAG.findall(sources[-1]))
    found = []
    for target in targets:
        names = set(PLACEHOLDER.findall(target))
        if names - known:
            found.append(f"unknown placeholder {', '.join(sorted(names - known))}")
        if missing := known - names - ({"num"} if plural else set()):
            found.append(f"placeholder {', '.join(sorted(missing))} is missing")
        if known and STRAY_PERCENT.search(target):
            found.append("a % that is neither a placeholder nor %%")
        if sorted(TAG.findall(target)) != tags:
            found.append("other tags than the source")
    return found


def compiled(po: bytes, code: str) -> bytes:
    """Return the binary catalogue of a PO file, without entries that are empty or unsure.

    Raises:
        CatalogueError: the file is not valid PO.

    """
    try:
        catalogue = read_po(BytesIO(po), locale=code, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        message = f"the catalogue of {code!r} cannot be read: {error}"
        raise CatalogueError(message) from error
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def merged(code: str, folders: Iterable[Path], cache: Path | None = None) -> Catalogue:
    """Read one language from several folders; a later folder wins over an earlier one.

    Args:
        code: language code, a folder name in each of `folders`.
        folders: `translations` folders in gettext layout; absent ones are passed over.
        cache: where binary forms of PO files are kept between starts.

    Raises:
        CatalogueError: a catalogue cannot be read, or counts plurals unlike the others.

    """
    texts: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    rule = ""
    for folder in folders:
        catalogue = _read(folder / code / "LC_MESSAGES", code, cache)
        if catalogue is None:
            continue
        if rule and catalogue.plural_expr != rule:
            message = f"{folder} counts the plurals of {code!r} as {catalogue.plural_expr!r}, the others as {rule!r}"
            raise CatalogueError(message)
        rule = catalogue.plural_expr
        _collect(catalogue, texts, plurals, folder)
    return Catalogue(texts, plurals, stdlib_gettext.c2py(rule) if rule else _first_form)


def _collect(catalogue: Catalog, texts: dict[str, str], plurals: dict[str, tuple[str, ...]], folder: Path) -> None:
    for message in catalogue:
        if not message.id or not message.string:
            continue
        if problems := faults(message):
            log.warning("catalogue entry ignored", extra={"detail": f"{folder}: {message.id!r}: {'; '.join(problems)}"})
            continue
        if isinstance(message.id, (list, tuple)):
            plurals[message.id[0]] = tuple(message.string)
        else:
            key = f"{message.context}{CONTEXT_GLUE}{message.id}" if message.context else message.id
            texts[key] = str(message.string)


def _read(folder: Path, code: str, cache: Path | None) -> Catalog | None:
    source, binary = folder / f"{DOMAIN}.po", folder / f"{DOMAIN}.mo"
    if source.is_file():
        return _parse(_through_cache(source.read_bytes(), code, cache))
    return _parse(binary.read_bytes()) if binary.is_file() else None


def _parse(binary: bytes) -> Catalog:
    try:
        return read_mo(BytesIO(binary))
    except (OSError, ValueError, UnicodeDecodeError) as error:
        message = f"a compiled catalogue is damaged: {error}"
        raise CatalogueError(message) from error


def _through_cache(po: bytes, code: str, cache: Path | None) -> bytes:
    if cache is None:
        return compiled(po, code)
    kept = cache / f"{code}-{hashlib.sha256(po).hexdigest()[:20]}.mo"
    try:
        return kept.read_bytes()
    except OSError:
        binary = compiled(po, code)
    cache.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(binary)
    part.replace(kept)
    return binary
