"""Translations of a course: one PO file per language, written so that a second writing changes nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import polib

from lms import lazy_gettext as L_
from lms.core.catalogue.compile.inline import mismatches
from lms.core.catalogue.domain.problems import Problem
from lms.core.catalogue.domain.segments import Segment, Translate, Words, direction

Key = tuple[str, str]
_LINE = re.compile(
    r"""\s*(?:\#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)[ ])?\s*"(?:[^"\\]|\\.)*"\s*)?$""", re.VERBOSE
)


@dataclass
class Catalogue:
    """One PO file in memory: its entries, and the words that may be used."""

    lang: str
    file: str
    po: polib.POFile
    words: dict[Key, str] = field(default_factory=dict)

    def translate(self, segment: Segment) -> str | None:
        return self.words.get((segment.msgctxt, segment.text))


@dataclass(frozen=True)
class Coverage:
    """How far a translation has come, in segments."""

    lang: str
    total: int
    translated: int
    fuzzy: int

    @property
    def percent(self) -> int:
        return self.translated * 100 // self.total if self.total else 100


def read_catalogue(text: str, file: str, lang: str) -> tuple[Catalogue | None, list[Problem]]:
    """Read a PO file; what no tool could have written is a problem of the file as a whole."""
    message = L_("This is not a line of a PO file.")
    mend = L_("Write msgctxt, msgid or msgstr and then a text in straight quotes that are closed.")
    wrong = [number for number, line in enumerate(text.split("\n"), start=1) if not _LINE.match(line)]
    if wrong:
        return None, [Problem(file, number, "po-line", message, mend) for number in wrong]
    try:
        po = polib.pofile(text if text.endswith("\n") else text + "\n", wrapwidth=0)
    except (OSError, ValueError, UnicodeError, IndexError, AttributeError):
        message = L_("This is not a PO file.")
        return None, [
            Problem(file, 1, "po-syntax", message, L_("Open it in a translation program, and save it again."))
        ]
    catalogue = Catalogue(lang, file, po)
    problems = list(_doubles(catalogue))
    declared = po.metadata.get("Language", lang)
    if declared.replace("_", "-").lower() != lang.lower():
        message = L_("The file says that its language is “%(declared)s”.")
        problems.append(
            Problem(
                file, 1, "po-language", message, L_("Name file and language alike."), "error", {"declared": declared}
            )
        )
    return catalogue, problems


def _doubles(catalogue: Catalogue) -> Iterable[Problem]:
    seen: set[Key] = set()
    for entry in catalogue.po:
        key = (entry.msgctxt or "", entry.msgid)
        if not entry.obsolete and key in seen:
            message = L_("This text stands twice in the file.")
            mend = L_("Keep the better of the two entries.")
            yield Problem(catalogue.file, entry.linenum or 1, "po-twice", message, mend)
        seen.add(key)


def bind(catalogue: Catalogue, segments: Iterable[Segment]) -> list[Problem]:
    """Choose the words that may be used, and name each entry that cannot be.

    Fuzzy and empty entries are not used. An entry that lost a link, a placeholder or a mark is refused.
    """
    entries = {(entry.msgctxt or "", entry.msgid): entry for entry in catalogue.po if not entry.obsolete}
    problems: list[Problem] = []
    for segment in segments:
        entry = entries.get((segment.msgctxt, segment.text))
        if entry is None or entry.fuzzy or not entry.msgstr.strip():
            continue
        faults = list(mismatches(segment.text, entry.msgstr, markdown=segment.markdown))
        problems.extend(
            Problem(catalogue.file, entry.linenum or 1, code, message, mend, "error", values)
            for code, message, mend, values in faults
        )
        if not faults:
            catalogue.words[segment.msgctxt, segment.text] = entry.msgstr.strip()
    return problems


def coverage(catalogue: Catalogue, segments: Iterable[Segment]) -> Coverage:
    """Count what is translated; a text that stands in several places counts once for each context."""
    keys = {(segment.msgctxt, segment.text) for segment in segments}
    fuzzy = sum(
        1 for entry in catalogue.po if entry.fuzzy and not entry.obsolete and (entry.msgctxt, entry.msgid) in keys
    )
    return Coverage(catalogue.lang, len(keys), sum(1 for key in keys if key in catalogue.words), fuzzy)


def translator(catalogue: Catalogue | None, context: str, source: str, lang: str) -> Translate:
    """Return the function that gives the words of one context (a lesson, a module, an activity) in one language."""

    def translate(kind: str, text: str) -> Words:
        if lang == source:
            return Words(text, lang, direction(lang))
        found = catalogue.translate(Segment(context, kind, text)) if catalogue is not None else None
        if found is None:
            return Words(text, source, direction(source), fallback=True)
        return Words(found, lang, direction(lang))

    return translate


# ---- writing


def template(segments: Iterable[Segment], course: str) -> polib.POFile:
    """Return `messages.pot`: every segment once, in the order of the course."""
    return file_of("", course, [_entry(segment) for segment in unique(segments)])


def unique(segments: Iterable[Segment]) -> list[Segment]:
    found: dict[Key, Segment] = {}
    for segment in segments:
        found.setdefault((segment.msgctxt, segment.text), segment)
    return list(found.values())


def file_of(lang: str, course: str, entries: list[polib.POEntry], before: Catalogue | None = None) -> polib.POFile:
    """No date, no tool, no path of a machine: a second writing of the same state gives the same bytes."""
    po = polib.POFile(wrapwidth=100)
    kept = before.po.metadata if before else {}
    names = ("Last-Translator", "Language-Team", "Plural-Forms")
    po.metadata = {
        "Project-Id-Version": course,
        **{name: kept[name] for name in names if kept.get(name)},
        "Language": lang,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    po.header = before.po.header if before else ""
    seen: set[Key] = set()
    for entry in entries:
        key = (entry.msgctxt or "", entry.msgid)
        if key not in seen:
            seen.add(key)
            po.append(entry)
    return po


def _entry(segment: Segment) -> polib.POEntry:
    occurrences = [(segment.file, "")] if segment.file else []
    return polib.POEntry(
        msgctxt=segment.msgctxt, msgid=segment.text, msgstr="", occurrences=occurrences, comment=segment.note
    )


def entry_for(segment: Segment, old: polib.POEntry | None = None, *, fuzzy: bool = False) -> polib.POEntry:
    """Return the entry of a segment, with the translation, remarks and flags of an old one."""
    entry = _entry(segment)
    if old is None:
        return entry
    entry.msgstr = old.msgstr
    entry.tcomment = old.tcomment
    entry.flags = [flag for flag in old.flags if flag != "fuzzy"]
    if fuzzy:
        entry.flags.insert(0, "fuzzy")
        entry.previous_msgid = (old.previous_msgid if old.fuzzy else None) or old.msgid
        if old.msgctxt != entry.msgctxt:
            entry.previous_msgctxt = old.msgctxt
    elif old.fuzzy:
        entry.flags.insert(0, "fuzzy")
        entry.previous_msgid = old.previous_msgid
        entry.previous_msgctxt = old.previous_msgctxt
    return entry
