"""What other packages may use of the catalogue.

Extension points: `ActivityType` (a file beside a lesson or module), `BlockType` (a `:::` block in a lesson) and
`CourseRule` (a check of courses).
Slot: `DESK_COURSE` on an author's page of a course.
Values for pages: `Outline`, `ModuleOutline`, `OutlineLesson`, `OutlineActivity`, `LessonBody`, `CompiledActivity`.

Reading (the first argument is a connection; what is immutable stays in a small in-process cache, so that these cost no
statement once a release is warm):

- `content_for(conn, code) -> ContentRef | None`: what a code of a URL stands for.
- `current_release(conn, course_id) -> UUID | None`: the release that a new enrolment takes.
- `outline(conn, release_id, lang) -> Outline | None`: one release in one language.
- `current_outlines(conn, lang) -> tuple[Outline, ...]`: every published course, for catalogues.
- `outlines(conn, release_ids, lang) -> Mapping[UUID, Outline]`: several at once.
- `lesson_body(conn, release_id, lesson_id, lang) -> LessonBody | None`
- `activity(conn, release_id, activity_id, lang) -> CompiledActivity | None`
- `all_activities(conn, release_ids) -> list[CompiledActivity]`: in every language, for lists of authors; read each time.

Files of one's own in the formats of courses: `read_yaml` and `validated` (strict YAML by a pydantic `Model`), `read_written`,
`impersonal` and `drawn` (a text with front matter), `Segment`,
`read_catalogue`, `bind`, `coverage`, `translator`, `template`, `merge` (PO files), `plain_faults` (what a plain text may
not hold), `address_faults` (why no picture can lie under an address), `measured` (what is hard to read) and `bundled` (the folder of content that came along), and
`shelves` (where what is no course lies beside it). For commands: `show`, `summary` and `write_translation`.

Joining: `course_table` (id, release_id), `release_table` (id, course_id, …), `code_table` (code, kind, content_id,
course_id) are Core tables, for foreign keys and for statements that go from a code to something of a person's.
"""

from lms.core.catalogue.compile.console import show, summary, write_translation
from lms.core.catalogue.compile.desk import DeskCourse
from lms.core.catalogue.compile.inline import address_faults, plain_faults
from lms.core.catalogue.compile.lint import Piece, measured, plain
from lms.core.catalogue.compile.media import LARGEST_PICTURE
from lms.core.catalogue.compile.merging import merge
from lms.core.catalogue.compile.places import bundled, shelves
from lms.core.catalogue.compile.po import Catalogue, Coverage, bind, coverage, read_catalogue, template, translator
from lms.core.catalogue.compile.rules import CourseRule
from lms.core.catalogue.compile.schema import Day, Line, Model, Prose, Slug, SourceEntry, Status
from lms.core.catalogue.compile.strict_yaml import load as read_yaml
from lms.core.catalogue.compile.texts import Written, drawn, impersonal, read_written
from lms.core.catalogue.compile.tree import CourseSource
from lms.core.catalogue.compile.validate import validated
from lms.core.catalogue.domain.contracts import (
    ActivityContext,
    ActivityType,
    BlockSource,
    BlockType,
    CompiledBlock,
    KeptPicture,
    Level,
    Medium,
)
from lms.core.catalogue.domain.pages import (
    PILLARS,
    TILES,
    Block,
    CompiledActivity,
    ContentNote,
    ContentRef,
    LessonBody,
    ModuleOutline,
    Outline,
    OutlineActivity,
    OutlineLesson,
    Review,
    Source,
)
from lms.core.catalogue.domain.problems import Lines, Problem, errors, in_order
from lms.core.catalogue.domain.segments import Segment, Translate, Words, direction
from lms.core.catalogue.events import Published
from lms.core.catalogue.models import Code, Course, Release
from lms.core.catalogue.queries import (
    activity,
    all_activities,
    content_for,
    current_outlines,
    current_release,
    lesson_body,
    outline,
    outlines,
)
from lms.host.slots import Slot

DESK_COURSE: Slot[DeskCourse] = Slot("catalogue.desk-course")

code_table = Code.__table__
course_table = Course.__table__
release_table = Release.__table__

__all__ = [
    "DESK_COURSE",
    "LARGEST_PICTURE",
    "PILLARS",
    "TILES",
    "ActivityContext",
    "ActivityType",
    "Block",
    "BlockSource",
    "BlockType",
    "Catalogue",
    "CompiledActivity",
    "CompiledBlock",
    "ContentNote",
    "ContentRef",
    "CourseRule",
    "CourseSource",
    "Coverage",
    "Day",
    "DeskCourse",
    "KeptPicture",
    "LessonBody",
    "Level",
    "Line",
    "Lines",
    "Medium",
    "Model",
    "ModuleOutline",
    "Outline",
    "OutlineActivity",
    "OutlineLesson",
    "Piece",
    "Problem",
    "Prose",
    "Published",
    "Review",
    "Segment",
    "Slug",
    "Source",
    "SourceEntry",
    "Status",
    "Translate",
    "Words",
    "Written",
    "activity",
    "address_faults",
    "all_activities",
    "bind",
    "bundled",
    "code_table",
    "content_for",
    "course_table",
    "coverage",
    "current_outlines",
    "current_release",
    "direction",
    "drawn",
    "errors",
    "impersonal",
    "in_order",
    "lesson_body",
    "measured",
    "merge",
    "outline",
    "outlines",
    "plain",
    "plain_faults",
    "read_catalogue",
    "read_written",
    "read_yaml",
    "release_table",
    "shelves",
    "show",
    "summary",
    "template",
    "translator",
    "validated",
    "write_translation",
]
