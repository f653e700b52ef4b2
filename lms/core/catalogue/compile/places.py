"""Where courses lie: those that came with the package, and the site's own, which win over them."""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import as_file, files
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """The folder of one course. Folders inside an installed package are never written to."""

    id: str
    folder: Path
    editable: bool


@cache
def bundled() -> tuple[Path, bool]:
    """Return the folder of the courses that came along, and whether it is a checkout that may be written to."""
    with as_file(files("lms")) as package:
        inside = package / "courses"
        return (inside, False) if inside.is_dir() else (package.parent / "courses", True)


@lru_cache(maxsize=64)
def shelves(data: Path, name: str) -> tuple[Path, ...]:
    """Return where folders of a name lie beside the courses, the site's own last, since it wins over what came along.

    Looked up once a process, as what lies in them is read once.
    """
    return tuple(folder / name for folder in (bundled()[0], data / "courses") if (folder / name).is_dir())


def places(data: Path, also: Path | None = None) -> dict[str, Place]:
    """Return every course by its folder's name.

    Args:
        data: the data folder; a course in `courses/` there wins over one of the same name that came along.
        also: one more folder of courses, which wins over both.

    """
    folder, editable = bundled()
    found: dict[str, Place] = {}
    for parent, may_write in ((folder, editable), (data / "courses", True), (also, True)):
        if parent is not None and parent.is_dir():
            for path in sorted(parent.iterdir()):
                if (path / "course.yaml").is_file():
                    found[path.name] = Place(path.name, path, may_write)
    return dict(sorted(found.items()))
