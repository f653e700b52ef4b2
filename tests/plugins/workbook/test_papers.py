"""Paper: blank sheets for everybody, filled ones for their owner, nothing stored on the way (OPS-4)."""

from io import BytesIO

import pikepdf
import pytest

from lms.host.printing import fill_in, source, speaking
from lms.host.render import render_pdf
from lms.plugins.workbook.domain.filled import Filled
from lms.plugins.workbook.queries import sheets
from lms.plugins.workbook.views.frame import printable

pytestmark = pytest.mark.database("sqlite")
LANGUAGES = ("en", "fr", "es", "ar")


def pdf_of(filled, language):
    html = fill_in("workbook/paper.html", filled=filled, title="Sheet", language=language, printable=printable)
    return pikepdf.open(BytesIO(render_pdf(html, stylesheet=source("workbook/paper.css"))))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sheet_fits_on_two_pages(site, lang):
    """Curriculum section 4: two pages at most, in each language."""
    with site.app.app_context(), speaking(lang) as language:
        lengths = {number: len(pdf_of([Filled.none(sheet)], language).pages) for number, sheet in sheets(lang).items()}
    assert len(lengths) == 20
    assert {number: pages for number, pages in lengths.items() if pages > 2} == {}


def test_a_blank_sheet_is_handed_out_under_a_neutral_name(writer):
    answer = writer.get("/12/blank.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=sheet-12.pdf"
    with pikepdf.open(BytesIO(answer.data)) as pdf:
        assert pdf.docinfo["/Title"] == "Sheet 12"
        assert pdf.Root.Lang == "en"
    page = writer.text("/12/blank")
    assert "Sheet 12: Papers" in page
    assert "When will I destroy it?" in page
    assert "Legal contact plan" not in page.partition("<h1>")[2]


def test_a_filled_sheet_as_text_and_pdf(writer):
    writer.keep().write(helps="the river\nand a \U0001f98a", next="tea")
    text = writer.get("/1/filled.txt").data.decode("utf-8-sig")
    assert text.startswith("Sheet 1: Habits\n===============\n")
    assert "What helps most, and how do I notice?:\nthe river\nand a \U0001f98a\n" in text
    assert "Body:\n–" in text
    answer = writer.get("/1/filled.pdf")
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Cache-Control"].startswith("no-store")
    assert writer.get("/all.pdf").data.startswith(b"%PDF")
    assert "the river" in writer.get("/all.txt").data.decode("utf-8-sig")


def test_papers_are_limited(writer):
    writer.keep()
    from lms.plugins.workbook.views import frame

    answers = [writer.get("/2/blank.pdf").status_code for _try in range(frame.MOST_PAPERS_AN_HOUR + 1)]
    assert set(answers[:-1]) == {200}
    assert answers[-1] == 429
