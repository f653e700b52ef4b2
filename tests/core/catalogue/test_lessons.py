"""Lessons: what is refused and where, and what comes out as HTML."""

import io
from contextlib import nullcontext
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lms.core.catalogue.compile.blocks import BLOCKS
from lms.core.catalogue.compile.lesson import read_text
from lms.core.catalogue.compile.release import coded, compile_release
from lms.core.catalogue.compile.rendering import Setting, body
from lms.core.catalogue.domain.contracts import BlockSource, BlockType, CompiledBlock
from lms.core.catalogue.domain.pages import Block, LessonBody
from lms.core.catalogue.domain.segments import Words
from lms.host.i18n import format_kilobytes
from lms.host.markup import clean
from tests.core.catalogue.conftest import BODY, Well
from tests.core.catalogue.test_markup import dangers


def html(well: Well, lang: str = "en", blocks: tuple[BlockType, ...] = BLOCKS) -> str:
    checked = well.check()
    assert checked.errors == [], [problem.what for problem in checked.errors]
    lesson = checked.course.lessons[0]
    setting = Setting(
        lang,
        {block.key: block for block in blocks},
        {},
        lambda _kind, text: Words(text, "en", "ltr", fallback=lang != "en"),
    )
    return "".join(part if isinstance(part, str) else part.html for part in body(lesson.text.pieces, setting).parts)


def test_the_whole_course_is_good(well: Well) -> None:
    """The ground on which every planted fault below stands."""
    assert well.check().errors == []


def test_blocks_and_text_become_the_markup_of_the_pages(well: Well) -> None:
    found = html(well)
    assert '<section class="box" id="b1"><h2>Short</h2><p>Look first. Dig later.</p>' in found
    assert "<h2>Where to dig</h2>" in found
    assert "<strong>near the reeds</strong>" in found
    assert '<section class="box" id="b2"><h2>Try it: 2 min</h2>' in found
    assert '<ol class="steps">' in found


def test_links_show_where_they_go(well: Well) -> None:
    link = '<a href="https://example.org/wells" rel="noopener noreferrer">the book</a>'
    assert link + ' <bdi class="s m" dir="ltr">(example.org)</bdi>' in html(well)
    well.body("\n[example.org](https://www.example.org/)\n")
    assert "(www.example.org)" not in html(well)


def test_small_tables_become_cards_and_wide_ones_scroll(well: Well) -> None:
    well.body(
        "\n| A | B |\n|---|--:|\n| one | two |\n\n| 1 | 2 | 3 | 4 | 5 |\n|---|---|---|---|---|\n| a | b | c | d | e |\n"
    )
    found = html(well)
    assert '<table class="t2c">' in found
    assert '<td data-l="B">two</td>' in found
    assert '<div class="scroll" tabindex="0" role="region" aria-label="Table">' in found
    assert "style" not in found


def test_untranslated_text_carries_its_own_language_and_direction(well: Well) -> None:
    found = html(well, "ar")
    assert '<h2 lang="en" dir="ltr">Where to dig</h2>' in found
    assert '<li><span lang="en" dir="ltr">One neighbour</span></li>' in found
    assert '<h2><span lang="en" dir="ltr">Short</span></h2>' in found


FAULTS = [
    ("picture-alt", 1, "\n![](media/x.png)\n"),
    ("picture-missing", 1, "\n![A map](media/none.png)\n"),
    ("picture-address", 3, "\nText.\n\n![A map](https://example.org/x.png)\n"),
    ("link", 1, "\n[x](javascript:alert(1))\n"),
    ("html", 1, "\nA <b>bold</b> word.\n"),
    ("heading-level", 1, "\n# Big\n\nText.\n"),
    ("block-open", 1, "\n:::note\nText.\n"),
    ("block-close", 3, "\nText.\n\n:::\n"),
    ("block-empty", 3, "\nText.\n\n:::note\n:::\n"),
    ("block-line", 3, "\nText.\n\n:::!\n"),
    ("block-nested", 3, "\n:::note\nText.\n:::warning\nMore.\n:::\n"),
    ("block-unknown", 1, "\n:::nota\nText.\n:::\n"),
    ("block-attribute", 1, "\n:::note{x=1}\nText.\n:::\n"),
    ("block-attribute-missing", 1, "\n:::action\nText.\n:::\n"),
    ("block-attrs", 1, "\n:::activity{minutes}\nText.\n:::\n"),
    ("block-number", 1, "\n:::activity{minutes=two}\nText.\n:::\n"),
    ("lesson-empty", 0, "\n"),
    ("bidi-override", 1, "\nText \u202etxet\u202c here.\n"),
]


@pytest.mark.parametrize(("code", "offset", "text"), FAULTS)
def test_planted_faults_in_a_text_are_found_at_their_line(well: Well, code: str, offset: int, text: str) -> None:
    well.body(text)
    first = well.lesson.read_text().split("\n").index("---", 1) + 2
    found = [problem for problem in well.check().errors if problem.code == code]
    assert [problem.line for problem in found] == [first + offset]
    assert "%(" not in found[0].what + found[0].how


@pytest.mark.parametrize("address", ["../x.png", "//example.org/x.png", "data:image/png;base64,AA", "media/x.svg"])
def test_pictures_from_elsewhere_and_svg_are_refused(well: Well, address: str) -> None:
    """UPL-1"""
    well.body(f"\n![A map]({address})\n")
    assert "picture-address" in well.codes()


def test_line_numbers_are_those_of_the_file(well: Well) -> None:
    well.swap(well.lesson, "- Two neighbours", "- Two ![](media/x.png)")
    lines = well.lesson.read_text().split("\n")
    assert lines[well.check().errors[0].line - 1].startswith("- Two")


def picture(well: Well, name: str, size: tuple[int, int] = (40, 30), **extra: object) -> bytes:
    out = io.BytesIO()
    kind = {"png": "PNG", "jpg": "JPEG"}[name.rpartition(".")[2]]
    Image.new("RGB", size, "green").save(out, kind, **extra)
    media = well.lesson.parent / "media"
    media.mkdir(exist_ok=True)
    (media / name).write_bytes(out.getvalue())
    return out.getvalue()


def test_pictures_lose_what_they_carry_beside_the_picture(well: Well) -> None:
    """UPL-2: no EXIF, no place, no trailing bytes"""
    exif = Image.Exif()
    exif[0x010E] = "CANARY-PLACE"
    data = picture(well, "map.jpg", exif=exif)
    assert b"CANARY-PLACE" in data
    (well.lesson.parent / "media" / "map.jpg").write_bytes(data + b"CANARY-TAIL")
    well.body("\nLook: ![A map of the well](media/map.jpg)\n")
    checked = well.check()
    assert checked.errors == []
    release = compile_release(
        checked.course,
        languages=["en"],
        codes=dict.fromkeys(coded(checked.course), "c"),
        blocks=BLOCKS,
        speak=lambda _lang: nullcontext(),
    )
    (medium,) = release.media.values()
    assert b"CANARY" not in medium.data
    stored = release.lessons["W-1.1", "en"].data.decode()
    assert f'src=\\"{medium.address}\\" alt=\\"A map of the well\\" width=\\"40\\" height=\\"30\\"' in stored


@pytest.mark.parametrize(("name", "data"), [("x.svg", b"<svg/>"), ("x.png", b"no picture"), ("x.png", b"")])
def test_files_that_are_no_pictures_are_refused(well: Well, name: str, data: bytes) -> None:
    """UPL-1"""
    (well.lesson.parent / "media").mkdir()
    (well.lesson.parent / "media" / name).write_bytes(data)
    assert well.error().code in {"media-kind", "media-broken"}


class Greeting(BlockType):
    """A block that depends on the person."""

    def compile(self, source: BlockSource) -> CompiledBlock:
        return CompiledBlock(f"<section class='note'>{source.html}<script>x</script></section>", {"a": 1})


def test_a_block_for_a_person_stays_apart_and_is_cleaned(well: Well) -> None:
    """XSS-1: a plugin's block passes the same sanitiser"""
    well.body("\nBefore.\n\n:::note\nHello.\n:::\n\nAfter.\n")
    blocks = {**{block.key: block for block in BLOCKS}, "note": Greeting("note", personal=True)}
    setting = Setting("en", blocks, {}, in_english)
    made = body(well.check().course.lessons[0].text.pieces, setting)
    before, block, after = made.parts
    assert isinstance(block, Block)
    assert block.data == {"a": 1}
    assert "<p>Hello.</p>" in block.html
    assert "script" not in block.html
    assert "Before" in before
    assert "After" in after


def test_wrapping_a_paragraph_anew_changes_no_segment(well: Well) -> None:
    before = [(s.msgctxt, s.text) for s in well.check().segments]
    well.body(BODY.replace("reeds**. Ask", "reeds**.\nAsk"))
    assert [(s.msgctxt, s.text) for s in well.check().segments] == before


def test_low_data_mode_tells_what_a_picture_weighs() -> None:
    """XSS-1: the description is text, whatever stands in it"""
    address = "media/" + "0" * 32 + ".png"
    html = clean(f'<p><img src="{address}" alt="A &lt;b&gt; map" width="4" height="3" loading="lazy"></p>')
    shown = LessonBody(UUID(int=0), "x", "en", (html,), (), (), pictures={address: 38_000})
    assert shown.light == f'<p>[A &lt;b&gt; map] <a href="{address}">Load the picture (38\u202fkB)</a></p>'.replace(
        "\u202f", format_kilobytes(38_000)[2]
    )
    assert shown.html == html


BLOCK_SIGNS = ["\n", "\n\n", ":::", ":::note\n", ":::activity{minutes=2}\n", "## A\n", "- a\n", "1. b\n", "---\n", "> "]
MARKS = ["**", "*", "`", "```\n", "[a](", "https://example.org", ")", "![a](media/x.png)", "<b>", "\\", "words here"]
ODD = ["| a | b |\n|---|---|\n", "\u202e", "%(a)s", "\t", "    ", "&lt;", "&#0;", "|", "é", "م"]
SOUP = st.lists(st.sampled_from([*BLOCK_SIGNS, *MARKS, *ODD]), max_size=30).map("".join)


def in_english(_kind: str, text: str) -> Words:
    return Words(text, "en", "ltr")


def fallen_back(_kind: str, text: str) -> Words:
    return Words(text, "en", "ltr", fallback=True)


@given(SOUP)
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_compiler(soup: str) -> None:
    """XSS-1: whatever an author types is either refused with a line, or compiles to harmless HTML"""
    blocks = {block.key: block for block in BLOCKS}
    text, problems = read_text(soup, 1, "lesson.md", blocks, {})
    for problem in problems:
        assert problem.what
        assert problem.how
        assert 1 <= problem.line <= soup.count("\n") + 1
    for lang, translate in (("en", in_english), ("ar", fallen_back)):
        made = body(text.pieces, Setting(lang, blocks, {}, translate))
        assert [danger for part in made.parts for danger in dangers(part) if "src=" not in danger] == []
