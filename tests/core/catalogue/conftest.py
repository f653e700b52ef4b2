"""A small course in a folder that tests may damage, and the ways to read it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lms.core.catalogue.compile.blocks import BLOCKS
from lms.core.catalogue.compile.check import Checked, check_course
from lms.core.catalogue.domain.contracts import ActivityContext, ActivityType
from lms.core.catalogue.domain.history import History
from lms.core.catalogue.domain.problems import Problem
from lms.host import i18n
from lms.host.plugin import CORE

TODAY = date(2026, 11, 22)

COURSE = """\
id: well
title: "The well"
discreet_title: "Water"
summary: "How to share a well."
pillar: physical
level: foundation
hours: 1
source_language: en
licence: CC-BY-SA-4.0
outcomes:
  - {id: c1, text: "Share a well."}
"""
MODULE = """\
id: W-1
title: "Digging"
discreet_title: "Part one"
summary: "Where and how deep."
"""
LESSON = """\
---
id: {id}
title: "{title}"
discreet_title: "A start"
summary: "Look before you dig."
level: foundation
minutes: 5
outcomes:
  - {{id: o1, text: "Choose a place."}}
content_note: {{level: 1, text: "This lesson speaks of drought."}}
sources:
  - {{key: S1, title: "The book of wells", publisher: "Ours", url: "https://example.org/wells", checked: 2026-11-01}}
status: draft
review_due: 2027-11-22
ageing: C
translation_notes: ["A well is for water."]
---
{body}"""
BODY = """
:::safe-version
**Short.** Look first. Dig later.
:::

## Where to dig

Water is **near the reeds**. Ask `Ari` and read [the book](https://example.org/wells).

- One neighbour
- Two neighbours

:::activity{minutes=2}
Walk around the place.

1. Look.
2. Listen.
:::
"""
NOTE = """\
id: W-1.1-n
title: "A note"
lines:
  - {id: a, text: "Bring %(count)s ropes."}
"""


@dataclass(frozen=True)
class NoteFile(ActivityType):
    """The smallest activity: lines with permanent ids."""

    key: str = "note"
    filename: str = "note.yaml"
    level: Any = "lesson"

    def check(self, data: Any, ctx: ActivityContext) -> list[Problem]:
        if isinstance(data.get("lines"), list):
            return []
        return [ctx.problem("note-lines", "There are no lines.", "Write some.", at=("lines",))]

    def segments(self, data: Any) -> Any:
        yield "title", data["title"]
        for line in data["lines"]:
            yield f"{line['id']} line", line["text"]

    def compile(self, data: Any, translate: Any, pictures: Any) -> dict[str, Any]:
        return {"lines": [translate(f"{line['id']} line", line["text"]).as_json() for line in data["lines"]]}

    def ids(self, data: Any) -> Any:
        return (line["id"] for line in data["lines"])

    def summary(self, data: Any) -> Any:
        return {"questions": len(data["lines"])}


KINDS = (NoteFile(),)


@dataclass
class Well:
    """A course folder with one module and two lessons."""

    folder: Path

    @property
    def lesson(self) -> Path:
        return self.folder / "10-digging" / "10-place" / "lesson.md"

    @property
    def note(self) -> Path:
        return self.lesson.with_name("note.yaml")

    @property
    def course(self) -> Path:
        return self.folder / "course.yaml"

    def body(self, text: str) -> None:
        """Give the first lesson another text."""
        self.lesson.write_text(LESSON.format(id="W-1.1", title="Where to dig", body=text))

    def swap(self, path: Path, old: str, new: str) -> None:
        text = path.read_text()
        assert old in text, f"{old!r} is not in {path.name}"
        path.write_text(text.replace(old, new, 1))

    def po(self, lang: str, text: str) -> Path:
        path = self.folder / "translations" / f"{lang}.po"
        path.parent.mkdir(exist_ok=True)
        head = f'msgid ""\nmsgstr ""\n"Language: {lang}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        path.write_text(head + text)
        return path

    def check(self, history: History | None = None) -> Checked:
        return check_course(self.folder, kinds=KINDS, blocks=BLOCKS, today=TODAY, history=history)

    def codes(self) -> list[str]:
        """Return the codes of all errors, in order."""
        return [problem.code for problem in self.check().errors]

    def error(self) -> Problem:
        """Return the only error."""
        found = self.check().errors
        assert len(found) == 1, [(problem.code, problem.what) for problem in found]
        return found[0]


def write_well(parent: Path) -> Well:
    folder = parent / "well"
    for name, title in (("10-place", "Where to dig"), ("20-rope", "A good rope")):
        (folder / "10-digging" / name).mkdir(parents=True)
        number = "W-1.1" if name == "10-place" else "W-1.2"
        body = BODY if name == "10-place" else "\nA rope holds as long as its knots.\n"
        text = LESSON.format(id=number, title=title, body=body)
        (folder / "10-digging" / name / "lesson.md").write_text(text)
    (folder / "course.yaml").write_text(COURSE)
    (folder / "10-digging" / "module.yaml").write_text(MODULE)
    (folder / "10-digging" / "10-place" / "note.yaml").write_text(NOTE)
    return Well(folder)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """A request of another test leaves its language behind in this thread."""
    with i18n.using("en"):
        yield


@pytest.fixture
def well(tmp_path: Path) -> Well:
    return write_well(tmp_path / "courses")


@pytest.fixture(scope="session")
def site_plugins() -> tuple[str, ...]:
    return CORE


@pytest.fixture(scope="session")
def prepare_site() -> Callable[..., None]:
    """Sites start without a course: publishing is what is tested here."""
    return lambda _app: None
