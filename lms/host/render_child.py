"""The render process: reads jobs as JSON lines, answers with PDF bytes, knows nothing of the site.

Run by path and isolated, so that it loads WeasyPrint and nothing of ours. Each answer is one JSON line, followed by
`size` bytes when `ok`. A failure is told by the type and place of the exception only: its text could hold what a
person typed (LOG-2).
"""

import base64
import json
import logging
import os
import select
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

FONTS = Path(__file__).with_name("fonts")
SCHEME = "memory:"
BASIC, MONO = "noto-serif-latin", "noto-sans-mono-latin"
"""The two fonts that are always loaded and stand first in their stacks."""
FIXED = datetime(2000, 1, 1, tzinfo=UTC)
"""Day written wherever the format insists on one, so that no file tells when it was made (CERT-6)."""

KEPT_SHEETS = 32

FORBIDDEN = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.fork",
)

FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><cachedir>{folder}</cachedir></fontconfig>
"""


def refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    """Stop network and processes at the interpreter, whatever a library tries (UPL-4)."""
    if event.startswith(FORBIDDEN):
        message = f"refused: {event}"
        raise PermissionError(message)


def restrict(limits: Mapping[str, int]) -> None:
    """Set the limits that hold for the life of this process (UPL-4)."""
    os.umask(0o077)
    sys.addaudithook(refuse)
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind, key in ((resource.RLIMIT_AS, "memory"), (resource.RLIMIT_FSIZE, "file_size")):
        _, hard = resource.getrlimit(kind)
        wanted = limits[key] if hard == resource.RLIM_INFINITY else min(limits[key], hard)
        resource.setrlimit(kind, (wanted, wanted))


def start_cpu_clock(seconds: int) -> None:
    """Let this process use `seconds` more of CPU time, then be killed by the system."""
    try:
        import resource
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


class Boxes(logging.Handler):
    """Hears WeasyPrint say that it drew an empty box instead of a letter."""

    drawn = False

    def emit(self, record: logging.LogRecord) -> None:
        """Remember that a box was drawn."""
        self.drawn = self.drawn or record.getMessage().startswith(".notdef")


class Press:
    """WeasyPrint with our fonts parsed once and everything outside memory out of reach."""

    def __init__(self) -> None:
        """Load WeasyPrint with an empty font configuration: the host's own fonts never reach a page (CERT-6)."""
        folder = Path(os.environ["TMPDIR"])
        config = folder / "fonts.conf"
        config.write_text(FONTCONFIG.format(folder=folder), encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(config)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import weasyprint
            from weasyprint.text.fonts import FontConfiguration
        self.library = weasyprint
        self.boxes = Boxes(logging.WARNING)
        weasyprint.LOGGER.handlers = [self.boxes]
        self.fetcher = fetcher(weasyprint.urls, self.read)
        self.files: dict[str, bytes] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.font_config = FontConfiguration()
        self.sheets: dict[str, Any] = {}
        self.coverage = coverage()
        self.loaded: set[str] = set()
        self.stacks = self.sheet(stacks(self.coverage))

    def read(self, name: str) -> bytes:
        """Return a file of the job or a font; nothing else exists (UPL-4)."""
        if name in self.files:
            return self.files[name]
        font = FONTS / Path(name).name
        if name.startswith("fonts/") and font.suffix == ".woff2":
            return font.read_bytes()
        message = "not part of the job"
        raise ValueError(message)

    def sheet(self, text: str) -> Any:
        """Parse a stylesheet, or return it from an earlier job."""
        if text not in self.sheets:
            if len(self.sheets) >= KEPT_SHEETS:
                self.sheets.clear()
            self.sheets[text] = self.library.CSS(
                string=text, url_fetcher=self.fetcher, font_config=self.font_config, base_url=SCHEME
            )
        return self.sheets[text]

    def need(self, text: str) -> None:
        """Load the fonts that can draw a character of `text`: unpacking all of them would cost four seconds.

        A font that draws none of the characters changes nothing, so what earlier jobs loaded leaves no trace in the bytes.
        """
        rest = {code for code in map(ord, text) if not any(code in span for span in self.coverage[BASIC])}
        for name, spans in self.coverage.items():
            basic = name in (BASIC, MONO)
            if name in self.loaded or not (basic or any(code in span for code in rest for span in spans)):
                continue
            self.loaded.add(name)
            for path in sorted(FONTS.glob(f"{name}-[0-9]*.woff2")):
                self.sheet(face(path))

    def attach(self, item: Mapping[str, str]) -> Any:
        """Make an attachment without a date of its own."""
        return self.library.Attachment(
            string=base64.b64decode(item["data"]),
            name=item["name"],
            description=item["description"],
            relationship="Data",
            url_fetcher=self.fetcher,
            created=FIXED,
            modified=FIXED,
        )

    def pdf(self, job: Mapping[str, Any]) -> bytes:
        """Return the PDF of one job; refuses a document without language or title, or with letters we cannot draw."""
        self.files = {name: base64.b64decode(data) for name, data in job["files"].items()}
        document = self.library.HTML(string=job["html"], url_fetcher=self.fetcher, base_url=SCHEME)
        root = document.etree_element
        if not root.get("lang") or not (root.findtext(".//title") or "").strip():
            message = "a document needs a language and a title"
            raise ValueError(message)
        self.need(job["stylesheet"] + "".join(root.itertext()))
        self.boxes.drawn = False
        pdf = document.write_pdf(
            stylesheets=[self.stacks, self.sheet(job["stylesheet"])],
            font_config=self.font_config,
            attachments=[self.attach(item) for item in job["attachments"]],
            pdf_variant=job["variant"],
        )
        if self.boxes.drawn:
            message = "a letter is in none of the fonts"
            raise ValueError(message)
        return bytes(pdf)


def fetcher(urls: Any, read: Callable[[str], bytes]) -> Any:
    """Return a fetcher that answers `memory:<name>` from `read` and refuses everything else."""

    class Memory(urls.URLFetcher):  # type: ignore[misc]
        """Never opens an address."""

        def fetch(self, url: str, _headers: Any = None) -> Any:
            """Answer from memory."""
            if not url.startswith(SCHEME):
                message = "outside memory"
                raise ValueError(message)
            return urls.URLFetcherResponse(url, read(url.removeprefix(SCHEME)))

    return Memory(allowed_protocols=())


def face(path: Path) -> str:
    """Return the @font-face rule of one file named `<family>-<subset>-<weight>-normal.woff2`.

    Every file is a family of its own: WeasyPrint tells the faces of one family apart by name alone and would draw
    Greek with the glyph numbers of Latin. A page asks for `var(--serif)` or `var(--mono)`.
    """
    name, weight = path.stem.removesuffix("-normal").rsplit("-", 1)
    return f'@font-face{{font-family:"{name}";font-weight:{weight};src:url("{SCHEME}fonts/{path.name}")}}\n'


def coverage() -> dict[str, tuple[range, ...]]:
    """Return what each font can draw, in the order of the file."""
    found = {}
    for line in (FONTS / "coverage.txt").read_text(encoding="ascii").splitlines():
        name, *spans = line.split()
        pairs = (span.split("-") for span in spans)
        found[name] = tuple(range(int(first, 16), int(last, 16) + 1) for first, last in pairs)
    return found


def stacks(names: Iterable[str]) -> str:
    """Return the font stacks as custom properties, Latin first so that its digits and marks are used."""
    rules = []
    for kind, first in (("serif", BASIC), ("mono", MONO)):
        order = sorted(names, key=lambda name: (name != first, "mono" in name, name))
        rules.append(f"--{kind}:" + ",".join(f'"{name}"' for name in order))
    return f":root{{{';'.join(rules)}}}\n"


def place(error: BaseException) -> str:
    """Return type and line of an error, without its words."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}"


def answer(out: BinaryIO, head: Mapping[str, Any], body: bytes = b"") -> None:
    """Write one answer."""
    out.write(json.dumps(head).encode() + b"\n" + body)
    out.flush()


def waits(seconds: float) -> bool:
    """Whether a job came within `seconds`."""
    if os.name == "nt":
        return True
    return bool(select.select([sys.stdin.buffer], [], [], seconds)[0])


def main(limits: Mapping[str, int]) -> None:
    """Serve jobs until the parent closes the pipe or nothing came for the idle time."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    restrict(limits)
    start_cpu_clock(limits["cpu"])
    try:
        press = Press()
    except (OSError, ImportError) as error:
        answer(out, {"ok": False, "unavailable": True, "error": place(error)})
        return
    answer(out, {"ok": True, "size": 0})
    while waits(limits["idle"]):
        line = sys.stdin.buffer.readline()
        if not line:
            return
        start_cpu_clock(limits["cpu"])
        try:
            body = press.pdf(json.loads(line))
        except MemoryError as error:
            answer(out, {"ok": False, "error": place(error)})
            return
        except Exception as error:  # noqa: BLE001 - any fault of one document must leave the process serving
            answer(out, {"ok": False, "error": place(error)})
        else:
            answer(out, {"ok": True, "size": len(body)}, body)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
