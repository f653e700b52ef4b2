"""What stands beside lessons: notes for trainers, and the table of who must read a course."""

import pytest

from lms.core.catalogue.compile.blocks import BLOCKS
from lms.core.catalogue.compile.release import compile_release
from lms.host import i18n
from tests.core.catalogue.conftest import Well

NOTES = """\
---
minutes: 30
people: "4 to 8"
materials: ["A rope"]
status: draft
review_due: 2027-11-22
---

## Plan

| Minutes | What |
|---|---|
| 10 | Look |
| 20 | Dig |

:::warning
**Mind the edge.** It gives way.
:::
"""
READERS = """\
readers:
  - {who: trainer, done: {W-1.1: 2026-11-20}}
  - {who: lawyer, lessons: [W-1.2]}
"""


def noted(well: Well, text: str = NOTES) -> None:
    well.lesson.with_name("trainer.md").write_text(text)


FAULTS = [
    ("minutes: 30", "minutes: 45", "trainer-plan"),
    ("| 20 | Dig |", "| later | Dig |", "trainer-plan"),
    ("minutes: 30\n", "", "field-missing"),
    ("status: draft", "status: reviewed", "review-missing"),
    (":::warning", ":::action{id=a1}", "block-unknown"),
    ("---\nminutes", "minutes", "front-missing"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code"), FAULTS)
def test_planted_faults_in_notes_are_found(well: Well, old: str, new: str, code: str) -> None:
    noted(well)
    assert well.codes() == []
    noted(well, NOTES.replace(old, new, 1))
    assert well.codes() == [code]


def test_notes_are_kept_beside_the_outline_and_not_in_it(well: Well) -> None:
    noted(well)
    course = well.check().course
    assert course is not None
    codes = dict.fromkeys(("well", "W-1", "W-1.1", "W-1.2"), "x")
    release = compile_release(course, languages=("en", "fr"), codes=codes, blocks=BLOCKS, speak=i18n.using)
    assert [key for key in release.activities if key[0] == "W-1.1-trainer"] == [("W-1.1-trainer", "en")]
    assert b"Mind the edge" in release.activities["W-1.1-trainer", "en"].content.data
    shown = [item.data for item in (*release.outlines.values(), *release.lessons.values())]
    assert not [data for data in shown if b"trainer" in data or b"Mind the edge" in data]


READER_FAULTS = [
    ("lessons: [W-1.2]", "lessons: [W-7.7]", "reader-lesson"),
    ("{W-1.1: 2026-11-20}", "{W-9.9: 2026-11-20}", "reader-lesson"),
    ("lessons: [W-1.2]", "lessons: [W-1.2], done: {W-1.1: 2026-11-20}", "reader-lesson"),
    ("who: lawyer", "who: native-reader", "reader-lang"),
    ("who: lawyer", "who: neighbour", "field-choice"),
    ("2026-11-20", "soon", "field-date"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code"), READER_FAULTS)
def test_planted_faults_in_the_table_of_readers_are_found(well: Well, old: str, new: str, code: str) -> None:
    well.course.write_text(well.course.read_text() + READERS)
    assert well.codes() == []
    well.swap(well.course, old, new)
    assert well.codes() == [code]


def test_a_lesson_is_not_reviewed_before_everybody_has_read_it(well: Well) -> None:
    well.course.write_text(well.course.read_text() + READERS)
    well.swap(well.lesson, "status: draft", 'status: reviewed\nreviewed: "2026-11-20, trainer"')
    assert well.codes() == []
    well.swap(well.course, "done: {W-1.1: 2026-11-20}", "done: {}")
    problem = well.error()
    assert (problem.code, problem.file) == ("reader-open", "well/10-digging/10-place/lesson.md")


def test_a_clinician_reads_what_is_hard_and_somebody_each_translation(well: Well) -> None:
    well.course.write_text(well.course.read_text() + READERS)
    well.swap(well.course, "pillar: physical", "pillar: wellbeing")
    well.swap(well.lesson, "level: 1", "level: 2")
    well.po("fr", "")
    assert [item.code for item in well.check().warnings] == ["reader-missing", "reader-missing"]
    rows = "  - {who: clinician, lessons: [W-1.1]}\n  - {who: native-reader, lang: fr}\n"
    well.course.write_text(well.course.read_text() + rows)
    assert well.check().warnings == []
