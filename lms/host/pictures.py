"""Pictures written anew, so that nothing but the picture is left (UPL-1, UPL-2).

`rewritten` is all there is to it. What strangers hand in goes through `apart`, which does the same in a process that
may use little, ends after one batch, and is handed nothing but the files (UPL-4). Run by path, this file is that
process; so it imports nothing of ours at the top.
"""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

LARGEST_FILE = 2_000_000
MOST_PIXELS = 25_000_000
WIDEST = 1440
FORMATS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
CPU, MEMORY, WALL = 10, 512 * 1024 * 1024, 30.0
_ORIENTATION = 0x0112
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}  # how it was held, and the turn of Pillow that puts it right
_LEFT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
_one = threading.Lock()

Fault = Literal["large", "pixels", "animated", "kind"]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A picture as it may be kept; `name` is made of its bytes."""

    name: str
    data: bytes
    width: int
    height: int


class Unreadable(Exception):  # noqa: N818 - an answer, not a fault
    """It is no picture that may be kept; `detail` is for whoever mends it."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(fault, detail)
        self.fault = fault
        self.detail = detail


Rewrite = Callable[[Sequence[bytes]], Sequence[Rewritten | Fault]]
"""Writes several pictures anew; what cannot be read says why."""


def rewritten(data: bytes) -> Rewritten:
    """Return a picture with nothing in it but its pixels: turned as it was held, and no wider than a page needs.

    Raises:
        Unreadable: too large, moving, or no PNG, JPEG or WebP.

    """
    if len(data) > LARGEST_FILE:
        raise Unreadable("large", f"{len(data) // 1000} KB")
    try:
        return _rewritten(data)
    except Unreadable:
        raise
    except Exception as error:  # whatever the library makes of a hostile file, it is no picture
        raise Unreadable("kind", type(error).__name__) from error


def _rewritten(data: bytes) -> Rewritten:
    # A web process never reads pictures; importing the library costs it 8 MiB.
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=list(FORMATS)) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Unreadable("pixels", f"{image.width} × {image.height}")
        several = image.format == "MPO"  # a JPEG with others behind it, as telephones make them
        if getattr(image, "is_animated", False) and not several:
            raise Unreadable("animated", f"{image.format}, {getattr(image, 'n_frames', 2)}")
        kind = "JPEG" if several else str(image.format)
        turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
        clean = image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
    clean.thumbnail((WIDEST, WIDEST))
    if turn is not None:
        clean = clean.transpose(Image.Transpose(turn))
    clean.info.clear()
    out = io.BytesIO()
    if kind == "JPEG":
        clean.convert("RGB").save(out, "JPEG", quality=82, optimize=True)
    else:
        clean.save(out, kind, **({"optimize": True} if kind == "PNG" else {"quality": 82}))
    new = out.getvalue()
    name = f"{hashlib.sha256(new).hexdigest()[:32]}.{FORMATS[kind]}"
    return Rewritten(name, new, clean.width, clean.height)


def here(batch: Sequence[bytes]) -> Sequence[Rewritten | Fault]:
    """Write pictures anew in this process, for files that its operator chose."""
    return [_tried(data) for data in batch]


def apart(batch: Sequence[bytes]) -> Sequence[Rewritten | Fault]:
    """Write pictures of strangers anew in a process of their own; those that use it up are not readable."""
    if not batch:
        return []
    from lms.host.lane import step_aside  # not at the top: the process apart runs this file alone

    step_aside()
    with _one:
        try:
            done = subprocess.run(  # noqa: S603 - our own file and interpreter, no shell
                [sys.executable, "-I", __file__, str(CPU), str(MEMORY)],
                input=json.dumps([base64.b64encode(data).decode() for data in batch]).encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _LEFT if name in os.environ},
                timeout=WALL,
                check=False,
            ).stdout
        except subprocess.TimeoutExpired as late:
            done = late.stdout or b""
    found = [_told(json.loads(line)) for line in done.splitlines(keepends=True) if line.endswith(b"\n")]
    missed: list[Rewritten | Fault] = ["kind"] * (len(batch) - len(found))
    return [*found, *missed]


def _tried(data: bytes) -> Rewritten | Fault:
    try:
        return rewritten(data)
    except Unreadable as why:
        return why.fault


def _told(row: dict[str, Any]) -> Rewritten | Fault:
    if "fault" in row:
        fault: Fault = row["fault"]
        return fault
    return Rewritten(row["name"], base64.b64decode(row["data"]), row["width"], row["height"])


def _main(cpu: int, memory: int) -> None:
    """Read a batch and answer with a line for each picture, so that those before a limit count."""
    from runpy import run_path

    child = run_path(str(Path(__file__).with_name("render_child.py")))
    child["restrict"]({"memory": memory, "file_size": 0})
    child["start_cpu_clock"](cpu)
    for held in json.load(sys.stdin):
        made = _tried(base64.b64decode(held))
        if isinstance(made, Rewritten):
            row = {"name": made.name, "width": made.width, "height": made.height}
            sys.stdout.write(json.dumps({**row, "data": base64.b64encode(made.data).decode()}))
        else:
            sys.stdout.write(json.dumps({"fault": made}))
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main(*map(int, sys.argv[1:]))
