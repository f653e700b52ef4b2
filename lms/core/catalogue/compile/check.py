"""Everything that can be said about a course folder without a database, in one call."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lms import lazy_gettext as L_
from lms.core.catalogue.compile.identity import doubles, permanence
from lms.core.catalogue.compile.inline import plain_faults
from lms.core.catalogue.compile.lint import lint
from lms.core.catalogue.compile.po import Coverage, bind, coverage
from lms.core.catalogue.compile.readers import readers
from lms.core.catalogue.compile.rules import CourseRule
from lms.core.catalogue.compile.segments import segments
from lms.core.catalogue.compile.tree import CourseSource, read_course
from lms.core.catalogue.domain.contracts import ActivityType, BlockType
from lms.core.catalogue.domain.history import History
from lms.core.catalogue.domain.problems import Problem, errors, in_order
from lms.core.catalogue.domain.segments import Segment


@dataclass
class Checked:
    """A course folder, read and checked; `course` is None when not even `course.yaml` could be read."""

    name: str
    course: CourseSource | None
    problems: list[Problem]
    segments: list[Segment] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        return errors(self.problems)

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if not problem.is_error]


def check_course(
    folder: Path,
    *,
    kinds: Iterable[ActivityType],
    blocks: Iterable[BlockType],
    today: date,
    history: History | None = None,
    rules: Iterable[CourseRule] = (),
) -> Checked:
    """Read and check one course folder; never raises for what an author may write.

    Args:
        folder: holds `course.yaml`.
        kinds: the activity types of the site.
        blocks: the block types of the site.
        today: for reviews that are due.
        history: the ids of earlier releases; None before the first one.
        rules: checks that other packages add.

    """
    read = read_course(folder, kinds, blocks)
    problems = read.problems
    course = read.course
    # What could not be read has not vanished: permanence is judged once everything is there.
    whole = not errors(problems)
    if course is None:
        return Checked(folder.name, None, in_order(problems))
    if course.meta.id != folder.name:
        message = L_("The folder is called “%(folder)s”, the course “%(id)s”.")
        mend = L_("Call the folder like the id of the course.")
        values = {"folder": folder.name, "id": course.meta.id}
        file = f"{folder.name}/course.yaml"
        problems.append(Problem(file, course.lines.at(("id",)), "course-folder", message, mend, "error", values))
    found = list(segments(course))
    problems.extend(_source_faults(course, found))
    for catalogue in course.catalogues.values():
        problems.extend(bind(catalogue, found))
    problems.extend(doubles(course))
    if history is not None and whole:
        problems.extend(permanence(course, history))
    problems.extend(readers(course))
    problems.extend(lint(course, today))
    for rule in rules:
        problems.extend(rule.check(course, found))
    covered = [coverage(catalogue, found) for catalogue in course.catalogues.values()]
    return Checked(folder.name, course, in_order(problems), found, covered)


def _source_faults(course: CourseSource, found: Iterable[Segment]) -> Iterable[Problem]:
    for segment in found:
        if not segment.markdown:
            for code, message, mend, values in plain_faults(segment.text):
                yield Problem(
                    f"{course.folder.name}/{segment.file}", segment.line, code, message, mend, "error", values
                )
