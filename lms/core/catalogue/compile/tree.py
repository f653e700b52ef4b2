"""A course folder read into memory: every file parsed and checked by itself, every fault noted, nothing compiled yet."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from lms import lazy_gettext as L_
from lms.core.catalogue.compile import strict_yaml
from lms.core.catalogue.compile.lesson import LessonText
from lms.core.catalogue.compile.media import named_faults, read_media
from lms.core.catalogue.compile.po import Catalogue, read_catalogue
from lms.core.catalogue.compile.schema import ID_PATTERN, CourseFile, LessonFile, ModuleFile, TrainerFile
from lms.core.catalogue.compile.texts import Written, impersonal, read_written
from lms.core.catalogue.compile.validate import validated
from lms.core.catalogue.domain.contracts import ActivityContext, ActivityType, BlockType, Level, Medium
from lms.core.catalogue.domain.problems import Lines, Problem, Text, errors

M = TypeVar("M", bound=BaseModel)

_ORDERED = re.compile(r"^\d{2,4}-[a-z0-9][a-z0-9-]*$")
_LANG = re.compile(r"^[a-z]{2,3}(?:-[A-Za-z0-9]+)*$")
LARGEST_TEXT = 400_000
LARGEST_CATALOGUE = 2_000_000  # a whole course twice, in scripts of up to three bytes a letter
TRAINER = "trainer.md"
KNOWN = frozenset({"README.md", "LICENSE", "LICENSE.md", "media", "translations"})


@dataclass
class ActivitySource:
    """One `quiz.yaml` or `check.yaml`."""

    kind: ActivityType
    file: str
    data: dict[str, Any]
    lines: Lines

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def pictures(self) -> list[str]:
        """Return the addresses of the pictures it shows, as the author wrote them."""
        return [src for _at, src in self.kind.pictures(self.data)]


@dataclass
class TrainerSource:
    """One `trainer.md`."""

    file: str
    meta: TrainerFile
    lines: Lines
    text: LessonText


@dataclass
class LessonSource:
    """One lesson folder."""

    file: str
    number: str
    meta: LessonFile
    lines: Lines
    text: LessonText
    activities: list[ActivitySource] = field(default_factory=list)
    media: dict[str, Medium] = field(default_factory=dict)
    trainer: TrainerSource | None = None

    def links(self) -> dict[str, str]:
        """Return what its blocks may lead to."""
        return {ref: path for item in self.activities for ref, path in item.kind.links(item.data).items()}


@dataclass
class ModuleSource:
    """One module folder."""

    file: str
    number: str
    meta: ModuleFile
    lines: Lines
    lessons: list[LessonSource] = field(default_factory=list)
    activities: list[ActivitySource] = field(default_factory=list)
    media: dict[str, Medium] = field(default_factory=dict)
    trainer: TrainerSource | None = None


@dataclass
class CourseSource:
    """One course folder."""

    folder: Path
    meta: CourseFile
    lines: Lines
    modules: list[ModuleSource] = field(default_factory=list)
    catalogues: dict[str, Catalogue] = field(default_factory=dict)

    @property
    def lessons(self) -> list[LessonSource]:
        return [lesson for module in self.modules for lesson in module.lessons]

    @property
    def activities(self) -> list[tuple[str, ActivitySource]]:
        """Return (owner's id, activity) in the order of the course."""
        found: list[tuple[str, ActivitySource]] = []
        for module in self.modules:
            for lesson in module.lessons:
                found.extend((lesson.meta.id, activity) for activity in lesson.activities)
            found.extend((module.meta.id, activity) for activity in module.activities)
        return found


@dataclass
class Read:
    """A course as far as it could be read, and everything that is wrong with it."""

    course: CourseSource | None
    problems: list[Problem] = field(default_factory=list)


class Reader:
    """Reads one course folder; keeps going after every fault."""

    def __init__(self, folder: Path, kinds: Iterable[ActivityType], blocks: Mapping[str, BlockType]) -> None:
        self.folder = folder
        self.kinds = tuple(kinds)
        self.blocks = blocks
        self.problems: list[Problem] = []
        self.lang = ""

    def read(self) -> Read:
        meta, lines = self._model(self.folder / "course.yaml", CourseFile)
        self.lang = meta.source_language if meta else ""
        modules = []
        folders = self._ordered(self.folder, {"course.yaml"})
        for number, path in enumerate(folders, start=1):
            module = self._module(path, str(number))
            if module is not None:
                modules.append(module)
        catalogues = self._catalogues()
        if meta is None:
            return Read(None, self.problems)
        if not folders:
            self._note("course.yaml", 1, "course-empty", L_("The course has no module."), _FOLDERS)
        return Read(CourseSource(self.folder, meta, lines, modules, catalogues), self.problems)

    def _module(self, path: Path, number: str) -> ModuleSource | None:
        start = len(self.problems)
        meta, lines = self._model(path / "module.yaml", ModuleFile)
        lessons = []
        own = {kind.filename for kind in self.kinds if kind.level == "module"}
        folders = self._ordered(path, {"module.yaml", TRAINER} | own)
        for position, folder in enumerate(folders, start=1):
            lesson = self._lesson(folder, f"{number}.{position}")
            if lesson is not None:
                lessons.append(lesson)
        if not folders:
            self._note(self.name(path / "module.yaml"), 1, "module-empty", L_("The module has no lesson."), _FOLDERS)
        outcomes = {f"{lesson.meta.id} {outcome.id}" for lesson in lessons for outcome in lesson.meta.outcomes}
        owner = meta.id if meta else ""
        media = self._media(path)
        activities = self._activities(path, "module", owner, frozenset(outcomes), media)
        trainer = self._trainer(path / TRAINER)
        if meta is None:
            return None
        file = self.name(path / "module.yaml")
        self._unused(start, file, media, activities)
        return ModuleSource(file, number, meta, lines, lessons, activities, media, trainer)

    def _lesson(self, path: Path, number: str) -> LessonSource | None:
        start = len(self.problems)
        own = {kind.filename for kind in self.kinds if kind.level == "lesson"}
        self._strangers(path, {"lesson.md", TRAINER} | own)
        media = self._media(path)
        found = self._written(path / "lesson.md", LessonFile, self.blocks, media)
        if found is None:
            return None
        meta = found.meta
        owner, outcomes = (meta.id, frozenset(o.id for o in meta.outcomes)) if meta else ("", frozenset[str]())
        activities = self._activities(path, "lesson", owner, outcomes, media)
        trainer = self._trainer(path / TRAINER)
        if meta is None:
            return None
        file = self.name(path / "lesson.md")
        lesson = LessonSource(file, number, meta, found.lines, found.text, activities, media, trainer)
        self._refs(lesson)
        self._unused(start, file, media, activities, found.text.pictures)
        return lesson

    def _media(self, path: Path) -> dict[str, Medium]:
        media, faults = read_media(path / "media", self.name(path / "media"))
        self.problems.extend(faults)
        return media

    def _unused(
        self,
        start: int,
        file: str,
        media: Mapping[str, Medium],
        activities: Iterable[ActivitySource],
        shown: Iterable[str] = (),
    ) -> None:
        """Name pictures that nothing shows, once everything beside them could be read."""
        if errors(self.problems[start:]):
            return
        for src in sorted(media.keys() - {*shown, *(src for item in activities for src in item.pictures)}):
            message = L_("The picture “%(src)s” is not used.")
            mend = L_("Use it in the text, or take it away.")
            self._note(file, 1, "picture-unused", message, mend, warning=True, src=src)

    def _trainer(self, path: Path) -> TrainerSource | None:
        if not path.is_file():
            return None
        found = self._written(path, TrainerFile, impersonal(self.blocks))
        if found is None or found.meta is None:
            return None
        return TrainerSource(self.name(path), found.meta, found.lines, found.text)

    def _written(
        self,
        path: Path,
        model: type[M],
        blocks: Mapping[str, BlockType],
        media: Mapping[str, Medium] | None = None,
    ) -> Written[M] | None:
        text = self._text(path)
        if text is None:
            return None
        found = read_written(text, self.name(path), model, blocks, media)
        self.problems.extend(found.problems)
        return found

    def _refs(self, lesson: LessonSource) -> None:
        known = lesson.links()
        for head in lesson.text.heads():
            if head.attrs.get("ref", "") in known or "ref" not in head.attrs:
                continue
            message = L_("Nothing beside this lesson is called “%(ref)s”.")
            mend = L_("Write it into the quiz of the lesson, or take the reference out.")
            self._note(lesson.file, head.line, "ref-unknown", message, mend, warning=True, ref=head.attrs["ref"])

    def _activities(
        self, path: Path, level: Level, owner: str, outcomes: frozenset[str], media: Mapping[str, Medium]
    ) -> list[ActivitySource]:
        found = []
        for kind in self.kinds:
            if kind.level == level and (path / kind.filename).is_file():
                activity = self._activity(path / kind.filename, kind, owner, outcomes, media)
                if activity is not None:
                    found.append(activity)
        return found

    def _activity(
        self,
        path: Path,
        kind: ActivityType,
        owner: str,
        outcomes: frozenset[str],
        media: Mapping[str, Medium],
    ) -> ActivitySource | None:
        file = self.name(path)
        text = self._text(path)
        if text is None:
            return None
        loaded = strict_yaml.load(text, file)
        self.problems.extend(loaded.problems)
        if loaded.problems:
            return None
        context = ActivityContext(file, owner, kind.level, outcomes, loaded.lines, self.lang)
        if not isinstance(loaded.data, dict):
            message = L_("The file must hold keys and values.")
            self.problems.append(context.problem("activity-form", message, L_("Start with a line “id: …”.")))
            return None
        faults = _named(loaded.data, context)
        if owner:
            faults += kind.check(loaded.data, context)
        faults += named_faults(kind, loaded.data, context, media)
        self.problems.extend(faults)
        return (
            None if any(fault.is_error for fault in faults) else ActivitySource(kind, file, loaded.data, loaded.lines)
        )

    def _catalogues(self) -> dict[str, Catalogue]:
        found = {}
        for path in sorted((self.folder / "translations").glob("*.po")):
            file = self.name(path)
            if not _LANG.match(path.stem):
                message = L_("“%(name)s” is not named after a language.")
                self._note(file, 1, "po-name", message, L_("Name it like fr.po or pt-BR.po."), name=path.name)
                continue
            text = self._text(path, LARGEST_CATALOGUE)
            if text is None:
                continue
            catalogue, faults = read_catalogue(text, file, path.stem)
            self.problems.extend(faults)
            if catalogue is not None:
                found[path.stem] = catalogue
        return found

    def _model(self, path: Path, model: type[M]) -> tuple[M | None, Lines]:
        text = self._text(path)
        if text is None:
            return None, Lines()
        file = self.name(path)
        loaded = strict_yaml.load(text, file)
        self.problems.extend(loaded.problems)
        if loaded.problems:
            return None, loaded.lines
        meta, faults = validated(model, loaded.data, file, loaded.lines)
        self.problems.extend(faults)
        return meta, loaded.lines

    def _text(self, path: Path, largest: int = LARGEST_TEXT) -> str | None:
        file = self.name(path)
        if not path.is_file():
            message = L_("The file %(name)s is missing.")
            self._note(file, 1, "file-missing", message, L_("Write it, or take the folder away."), name=path.name)
            return None
        data = path.read_bytes()
        if len(data) > largest:
            message = L_("The file is larger than %(limit)s KB.")
            self._note(file, 1, "file-large", message, L_("Split it."), limit=largest // 1000)
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            message = L_("The file is not UTF-8 text.")
            self._note(file, line, "file-encoding", message, L_("Save it again as UTF-8."))
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def _ordered(self, path: Path, files: set[str]) -> list[Path]:
        self._strangers(path, files)
        return sorted(item for item in _items(path) if item.is_dir() and _ORDERED.match(item.name))

    def _strangers(self, path: Path, files: set[str]) -> None:
        for item in _items(path):
            if item.name in files | KNOWN or (item.is_dir() and _ORDERED.match(item.name)):
                continue
            message = L_("“%(name)s” is not read.")
            mend = L_("Folders of modules and lessons start with a number, such as 10-name; take other files out.")
            self._note(self.name(item), 1, "file-unknown", message, mend, warning=True, name=item.name)

    def name(self, path: Path) -> str:
        """Return a path as problems name it: inside the course folder, with its name."""
        return path.relative_to(self.folder.parent).as_posix()

    def _note(
        self, file: str, line: int, code: str, message: Text, mend: Text, *, warning: bool = False, **values: object
    ) -> None:
        severity = "warning" if warning else "error"
        self.problems.append(Problem(file, line, code, message, mend, severity, values))  # type: ignore[arg-type]


_FOLDERS = L_("Add a folder such as 10-first-steps with its files.")


def _items(path: Path) -> list[Path]:
    if not path.is_dir():
        return []
    return sorted(item for item in path.iterdir() if not item.name.startswith((".", "__")))


def _named(data: Mapping[str, Any], context: ActivityContext) -> list[Problem]:
    faults = []
    if not re.match(ID_PATTERN, str(data.get("id", ""))):
        message = L_("The file has no permanent id.")
        faults.append(context.problem("activity-id", message, L_("Add a line such as “id: HS-1.1-q”."), at=("id",)))
    if not isinstance(data.get("title"), str) or not data["title"].strip():
        message = L_("The file has no title.")
        faults.append(context.problem("activity-title", message, L_("Add a line “title: …”."), at=("title",)))
    return faults


def read_course(folder: Path, kinds: Iterable[ActivityType], blocks: Iterable[BlockType]) -> Read:
    """Read one course folder.

    Args:
        folder: holds `course.yaml`.
        kinds: the activity types of the site.
        blocks: the block types of the site.

    """
    return Reader(folder, kinds, {block.key: block for block in blocks}).read()
