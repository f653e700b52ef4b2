"""The render process: what comes out, what it may reach, and what happens when a document misbehaves."""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from lms.host import render
from lms.host.render import Attachment, Limits, Renderer, RenderError, RenderUnavailable

pytestmark = [pytest.mark.pdf, pytest.mark.poppler]
FONTS = Path(render.__file__).with_name("fonts")
STYLE = "body{font-family:var(--serif)}code{font-family:var(--mono)}"

SENTENCES = {
    "en": "Knowing your own risk",
    "fr": "L’été, Zoë a reçu un cœur à coudre",
    "es": "Mañana, ¿quién acompañará al grupo?",
    "ar": "أمينة يوسف شهادة إتمام الإسلام السلامة لأن الآن",
    "fa": "گواهی پایان دوره چک پژوهش",
    "ckb": "کوردستان هاوڕێ",
    "pl": "Łódź, źdźbło, Győr, İstanbul, Şırnak",
    "ru": "Знать свой риск",
    "uk": "Її ґанок",
    "kk": "Қазақстан, өз қауіп",
    "el": "Γνώσεις και κίνδυνος",
    "vi": "Nguyễn Thị Hằng",
}


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


def page(text: str, lang: str = "en", head: str = "") -> str:
    direction = "rtl" if lang in {"ar", "fa", "ckb"} else "ltr"
    return (
        f'<!doctype html><html lang="{lang}" dir="{direction}"><head><title>Paper</title>{head}</head>'
        f"<body>{text}</body></html>"
    )


def words(pdf: bytes, folder: Path) -> list[str]:
    """Return the words that a reader of the file hears, in order."""
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    tool = shutil.which("pdftotext")
    assert tool, "install poppler-utils"
    text = subprocess.run([tool, str(path), "-"], capture_output=True, check=True).stdout.decode()
    return re.sub("[\u200e\u200f\u202a-\u202e\f]", "", text).split()


def every_byte(pdf: bytes, folder: Path) -> bytes:
    """Return the file with every stream opened."""
    path = folder / "open.pdf"
    path.write_bytes(pdf)
    with pikepdf.open(path) as document:
        document.save(
            path.with_suffix(".plain"), stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False
        )
    return path.with_suffix(".plain").read_bytes() + pdf


@pytest.mark.parametrize("lang", SENTENCES)
def test_text_comes_back_as_it_went_in(renderer: Renderer, tmp_path: Path, lang: str) -> None:
    pdf = renderer.pdf(page(f"<p>{SENTENCES[lang]}</p><p><b>{SENTENCES[lang]}</b></p>", lang), stylesheet=STYLE)
    assert words(pdf, tmp_path) == SENTENCES[lang].split() * 2


def test_reading_back_notices_two_fonts_under_one_name(renderer: Renderer, tmp_path: Path) -> None:
    """Planted fault: with one family name over two files, Greek is drawn with the glyph numbers of Latin."""
    faces = "".join(
        f'@font-face{{font-family:mixed;src:url("memory:fonts/noto-serif-{subset}-400-normal.woff2")}}'
        for subset in ("latin", "greek")
    )
    text = "Risk κίνδυνος"
    pdf = renderer.pdf(page(f"<p>{text}</p>"), stylesheet=faces + "p{font-family:mixed}")
    assert words(pdf, tmp_path) != text.split()


def test_same_input_gives_the_same_bytes_in_any_process_and_order(renderer: Renderer) -> None:
    """CERT-6: nothing of the process, the moment or earlier documents is in the file."""
    latin = page("<h1>Łódź</h1><code>7Q2K</code>")
    attachments = [Attachment("credential.json", b"{}", "Signed record")]
    for text in SENTENCES.values():
        renderer.pdf(page(text), stylesheet=STYLE)
    warm = renderer.pdf(latin, stylesheet=STYLE, attachments=attachments)
    other = Renderer()
    try:
        fresh = other.pdf(latin, stylesheet=STYLE, attachments=attachments)
    finally:
        other.close()
    assert fresh == warm
    assert renderer.pdf(page("<h1>Łodź</h1><code>7Q2K</code>"), stylesheet=STYLE, attachments=attachments) != warm


def test_metadata_names_nobody_and_no_machine(renderer: Renderer, tmp_path: Path) -> None:
    """CERT-6: no author, host, path or time in the file."""
    pdf = renderer.pdf(page("<h1>Paper</h1>"), stylesheet=STYLE, attachments=[Attachment("credential.json", b"{}")])
    with pikepdf.open(tmp_path / "made.pdf" if (tmp_path / "made.pdf").write_bytes(pdf) else "") as document:
        assert set(document.docinfo.keys()) == {"/Title", "/Producer"}
        assert str(document.Root.Lang) == "en"
        assert bool(document.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in document.Root
        file = document.attachments["credential.json"].get_file()
        assert str(file.obj.Params.CreationDate) == str(file.obj.Params.ModDate) == "D:20000101000000Z"
    plain = every_byte(pdf, tmp_path)
    traces = (socket.gethostname(), str(Path.home()), str(FONTS), str(tmp_path), "/tmp/", time.strftime("%Y-%m-%d"))
    assert [trace for trace in traces if len(trace) > 3 and trace.encode() in plain] == []
    dates = set(re.findall(rb"D:\d{8,14}|\d{4}-\d\d-\d\dT", plain))
    assert dates == {b"D:20000101000000"}


def test_coverage_list_matches_the_fonts() -> None:
    drawn = {code for path in FONTS.glob("*.woff2") for code in TTFont(path).getBestCmap()}
    letters = {code for code in drawn if chr(code).isprintable() or chr(code).isspace()}
    listed = {code for code in range(0x20000) if not render.unprintable(chr(code))}
    assert listed <= drawn
    assert {code for code in letters - listed if chr(code).isalnum()} == set()


def test_letters_without_a_font_are_named_and_never_printed(renderer: Renderer) -> None:
    assert render.unprintable("Amina 阿米娜 አ") == ("阿", "米", "娜", "አ")
    assert render.unprintable(" ".join(SENTENCES.values())) == ()
    with pytest.raises(RenderError):
        renderer.pdf(page("<p>阿米娜</p>"), stylesheet=STYLE)


@pytest.mark.parametrize("html", ["<!doctype html><title>x</title>", '<!doctype html><html lang="en"><p>x'])
def test_a_document_needs_language_and_title(renderer: Renderer, html: str) -> None:
    with pytest.raises(RenderError):
        renderer.pdf(html)


def test_nothing_but_the_handed_over_bytes_is_read(renderer: Renderer, tmp_path: Path) -> None:
    """UPL-4: a document reaches neither the network nor the disk."""
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-7f3a")
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    port = listener.getsockname()[1]
    head = "".join(
        f'<link rel="{kind}" href="{target}">'
        for kind in ("stylesheet", "attachment")
        for target in (f"http://127.0.0.1:{port}/x", secret.as_uri(), str(secret))
    )
    body = f'<img src="http://127.0.0.1:{port}/i.png"><img src="{secret.as_uri()}"><object data="{secret.as_uri()}"></object>'
    pdf = renderer.pdf(
        page(body, head=head), stylesheet=f'@import "{secret.as_uri()}";p{{background:url({secret.as_uri()})}}'
    )
    with pytest.raises(BlockingIOError):
        listener.accept()
    listener.close()
    assert b"canary-7f3a" not in every_byte(pdf, tmp_path)


def test_a_handed_over_picture_is_drawn(renderer: Renderer, tmp_path: Path) -> None:
    """The other half of the rule above: the memory scheme does deliver."""
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
        "53de0000000c4944415408d763f8cfc00000030101"
        "0018dd8db00000000049454e44ae426082"
    )
    pdf = renderer.pdf(page('<img src="memory:dot.png" alt="dot">'), files={"dot.png": pixel})
    assert b"/Image" in every_byte(pdf, tmp_path)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_the_process_inherits_no_secret_and_no_descriptor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """OPS-2, and no open database crosses over."""
    monkeypatch.setenv("LMS_SECRET_KEY", "canary-5c1d")
    with (tmp_path / "veer.db").open("w") as database:
        os.set_inheritable(database.fileno(), True)
        made = Renderer()
        made.pdf(page("x"))
        assert made.process
        proc = Path(f"/proc/{made.process.pid}")
        environment = (proc / "environ").read_bytes() + (proc / "cmdline").read_bytes()
        open_files = [str(link.readlink()) for link in (proc / "fd").iterdir()]
        limits = (proc / "limits").read_text()
        made.close()
    assert b"canary-5c1d" not in environment
    assert not [name for name in open_files if "veer.db" in name or name.startswith("socket:")]
    assert re.search(r"Max address space\s+536870912", limits)
    assert re.search(r"Max core file size\s+0", limits)


BOMBS = {
    "cpu": (Limits(cpu=1, wall=120), "<div>" * 900 + "<table><td>x" * 400),
    "memory": (Limits(memory=400 * 1024 * 1024, wall=120), "<!--" + "x" * 90_000_000 + "-->"),
    "wall": (Limits(wall=1.5), "<p>x y z</p>" * 400_000),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_dies_and_the_next_document_is_made(kind: str) -> None:
    """UPL-4: limits end the document, not the site."""
    limits, body = BOMBS[kind]
    warm = Renderer(Limits(cpu=10, memory=limits.memory, wall=60))
    made = Renderer(limits)
    try:
        with pytest.raises(RenderError):
            made.pdf(page(body))
        assert warm.pdf(page("x")).startswith(b"%PDF")
    finally:
        made.close()
        warm.close()


def test_a_dead_process_is_replaced(renderer: Renderer) -> None:
    before = renderer.pdf(page("x"))
    assert renderer.process
    renderer.process.kill()
    assert renderer.pdf(page("x")) == before


def test_an_idle_process_ends_and_comes_back() -> None:
    patient = Renderer(Limits(idle=0.3))
    first = patient.pdf(page("x"))
    assert patient.process
    assert patient.process.wait(timeout=60) == 0
    assert patient.pdf(page("x")) == first
    patient.close()


def test_threads_get_their_own_documents(renderer: Renderer, tmp_path: Path) -> None:
    made: dict[int, bytes] = {}

    def make(number: int) -> None:
        made[number] = renderer.pdf(page(f"<p>paper {number}</p>"))

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: words(pdf, tmp_path)[1] for number, pdf in made.items()} == {n: str(n) for n in range(8)}


def test_missing_libraries_are_named_with_the_line_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text(
        "import runpy, sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'weasyprint': raise OSError('cannot load library libpango')\n"
        "sys.meta_path.insert(0, Absent())\n"
        f"runpy.run_path({str(Path(render.__file__).with_name('render_child.py'))!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr(render, "_CHILD", script)
    made = Renderer()
    with pytest.raises(RenderUnavailable, match="libpangoft2"):
        made.pdf(page("x"))
    assert made.process is None


def test_importing_the_door_does_not_load_the_press() -> None:
    """The web worker must not carry WeasyPrint."""
    code = "import sys, lms.host.render; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
