"""PDF through a warm process of its own, so that no web worker ever loads WeasyPrint.

The process is spawned (never forked) on the first document, reused, limited in CPU, memory and time, and ends when it
has been idle. It inherits no descriptor, no secret and no setting. What it may draw is what it is handed: the document, the
files beside it and the fonts of this package.
"""

import atexit
import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import IO

from lms.host.lane import step_aside

INSTALL = "apt-get install --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0"
LIBRARIES = ("pangoft2-1.0", "harfbuzz-subset")

ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "WEASYPRINT_DLL_DIRECTORIES")
"""Where libraries are found; every other variable stays outside the process (OPS-2)."""

_CHILD = Path(__file__).with_name("render_child.py")
_COVERAGE = Path(__file__).with_name("fonts") / "coverage.txt"


class RenderError(RuntimeError):
    """A document could not be made. The text names the kind of fault, never the document's words."""


class RenderUnavailable(RenderError):  # noqa: N818 - a state of the machine, named so in the pages
    """The system libraries that PDF needs are missing; the text is the line that installs them."""

    def __init__(self) -> None:
        super().__init__(INSTALL)


@dataclass(frozen=True)
class Limits:
    """What one render process may use (UPL-4).

    Args:
        cpu: seconds of CPU time for one document, and for starting.
        memory: bytes of address space.
        file_size: bytes of the largest file it may write.
        wall: seconds until the parent kills it.
        idle: seconds without a document after which it ends by itself.

    """

    cpu: int = 10
    memory: int = 512 * 1024 * 1024
    file_size: int = 300 * 1024 * 1024
    wall: float = 30.0
    idle: float = 300.0


@dataclass(frozen=True)
class Attachment:
    """A file carried inside the PDF.

    Args:
        name: file name inside the PDF; neutral (CACHE-4).
        data: its bytes.
        description: what a reader is shown about it.

    """

    name: str
    data: bytes
    description: str = ""


class Renderer:
    """One render process and the lock in front of it; safe to call from many threads."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def pdf(
        self,
        html: str,
        *,
        stylesheet: str = "",
        files: Mapping[str, bytes] | None = None,
        attachments: Sequence[Attachment] = (),
        variant: str = "pdf/a-3a",
    ) -> bytes:
        """Return the PDF of a document; the same input gives the same bytes (CERT-6).

        Args:
            html: a whole document with `lang` on its root and a title.
            stylesheet: CSS text; parsed once for as long as the process lives.
            files: bytes the document refers to as `memory:<name>`.
            attachments: files to carry inside.
            variant: a WeasyPrint variant; the default is tagged, archivable and may carry files.

        Raises:
            RenderUnavailable: the system libraries are missing.
            RenderError: the document broke a limit or could not be drawn.

        """
        job = {
            "html": html,
            "stylesheet": stylesheet,
            "files": {name: _text(data) for name, data in (files or {}).items()},
            "attachments": [
                {"name": item.name, "data": _text(item.data), "description": item.description} for item in attachments
            ],
            "variant": variant,
        }
        line = json.dumps(job).encode() + b"\n"
        step_aside()
        with self._lock:
            reused = self._child is not None and self._child.alive()
            try:
                return self._ask(line)
            except _Gone:
                if not reused:
                    message = "the render process ended: a limit was reached"
                    raise RenderError(message) from None
            try:
                return self._ask(line)
            except _Gone:
                message = "the render process ended twice: a limit was reached"
                raise RenderError(message) from None

    def close(self) -> None:
        """End the process; the next document starts another."""
        with self._lock:
            self._drop()

    @property
    def process(self) -> "subprocess.Popen[bytes] | None":
        """The running process, for tests and health pages."""
        return self._child.process if self._child else None

    def _ask(self, line: bytes) -> bytes:
        if self._child is None or not self._child.alive():
            self._drop()
            self._child = _Child(self._limits)
        try:
            return self._child.ask(line)
        except (_Gone, RenderUnavailable):
            self._drop()
            raise

    def _drop(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


class _Gone(Exception):  # noqa: N818 - a signal between two classes of this module, never seen outside
    """The process ended instead of answering."""


class _Child:
    """A started process with its private folder."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._owner = os.getpid()
        self._folder = tempfile.TemporaryDirectory(prefix="render-", ignore_cleanup_errors=True)
        environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        environment |= {"LANG": "C.UTF-8", "TMPDIR": self._folder.name}
        self.process = subprocess.Popen(  # noqa: S603 - our own file and interpreter, no shell
            [sys.executable, "-I", str(_CHILD), json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=environment,
            close_fds=True,
            start_new_session=True,
        )
        try:
            self._read()
        except BaseException:
            self.end()
            raise

    def alive(self) -> bool:
        """Whether the process runs and is ours."""
        return self._owner == os.getpid() and self.process.poll() is None

    def ask(self, line: bytes) -> bytes:
        """Hand over one job and wait for its answer."""
        try:
            with self._deadline():
                pipe = _pipe(self.process.stdin)
                pipe.write(line)
                pipe.flush()
        except OSError:
            raise _Gone from None
        return self._read()

    def end(self) -> None:
        """Close the pipes, make sure it is gone, remove its folder."""
        if self._owner == os.getpid():
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                _pipe(pipe).close()
            except OSError:
                continue
        if self._owner == os.getpid():
            self._folder.cleanup()

    def _read(self) -> bytes:
        pipe = _pipe(self.process.stdout)
        with self._deadline():
            head = pipe.readline()
            if not head:
                raise _Gone
            answer = json.loads(head)
            if answer.get("unavailable"):
                raise RenderUnavailable
            if not answer["ok"]:
                raise RenderError(answer["error"])
            body = pipe.read(answer["size"])
        if len(body) != answer["size"]:
            raise _Gone
        return body

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        timer = threading.Timer(self._limits.wall, self.process.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        message = "the process was started without pipes"
        raise RuntimeError(message)
    return pipe


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@cache
def _covered() -> frozenset[int]:
    spans = (span for line in _COVERAGE.read_text(encoding="ascii").splitlines() for span in line.split()[1:])
    pairs = (span.split("-") for span in spans)
    return frozenset(code for first, last in pairs for code in range(int(first, 16), int(last, 16) + 1))


def unprintable(text: str) -> tuple[str, ...]:
    """Return the characters of `text` that our fonts cannot draw, each once, in order of appearance."""
    return tuple(character for character in dict.fromkeys(text) if ord(character) not in _covered())


_known = threading.Event()
_renderer = Renderer()
atexit.register(_renderer.close)


def render_pdf(
    html: str,
    *,
    stylesheet: str = "",
    files: Mapping[str, bytes] | None = None,
    attachments: Sequence[Attachment] = (),
    variant: str = "pdf/a-3a",
) -> bytes:
    """Return the PDF of a document from this process's renderer; see `Renderer.pdf`."""
    return _renderer.pdf(html, stylesheet=stylesheet, files=files, attachments=attachments, variant=variant)


def available() -> bool:
    """Whether the system libraries are there, without loading them; once found, they are not looked for again."""
    if not _known.is_set() and all(find_library(name) for name in LIBRARIES):
        _known.set()
    return _known.is_set()
