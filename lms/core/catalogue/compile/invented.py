"""An invented course as files, and copies of its compiled form under other ids (`lms seed`).

One course is written and compiled like any other. Compiling as many as a large site has would take minutes, so the
others are copies of its compiled form in which the ids, the addresses and the pillar differ.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from lms.core.catalogue.compile.release import Compiled, Release
from lms.core.catalogue.domain.contracts import ActivityType
from lms.core.catalogue.domain.pages import PILLARS
from lms.core.catalogue.domain.stored import content_hash
from lms.host.security.words import words
from lms.host.seed import Seed

MODULES, LESSONS = 5, 4
TYPICAL_BYTES, SPREAD = 5_000, 0.69
"""Median and logarithmic spread of the length of a lesson's text: one in a hundred is longer than 25 KB."""

ORIGINAL = "0000"
COURSE = f"example-x{ORIGINAL}"


class InventedCourse:
    """Writes the files of one course: nonsense of harmless words in the shape of a real one.

    Args:
        parent: the folder that the course's folder is made in.
        kinds: the activity types of the site; each may add an example.
        seed: where chance comes from.

    """

    def __init__(self, parent: Path, kinds: Iterable[ActivityType], seed: Seed) -> None:
        self.folder = parent / COURSE
        self.kinds = tuple(kinds)
        self.seed = seed
        self.words = words("en")

    def write(self) -> Path:
        """Write everything and return the folder of the course."""
        head = {"id": COURSE, **self._titles(f"Example X{ORIGINAL}"), "pillar": "integrated", "level": "foundation"}
        rest = {"hours": 6, "source_language": "en", "licence": "CC-BY-SA-4.0"}
        outcomes = [{"id": f"o{number}", "text": self.sentence()} for number in range(1, 4)]
        self._yaml("course.yaml", {**head, **rest, "outcomes": outcomes})
        for number in range(1, MODULES + 1):
            self._module(number)
        return self.folder

    def sentence(self) -> str:
        """Return some words as if they meant something."""
        chosen = self.seed.random.choices(self.words, k=self.seed.random.randint(7, 16))
        return " ".join(chosen).capitalize() + "."

    def _module(self, number: int) -> None:
        module = f"X{ORIGINAL}-{number}"
        self._yaml(f"{number}0-part/module.yaml", {"id": module, **self._titles(f"Part {number}")})
        lessons = [f"{module}.{place}" for place in range(1, LESSONS + 1)]
        for place, lesson in enumerate(lessons, start=1):
            self._lesson(f"{number}0-part/{place}0-lesson", lesson, place)
        self._activities(f"{number}0-part", "module", module, [f"{lesson} o1" for lesson in lessons])

    def _lesson(self, folder: str, lesson: str, place: int) -> None:
        meta = {
            "id": lesson,
            **self._titles(f"Step {place}"),
            "level": "foundation",
            "minutes": self.seed.random.choice((5, 10, 15)),
            "outcomes": [{"id": "o1", "text": self.sentence()}],
            "status": "draft",
            "review_due": (self.seed.today + timedelta(days=700)).isoformat(),
            "ageing": "C",
        }
        path = self.folder / folder / "lesson.md"
        path.parent.mkdir(parents=True)
        path.write_text(f"---\n{_dump(meta)}---\n\n{self._text()}", "utf-8")
        self._activities(folder, "lesson", lesson, ["o1"])

    def _text(self) -> str:
        wanted = self.seed.random.lognormvariate(0, SPREAD) * TYPICAL_BYTES
        parts = [f":::safe-version\n**In short.** {self.sentence()}\n:::\n\n"]
        while sum(map(len, parts)) < wanted:
            parts.append(f"## {self.sentence()[:50].rstrip('. ')}\n\n")
            parts += [" ".join(self.sentence() for _ in range(4)) + "\n\n" for _ in range(2)]
            parts.append("".join(f"- {self.sentence()}\n" for _ in range(3)) + "\n")
        return "".join(parts)

    def _titles(self, title: str) -> dict[str, str]:
        return {"title": title, "discreet_title": title, "summary": self.sentence()}

    def _activities(self, folder: str, level: str, owner: str, outcomes: list[str]) -> None:
        for kind in self.kinds:
            data = kind.example(owner, outcomes, self.seed) if kind.level == level else None
            if data is not None:
                self._yaml(f"{folder}/{kind.filename}", data)

    def _yaml(self, name: str, data: Mapping[str, Any]) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_dump(data), "utf-8")


def _dump(data: Mapping[str, Any]) -> str:
    import yaml  # as in strict_yaml: no start waits for it

    return yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=1_000)


def copied(release: Release, number: int, codes: Mapping[str, str]) -> Release:
    """Return the compiled invented course as another one.

    Args:
        release: compiled from the files of `InventedCourse`.
        number: at least 1, at most 9,999; part of every id.
        codes: address in `release` → address in the copy.

    """
    pillar = PILLARS[number % len(PILLARS)]

    def text(content: Compiled) -> str:
        return renamed(content.data.decode(), number)

    def outline(content: Compiled) -> Compiled:
        return Compiled.of(_addressed(json.loads(text(content)), codes) | {"pillar": pillar})

    def activity(content: Compiled) -> Compiled:
        data = text(content).encode()
        return Compiled(data, content_hash(data))

    return replace(
        release,
        course_id=renamed(release.course_id, number),
        outlines={lang: outline(item) for lang, item in release.outlines.items()},
        lessons={(renamed(lesson, number), lang): item for (lesson, lang), item in release.lessons.items()},
        activities={
            (renamed(key, number), lang): replace(
                piece, owner=renamed(piece.owner, number), content=activity(piece.content)
            )
            for (key, lang), piece in release.activities.items()
        },
        manifest={renamed(key, number): fact for key, fact in release.manifest.items()},
    )


def renamed(text: str, number: int) -> str:
    """Return a text of the original with the ids and titles of the copy of this number.

    No hash holds an x, so that nothing else is met.
    """
    return text.replace(f"X{ORIGINAL}", f"X{number:04}").replace(f"x{ORIGINAL}", f"x{number:04}")


def _addressed(outline: dict[str, Any], codes: Mapping[str, str]) -> dict[str, Any]:
    """Put the copy's addresses into an outline."""
    for part in (
        outline,
        *outline["modules"],
        *(lesson for module in outline["modules"] for lesson in module["lessons"]),
    ):
        part["code"] = codes[part["code"]]
    return outline
