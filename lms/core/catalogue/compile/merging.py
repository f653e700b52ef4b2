"""Which old text did this new text come from? By permanent id first, then by likeness; position only breaks ties."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from difflib import SequenceMatcher

import polib

from lms.core.catalogue.compile.po import Catalogue, Key, entry_for, file_of, unique
from lms.core.catalogue.domain.segments import Segment

ALIKE = 0.55
REPEATED = frozenset({"heading", "paragraph", "item", "cell"})


def merge(
    catalogue: Catalogue | None,
    segments: Iterable[Segment],
    course: str,
    lang: str,
    moved: Mapping[str, str | None] | None = None,
) -> polib.POFile:
    """Bring a translation up to date with the source.

    Unchanged entries stay as they are. A changed source takes the translation of the text it was aligned with, marked
    `fuzzy`, and keeps that text as the previous source. What vanished stays as an obsolete entry.

    Args:
        catalogue: the translation as it is, or None for a new one.
        segments: the source as it is now.
        course: id of the course, for the header.
        lang: language of the translation.
        moved: old id → new id, from `course.yaml`; entries follow their lesson.

    """
    old = [entry for entry in catalogue.po if entry.msgstr.strip()] if catalogue else []
    for entry in old:
        _follow(entry, moved or {})
    untouched = {(item.msgctxt, item.msgid) for item in catalogue.po if not item.msgstr.strip()} if catalogue else set()
    made, used = align(unique(segments), old, untouched)
    rest = [_obsolete(entry) for entry in old if id(entry) not in used]
    rest.sort(key=lambda entry: (entry.msgctxt or "", entry.msgid))
    return file_of(lang, course, made + rest, catalogue)


def _follow(entry: polib.POEntry, moved: Mapping[str, str | None]) -> None:
    context, _, kind = (entry.msgctxt or "").partition(" ")
    target = moved.get(context)
    if target:
        entry.msgctxt = f"{target} {kind}"


def _obsolete(entry: polib.POEntry) -> polib.POEntry:
    kept = polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, msgstr=entry.msgstr, obsolete=True)
    kept.tcomment = entry.tcomment
    kept.flags = list(entry.flags)
    kept.previous_msgid = entry.previous_msgid
    return kept


def align(
    wanted: list[Segment], old: list[polib.POEntry], untouched: Collection[Key] = ()
) -> tuple[list[polib.POEntry], set[int]]:
    """Give each segment the translation it can keep.

    Args:
        wanted: the segments of the source as it is now, in order.
        old: translated entries as they were, obsolete ones among them.
        untouched: (msgctxt, msgid) of entries that were there but not translated: no changed version of anything.

    Returns:
        One entry per segment in the same order, and the `id()`s of the old entries that were used.

    """
    aligner = _Aligner(wanted, old, untouched)
    aligner.same()
    aligner.restored()
    aligner.moved_within()
    aligner.changed()
    aligner.moved_between()
    return [aligner.found.get(index) or entry_for(segment) for index, segment in enumerate(wanted)], aligner.used


class _Aligner:
    def __init__(self, wanted: list[Segment], old: list[polib.POEntry], untouched: Collection[Key]) -> None:
        self.wanted = wanted
        self.untouched = untouched
        self.old = sorted(old, key=lambda entry: bool(entry.obsolete))
        self.found: dict[int, polib.POEntry] = {}
        self.used: set[int] = set()

    def same(self) -> None:
        """The same text at the same id: nothing to do, whatever its state is."""
        by_key = {(entry.msgctxt or "", entry.msgid): entry for entry in reversed(self.old)}
        for index, segment in self._open():
            entry = by_key.get((segment.msgctxt, segment.text))
            if entry is not None:
                self._take(index, entry)

    def restored(self) -> None:
        """A change that was taken back: the translation fits again and is no longer fuzzy."""
        by_key = {(e.msgctxt or "", e.previous_msgid): e for e in self._free() if e.fuzzy and e.previous_msgid}
        for index, segment in self._open():
            entry = by_key.get((segment.msgctxt, segment.text))
            if entry is not None and id(entry) not in self.used:
                entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
                self._take(index, entry)

    def moved_within(self) -> None:
        """The same text at the same id with another kind, such as a paragraph that became a list item."""
        by_text = {(_context(entry), entry.msgid): entry for entry in self._free() if not entry.fuzzy}
        for index, segment in self._open():
            entry = by_text.get((segment.context, segment.text))
            if entry is not None and id(entry) not in self.used:
                self._take(index, entry)

    def changed(self) -> None:
        """A changed text at the same id: fuzzy, with the most alike of the old ones as previous source."""
        olds = defaultdict(list)
        for position, entry in enumerate(self._free()):
            olds[_context(entry)].append((position, entry))
        pairs = []
        for index, segment in self._open():
            if (segment.msgctxt, segment.text) in self.untouched:
                continue
            for position, entry in olds[segment.context]:
                score = _score(segment, entry)
                if score >= ALIKE:
                    pairs.append((-score, abs(index - position), index, entry))
        self._best(pairs)

    def moved_between(self) -> None:
        """The same text at another id: offered as fuzzy, because another place can ask for other words."""
        by_text = {entry.msgid: entry for entry in self._free()}
        for index, segment in self._open():
            entry = by_text.get(segment.text)
            if entry is not None and id(entry) not in self.used:
                self._take(index, entry, fuzzy=True)

    def _best(self, pairs: Iterable[tuple[float, int, int, polib.POEntry]]) -> None:
        for _, _, index, entry in sorted(pairs, key=lambda pair: pair[:3]):
            if index not in self.found and id(entry) not in self.used:
                self._take(index, entry, fuzzy=True)

    def _take(self, index: int, entry: polib.POEntry, *, fuzzy: bool = False) -> None:
        self.found[index] = entry_for(self.wanted[index], entry, fuzzy=fuzzy)
        self.used.add(id(entry))

    def _open(self) -> list[tuple[int, Segment]]:
        return [(index, segment) for index, segment in enumerate(self.wanted) if index not in self.found]

    def _free(self) -> list[polib.POEntry]:
        return [entry for entry in self.old if id(entry) not in self.used]


def _context(entry: polib.POEntry) -> str:
    return (entry.msgctxt or "").partition(" ")[0]


def _score(segment: Segment, entry: polib.POEntry) -> float:
    """A kind that names one thing (a title, the feedback of an option) is that thing, however it changed."""
    if entry.msgctxt == segment.msgctxt and segment.kind.rpartition(" ")[2] not in REPEATED:
        return 2.0
    before = entry.previous_msgid if entry.fuzzy and entry.previous_msgid else entry.msgid
    matcher = SequenceMatcher(None, before, segment.text, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio() + (0.05 if entry.msgctxt == segment.msgctxt else 0.0)
