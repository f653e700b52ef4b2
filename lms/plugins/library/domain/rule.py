"""What the library has to say on a course: names of terms and cards that lead nowhere, and words that are not the fixed ones."""

from collections.abc import Collection, Iterator, Sequence

from lms import lazy_gettext as L_
from lms.core.catalogue.api import CourseSource, Problem, Segment
from lms.plugins.library.domain.glossary import Keeper, renderings


def references(course: CourseSource, terms: Collection[str], cards: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each term or card that a lesson names and nobody has written."""
    for lesson in course.lessons:
        for key, names, known in (("glossary", lesson.meta.glossary, terms), ("cards", lesson.meta.cards, cards)):
            for index, name in enumerate(names):
                if name not in known:
                    message = L_("“%(name)s” under “%(key)s” leads nowhere.")
                    mend = L_("Look for a spelling mistake, or write it first.")
                    line = lesson.lines.at((key, index))
                    values = {"name": name, "key": key}
                    yield Problem(lesson.file, line, "library-unknown", message, mend, "warning", values)


def said_otherwise(course: CourseSource, segments: Sequence[Segment], keeper: Keeper) -> Iterator[Problem]:
    """Yield a problem for each translation that does not use the fixed rendering of a term."""
    if course.meta.source_language == "en":
        yield from renderings(keeper, segments, course.catalogues)
