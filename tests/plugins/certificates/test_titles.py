"""What a certificate prints of our own courses can be read back from the file, in every translation (a reader speaks it)."""

import subprocess
from pathlib import Path

import polib
import pytest

from lms.host.render import render_pdf

COURSES = Path(__file__).parents[3] / "courses"
PRINTED = (" title", " discreet_title")
MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\f"))


def titles():
    for path in sorted(COURSES.glob("*/translations/*.po")):
        if not (path.parents[1] / "course.yaml").exists():
            continue  # nothing else is named on a certificate
        entries = [entry for entry in polib.pofile(str(path)) if entry.msgstr and not entry.obsolete]
        courses_and_modules = [e for e in entries if e.msgctxt.endswith(PRINTED) and "." not in e.msgctxt]
        yield pytest.param(path.stem, [e.msgstr for e in courses_and_modules], id=f"{path.parts[-3]}-{path.stem}")


def read_back(lang, texts):
    direction = "rtl" if lang == "ar" else "ltr"
    body = "".join(f"<p>{text}</p>" for text in texts)
    html = f'<html lang="{lang}" dir="{direction}"><head><title>x</title></head><body>{body}</body></html>'
    pdf = render_pdf(html, stylesheet="html{font-family:var(--serif);font-size:9pt}")
    out = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return tight(out.translate(MARKS))


def tight(text):
    """Leave white space out: lines break where the paper ends, and a narrow space may come back as none."""
    return "".join(text.split())


@pytest.mark.pdf
@pytest.mark.poppler
@pytest.mark.parametrize(("lang", "texts"), list(titles()))
def test_titles_read_back(lang, texts):
    found = read_back(lang, texts)
    assert [text for text in texts if tight(text) not in found] == []


@pytest.mark.pdf
@pytest.mark.poppler
def test_control_a_word_that_the_font_garbles_is_found():
    """Planted fault: this word comes out with a letter twice."""
    assert tight("جيدة لكم") not in read_back("ar", ["التكيّف", "جيدة لكم", "كل ما لكم"])
