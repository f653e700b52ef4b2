"""Keeping the interface catalogues: find the strings, merge them into each language, check what translators wrote."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, read_po, write_po

from lms.host.catalogues import DOMAIN, faults

KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "L_": None,
    "lazy_gettext": None,
    "lazy_pgettext": ((1, "c"), 2),
}
METHODS = [("**/migrations/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"silent": "false"}}
COMMENT = "Translators:"
WIDTH = 110


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a catalogue.

    Args:
        file: the catalogue.
        line: where the entry stands, 0 when it stands nowhere.
        text: what is wrong.

    """

    file: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


def extract(source: Path, *, project: str = "Veer") -> Catalog:
    """Collect every translatable string below a folder of Python files and templates."""
    catalogue = Catalog(
        project=project,
        version="1",
        last_translator="",
        language_team="",
        msgid_bugs_address="",
        charset="utf-8",
        fuzzy=False,
        creation_date=datetime(2026, 1, 1, tzinfo=UTC),
    )
    catalogue.header_comment = f"# Words of the interface of {project}. Written by `lms i18n extract`."
    found = extract_from_dir(
        source,
        method_map=METHODS,
        options_map=OPTIONS,
        keywords=KEYWORDS,
        comment_tags=[COMMENT],
        strip_comment_tags=True,
    )
    for name, _line, message, comments, context in sorted(found, key=_place):
        # Places without line numbers: a catalogue must not change because a line moved.
        catalogue.add(message, locations=[(f"{source.name}/{name}", 0)], auto_comments=comments, context=context)
    return catalogue


def _place(entry: tuple[str, int, object, list[str], str | None]) -> tuple[str, int]:
    return entry[0], entry[1]


def template_text(catalogue: Catalog) -> bytes:
    """Return the catalogue as PO text, without line numbers, in the order of the source files."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=WIDTH, include_lineno=False, ignore_obsolete=True)
    return buffer.getvalue()


def update(translations: Path, template: Catalog, codes: Iterable[str]) -> list[Path]:
    """Merge new and changed strings into each language's file.

    A string that changed a little keeps its old translation, marked `fuzzy`: it is not shown until somebody looked.

    Args:
        translations: the folder that holds `<code>/LC_MESSAGES/messages.po`.
        template: what `extract` found.
        codes: languages to update; a missing file is begun.

    Returns:
        the files written.

    """
    written = []
    for code in codes:
        path = po_path(translations, code)
        old = read_po(BytesIO(path.read_bytes()), locale=code) if path.exists() else Catalog(locale=code, fuzzy=False)
        old.update(template, update_header_comment=True, update_creation_date=False)
        old.revision_date = old.creation_date
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(template_text(old))
        written.append(path)
    return written


def check(translations: Path, template: Catalog, codes: Iterable[str]) -> list[Finding]:
    """Return everything wrong with the catalogues: stale, incomplete, unsure or unusable entries, all at once."""
    findings: list[Finding] = []
    kept = translations / f"{DOMAIN}.pot"
    if not kept.exists() or kept.read_bytes() != template_text(template):
        findings.append(Finding(kept, 0, "is not what the source says now; run `lms i18n extract`"))
    for message in template:
        findings.extend(Finding(kept, 0, f"{text}: {_short(message)}") for text in _source_faults(message))
    for code in codes:
        findings.extend(_check_language(po_path(translations, code), template, code))
    return findings


def po_path(translations: Path, code: str) -> Path:
    """Return where the catalogue of a language stands."""
    return translations / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def _check_language(path: Path, template: Catalog, code: str) -> Iterator[Finding]:
    if not path.exists():
        yield Finding(path, 0, "is missing; run `lms i18n update`")
        return
    try:
        catalogue = read_po(BytesIO(path.read_bytes()), locale=code, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        yield Finding(path, 0, f"cannot be read: {error}")
        return
    for wanted in template:
        message = catalogue.get(wanted.id, wanted.context) if wanted.id else None
        if wanted.id and (message is None or not _complete(message, catalogue.num_plurals)):
            yield Finding(path, message.lineno or 0 if message else 0, f"not translated: {_short(wanted)}")
    for message in catalogue:
        if not message.id:
            continue
        line = message.lineno or 0
        if message.fuzzy:
            yield Finding(path, line, f"marked fuzzy, so not shown: {_short(message)}")
        elif any(_forms(message.string)):
            wrong = faults(_forms(message.id), _forms(message.string))
            yield from (Finding(path, line, f"{text}: {_short(message)}") for text in wrong)


def _complete(message: Message, plurals: int) -> bool:
    targets = _forms(message.string)
    return len(targets) == (plurals if len(_forms(message.id)) > 1 else 1) and all(targets)


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def _source_faults(message: Message) -> list[str]:
    sources = _forms(message.id)
    return faults(sources, sources) if message.id else []


def _short(message: Message) -> str:
    source = _forms(message.id)[0]
    return repr(source if len(source) <= 60 else f"{source[:57]}…")
