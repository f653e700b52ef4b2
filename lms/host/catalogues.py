"""Word lists of the interface: found, checked, merged. Broken entries never reach a page."""

import gettext as stdlib_gettext
import hashlib
import logging
import os
import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

log = logging.getLogger(__name__)

DOMAIN = "messages"
CONTEXT_GLUE = "\x04"
PLURAL_GLUE = "\x00"
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")
STRAY_PERCENT = re.compile(r"%(?!\(\w+\)s|%)")
PLURAL_RULE = re.compile(r"plural\s*=\s*([^;\n]+)")
PLURAL_PROBE = 201  # every rule in use repeats within the hundreds
MAGIC = {0x950412DE: "<", 0xDE120495: ">"}


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


def faults(sources: Sequence[str], targets: Sequence[str]) -> list[str]:
    """Return what makes a translation unusable: placeholders or tags that differ from the source.

    Args:
        sources: the message, or singular and plural.
        targets: the translation, or every plural form.

    """
    known = {name for source in sources for name in PLACEHOLDER.findall(source)}
    needed = known - {"num"} if len(sources) > 1 else known
    tags = sorted(TAG.findall(sources[-1]))
    found = []
    for target in targets:
        names = set(PLACEHOLDER.findall(target))
        if unknown := names - known:
            found.append(f"unknown placeholder {', '.join(sorted(unknown))}")
        if missing := needed - names:
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
        binary = _binary(folder / code / "LC_MESSAGES", code, cache)
        if binary is None:
            continue
        for source, target in _entries(binary, folder):
            if not source:
                found = PLURAL_RULE.search(target)
                rule = _same_rule(rule, found.group(1).strip() if found else "", code, folder)
            else:
                _keep(source, target, texts, plurals)
    return Catalogue(texts, plurals, stdlib_gettext.c2py(rule) if rule else _first_form)


def _same_rule(rule: str, found: str, code: str, folder: Path) -> str:
    if not rule or not found:
        return rule or found
    ours, theirs = stdlib_gettext.c2py(rule), stdlib_gettext.c2py(found)
    if any(ours(number) != theirs(number) for number in range(PLURAL_PROBE)):
        message = f"{folder} counts the plurals of {code!r} as {found!r}, the others as {rule!r}"
        raise CatalogueError(message)
    return rule


def _keep(source: str, target: str, texts: dict[str, str], plurals: dict[str, tuple[str, ...]]) -> None:
    sources, targets = source.rpartition(CONTEXT_GLUE)[2].split(PLURAL_GLUE), target.split(PLURAL_GLUE)
    if problems := faults(sources, targets):
        log.warning("catalogue entry ignored", extra={"detail": f"{sources[0]!r}: {'; '.join(problems)}"})
    elif len(sources) > 1:
        plurals[sources[0]] = tuple(targets)
    else:
        texts[source] = target


def _binary(folder: Path, code: str, cache: Path | None) -> bytes | None:
    source, binary = folder / f"{DOMAIN}.po", folder / f"{DOMAIN}.mo"
    if source.is_file():
        return _through_cache(source.read_bytes(), code, cache)
    return binary.read_bytes() if binary.is_file() else None


def _entries(binary: bytes, folder: Path) -> Iterator[tuple[str, str]]:
    """Read the GNU binary form. Babel's own reader loses contexts, the standard library keeps its table private."""
    try:
        order = MAGIC[struct.unpack_from("<I", binary)[0]]
        count, sources, targets = struct.unpack_from(f"{order}8x3I", binary)
        for index in range(count):
            length, start = struct.unpack_from(f"{order}2I", binary, sources + 8 * index)
            width, begin = struct.unpack_from(f"{order}2I", binary, targets + 8 * index)
            yield binary[start : start + length].decode(), binary[begin : begin + width].decode()
    except (KeyError, struct.error, UnicodeDecodeError) as error:
        message = f"a compiled catalogue in {folder} is damaged"
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
