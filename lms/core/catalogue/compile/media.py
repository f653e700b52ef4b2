"""Pictures of lessons: few, small, raster only, and written anew so that nothing but the picture is left."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lms import lazy_gettext as L_
from lms.core.catalogue.compile.inline import address_faults
from lms.core.catalogue.domain.contracts import ActivityContext, ActivityType, Medium
from lms.core.catalogue.domain.problems import Problem
from lms.host.pictures import Unreadable, rewritten

LARGEST_PICTURE = 150_000
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*\.(?:png|jpe?g|webp)$")


def read_media(folder: Path, name: str) -> tuple[dict[str, Medium], list[Problem]]:
    """Read the pictures of one lesson.

    Args:
        folder: its `media` folder, which need not exist.
        name: the folder's path, for problems.

    Returns:
        Pictures by the address that an author writes (`media/map.png`), and what is wrong with the others.

    """
    found: dict[str, Medium] = {}
    problems: list[Problem] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        file = f"{name}/{path.name}"
        if path.name.startswith("."):
            continue
        if not path.is_file() or not _NAME.match(path.name):
            message = L_("“%(name)s” is not a picture that can be used.")
            mend = L_("Use PNG, JPEG or WebP with a plain name; SVG files can hold scripts and are refused.")
            problems.append(Problem(file, 1, "media-kind", message, mend, "error", {"name": path.name}))
            continue
        try:
            made = rewritten(path.read_bytes())
        except Unreadable as error:
            mend = L_("Save it as a PNG, JPEG or WebP of at most 25 megapixels and 2 MB.")
            message = L_("The picture cannot be read: %(detail)s.")
            if error.fault == "animated":
                message, mend = L_("The picture moves: %(detail)s."), L_("Save one still picture of it.")
            problems.append(Problem(file, 1, "media-broken", message, mend, "error", {"detail": error.detail}))
            continue
        found[f"media/{path.name}"] = Medium(made.name, made.data, made.width, made.height)
        if len(made.data) > LARGEST_PICTURE:
            message = L_("The picture weighs %(size)s KB.")
            mend = L_("Make it smaller: many people read on slow lines.")
            size = len(made.data) // 1000
            problems.append(Problem(file, 1, "media-heavy", message, mend, "warning", {"size": size}))
    return found, problems


def named_faults(
    kind: ActivityType, data: Mapping[str, Any], context: ActivityContext, media: Mapping[str, Medium]
) -> Iterator[Problem]:
    """Yield what is wrong with the pictures that an activity names; `media` are those of its folder."""
    for at, src in kind.pictures(data):
        line, strange = context.lines.at(at), list(address_faults(src))
        for code, message, mend, values in strange:
            yield Problem(context.file, line, code, message, mend, "error", values)
        if not strange and src not in media:
            message = L_("There is no picture “%(src)s” that can be used.")
            mend = L_("Put the file into the folder media/ beside this file.")
            yield Problem(context.file, line, "picture-missing", message, mend, "error", {"src": src})
