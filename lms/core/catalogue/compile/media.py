"""Pictures of lessons: few, small, raster only, and written anew so that nothing but the picture is left."""

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms import lazy_gettext as L_
from lms.core.catalogue.compile.inline import address_faults
from lms.core.catalogue.domain.contracts import ActivityContext, ActivityType
from lms.core.catalogue.domain.problems import Problem

LARGEST_FILE = 2_000_000
LARGEST_PICTURE = 150_000
MOST_PIXELS = 25_000_000
WIDEST = 1440
_FORMATS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*\.(?:png|jpe?g|webp)$")


@dataclass(frozen=True)
class Medium:
    """A picture ready to be kept; its name is the hash of its bytes."""

    name: str
    data: bytes
    width: int
    height: int

    @property
    def address(self) -> str:
        return f"media/{self.name}"


class _Refused(Exception):  # noqa: N818
    pass


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
            found[f"media/{path.name}"] = _read(path)
        except _Refused as error:
            mend = L_("Save it as a PNG, JPEG or WebP of at most 25 megapixels and 2 MB.")
            message = L_("The picture cannot be read: %(detail)s.")
            problems.append(Problem(file, 1, "media-broken", message, mend, "error", {"detail": error}))
            continue
        if len(found[f"media/{path.name}"].data) > LARGEST_PICTURE:
            message = L_("The picture weighs %(size)s KB.")
            mend = L_("Make it smaller: many people read on slow lines.")
            size = len(found[f"media/{path.name}"].data) // 1000
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


def _read(path: Path) -> Medium:
    # A web process never reads pictures; importing the library costs it 8 MiB.
    from PIL import Image, UnidentifiedImageError

    data = path.read_bytes()
    if len(data) > LARGEST_FILE:
        raise _Refused(f"{len(data) // 1000} KB")
    try:
        with Image.open(io.BytesIO(data), formats=list(_FORMATS)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise _Refused(f"{image.width} × {image.height}")
            kind = str(image.format)
            clean = image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise _Refused(type(error).__name__) from error
    clean.thumbnail((WIDEST, WIDEST))
    clean.info.clear()
    out = io.BytesIO()
    if kind == "JPEG":
        clean.convert("RGB").save(out, "JPEG", quality=82, optimize=True)
    else:
        clean.save(out, kind, **({"optimize": True} if kind == "PNG" else {"quality": 82}))
    new = out.getvalue()
    return Medium(f"{hashlib.sha256(new).hexdigest()[:32]}.{_FORMATS[kind]}", new, clean.width, clean.height)
