"""Stylesheets, script and icon: three themes from one source, small, named by content, compressed beforehand.

Built from Python once per change of a source file, at the first start or by the wheel's builder; never committed.
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli
from flask import current_app, request
from whitenoise import WhiteNoise

from lms.host.plugin import Host, StartupError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

STYLESHEET = "veer.css"
THEMES = ("auto", "light", "dark")
DARK = "@media screen and (prefers-color-scheme:dark){"
RECIPE = 3  # raise when the way of building changes: it is part of the name of the built folder
HASH_LENGTH = 10
MANIFEST = "manifest.json"
SQUEEZED = (".css", ".js", ".txt")
DAY = 86_400
ICON_SIDE = 32
ICON_SAMPLES = 4
ICON_COLOURS = ((12, 74, 91), (242, 182, 48))  # brand and sun of the stylesheet


class Static:
    """The built files and where they are served."""

    def __init__(self, folder: Path, names: Mapping[str, str]) -> None:
        self._folder = folder
        self._names = names

    def url(self, name: str) -> str:
        """Return the address of a file below the application's own root.

        Args:
            name: `veer.auto.css`, `comfort.js`, or `<package>/<file>`.

        Raises:
            KeyError: no package brings it.

        """
        return f"/static/{self._names[name]}"

    def stylesheet(self, theme: str) -> str:
        """Return the address of the stylesheet of a theme; unknown themes follow the device."""
        return self.url(f"veer.{theme if theme in THEMES else 'auto'}.css")

    def wrap(self, application: "WSGIApplication") -> "WSGIApplication":
        """Serve the built files in front of the application."""
        served = WhiteNoise(
            application,
            root=str(self._folder / "static"),
            prefix="static",
            max_age=DAY,
            allow_all_origins=False,
            immutable_file_test=_is_hashed,
            add_headers_function=_tag_by_content,
        )
        served.add_files(str(self._folder / "root"))
        wrapped: WSGIApplication = served
        return wrapped


def prepare(host: Host, cache: Path) -> Static:
    """Build what the loaded packages bring, unless it is already there.

    Args:
        host: the loaded plugins; each one's files lie in its `static/<name>/`.
        cache: where built files are kept between starts.

    Raises:
        StartupError: a plugin's static folder is not named like the plugin.

    """
    sources = dict(_sources(host))
    digest = hashlib.sha256(f"{RECIPE}".encode())
    for name in sorted(sources):
        digest.update(f"\0{name}\0{len(sources[name])}\0".encode() + sources[name])
    folder = cache / f"static-{digest.hexdigest()[:16]}"
    if not (folder / MANIFEST).is_file():
        _build_beside(sources, folder)
    return Static(folder, json.loads((folder / MANIFEST).read_text("utf-8")))


def asset(name: str) -> str:
    """Return the address of a static file, for templates."""
    static: Static = current_app.extensions["lms_static"]
    return request.script_root + static.url(name)


def stylesheet(theme: str) -> str:
    """Return the address of the one stylesheet of a theme, for templates."""
    static: Static = current_app.extensions["lms_static"]
    return request.script_root + static.stylesheet(theme)


def build(sources: Mapping[str, bytes], folder: Path) -> None:
    """Write every built file, its compressed forms and the list of names below `folder`."""
    names = {}
    for name, data in _derived(sources):
        stem, dot, suffix = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(data).hexdigest()[:HASH_LENGTH]}{dot}{suffix}"
        _write(folder / "static" / hashed, data)
        names[name] = hashed
    _write(folder / "root" / "favicon.ico", icon())
    (folder / MANIFEST).write_text(json.dumps(names, indent=1, sort_keys=True), "utf-8")


def themed(css: str, theme: str) -> str:
    """Return the stylesheet of one theme: the dark colours as the device asks, never, or always on screens.

    Raises:
        StartupError: the source has no block of dark colours.

    """
    start = css.find(DARK)
    if start < 0:
        message = f"{STYLESHEET} has no block {DARK}…}}"
        raise StartupError(message)
    end = _closing_brace(css, start + len(DARK))
    replacement = {
        "auto": css[start : end + 1],
        "light": "",
        "dark": f"@media screen{{{css[start + len(DARK) : end]}}}",
    }
    return css[:start] + replacement[theme] + css[end + 1 :]


def minified(css: str) -> str:
    """Return CSS without comments and idle white space; strings stay as they are."""
    parts = re.split(r"""("[^"]*"|'[^']*')""", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    for index in range(0, len(parts), 2):
        text = re.sub(r"\s+", " ", parts[index])
        text = re.sub(r" ?([{};,>]) ?", r"\1", text)
        parts[index] = re.sub(r": ", ":", text).replace(";}", "}")
    return "".join(parts).strip()


def plain_script(script: str) -> str:
    """Return a script without its comment lines and indentation."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def icon() -> bytes:
    """Return the leaf as an icon file: no words, no colour of a cause, the same on every page."""
    picture = _png(ICON_SIDE, _leaf)
    head = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", ICON_SIDE, ICON_SIDE, 0, 0, 1, 32, len(picture), len(head) + 16)
    return head + entry + picture


def _leaf(x: float, y: float) -> int | None:
    """Index of the colour at a point of the unit square: where two quarter circles overlap, with a vein."""
    if (x - 1) ** 2 + y**2 > 1 or x**2 + (y - 1) ** 2 > 1:
        return None
    return int(abs(x - y) < 0.06)


def _png(side: int, paint: Any) -> bytes:
    steps = [(index + 0.5) / ICON_SAMPLES for index in range(ICON_SAMPLES)]
    rows = bytearray()
    for row in range(side):
        rows.append(0)
        for column in range(side):
            hits = [paint((column + dx) / side, (row + dy) / side) for dx in steps for dy in steps]
            seen = [hit for hit in hits if hit is not None]
            channels = zip(*(ICON_COLOURS[hit] for hit in seen), strict=True) if seen else ((0,), (0,), (0,))
            rows.extend(sum(channel) // len(channel) for channel in map(tuple, channels))
            rows.append(255 * len(seen) // len(hits))
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _derived(sources: Mapping[str, bytes]) -> Iterable[tuple[str, bytes]]:
    for name, data in sources.items():
        if name == STYLESHEET:
            for theme in THEMES:
                yield f"veer.{theme}.css", minified(themed(data.decode(), theme)).encode()
        elif name.endswith(".css"):
            yield name, minified(data.decode()).encode()
        elif name.endswith(".js"):
            yield name, plain_script(data.decode()).encode()
        else:
            yield name, data


def _sources(host: Host) -> Iterable[tuple[str, bytes]]:
    with as_file(files("lms.host")) as package:
        yield from _files(package / "static", "")
    for plugin in host.plugins:
        if plugin.name == "host":
            continue
        with as_file(files(plugin.package)) as package:
            folder = package / "static"
            if not folder.is_dir():
                continue
            if strangers := [item.name for item in folder.iterdir() if item.name != plugin.name]:
                message = f"{folder} holds {', '.join(strangers)}; files of {plugin.name!r} go in static/{plugin.name}/"
                raise StartupError(message)
            yield from _files(folder / plugin.name, f"{plugin.name}/")


def _files(folder: Path, prefix: str) -> Iterable[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield prefix + path.relative_to(folder).as_posix(), path.read_bytes()


def _build_beside(sources: Mapping[str, bytes], folder: Path) -> None:
    """Build in a folder of our own and move it into place, so that two starts at once do not meet half a build."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix="static-part-", dir=folder.parent))
    build(sources, part)
    try:
        part.rename(folder)
    except OSError:
        shutil.rmtree(part)
        if not (folder / MANIFEST).is_file():
            raise


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    forms = {"": data}
    if path.suffix in SQUEEZED:
        forms[".gz"] = gzip.compress(data, 9, mtime=0)
        forms[".br"] = brotli.compress(data, quality=11)
    for ending, form in forms.items():
        target = path.with_name(path.name + ending)
        target.write_bytes(form)
        os.utime(target, (0, 0))  # the header Last-Modified must not tell when the server was installed (NET-9)


def _closing_brace(css: str, start: int) -> int:
    depth = 1
    for index in range(start, len(css)):
        depth += {"{": 1, "}": -1}.get(css[index], 0)
        if depth == 0:
            return index
    message = f"{STYLESHEET} has a brace that is never closed"
    raise StartupError(message)


def _is_hashed(_path: str, url: str) -> bool:
    return url.startswith("/static/")


def _tag_by_content(headers: Any, path: str, _url: str) -> None:
    headers["ETag"] = f'"{hashlib.sha256(Path(path).read_bytes()).hexdigest()[:HASH_LENGTH]}"'
