"""What the running site gives to the compiler: its plugins' blocks and activities, its languages, its folders."""

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from pathlib import Path

from flask import current_app

from lms.core.catalogue.compile.check import Checked, check_course
from lms.core.catalogue.compile.places import Place, places
from lms.core.catalogue.compile.rules import CourseRule
from lms.core.catalogue.domain.contracts import ActivityType, BlockType
from lms.core.catalogue.domain.history import History
from lms.host import clock, i18n
from lms.host.kept import Kept
from lms.host.plugin import current_host
from lms.host.settings import Settings

_read: Kept[Checked] = Kept(16)


def blocks() -> tuple[BlockType, ...]:
    return current_host().all(BlockType)  # type: ignore[type-abstract]


def codes_of_languages() -> list[str]:
    """Return the codes of the site's languages."""
    languages: i18n.Languages = current_app.extensions["lms_languages"]
    return [language.code for language in languages.all]


def speaking(lang: str) -> AbstractContextManager[object]:
    """Speak one of the site's languages, outside of a request too."""
    return i18n.using(lang, current_app.extensions["lms_languages"])


def all_places(also: Path | None = None) -> dict[str, Place]:
    """Return the courses that this site can read."""
    settings: Settings = current_app.config["LMS"]
    return places(settings.folder, also)


def checked(place: Place, *, history: History | None, offline: bool = False) -> Checked:
    """Read and check one course with everything that this site's plugins bring; `offline`, without a database."""
    kinds = current_host().all(ActivityType)  # type: ignore[type-abstract]
    return check_course(
        place.folder,
        kinds=[kind.offline() for kind in kinds] if offline else kinds,
        blocks=blocks(),
        today=clock.today(),
        history=history,
        rules=current_host().all(CourseRule),
    )


def checked_once(place: Place, release: object, beside: Hashable, history: Callable[[], History | None]) -> Checked:
    """Return the same, kept until a file of the course changes, a release is published or the day ends.

    Args:
        place: the course.
        release: the release that is offered.
        beside: from `beside_files`; another one means that the course is checked again.
        history: the ids of earlier releases.

    """
    plugins = tuple(plugin.package for plugin in current_host().plugins)
    key = (plugins, place.folder, release, beside, clock.today(), _state(place.folder))
    return _read.get(key) or _read.put(key, checked(place, history=history()))


def beside_files() -> Hashable:
    """Return the state of everything that courses are checked against besides their files, such as a bank of questions."""
    kinds = current_host().all(ActivityType)  # type: ignore[type-abstract]
    askers = dict.fromkeys(kind.rests_on() for kind in kinds)
    return tuple(ask() for ask in askers if ask is not None)


def _state(folder: Path) -> tuple[int, int, int]:
    """Number, sizes and newest moment of all files: cheap, and different after every edit."""
    stats = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return len(stats), sum(stat.st_size for stat in stats), max((stat.st_mtime_ns for stat in stats), default=0)
