"""The benchmark runs and measures pages, not error pages."""

import subprocess
import sys

import pytest

from bench.browser import Answer, Browser, forms
from tests.start.conftest import ROOT

PAGE = """<form action="/leave" method="post"><button>Leave</button></form>
<form method="post" action="#problems"><input type="hidden" name="csrf" value="t"><input name="q1" type="radio" value="0">
<input name="q1" type="radio" value="1"><select name="q2.1"><option value=""></option><option value="3">3</option></select>
<textarea name="q3"></textarea></form>"""


def test_forms_are_read_as_a_browser_would() -> None:
    leave, quiz = forms(PAGE)
    assert (leave.action, leave.values) == ("/leave", {})
    assert quiz.values == {"csrf": "t", "q3": ""}
    assert quiz.choices == {"q1": ["0", "1"], "q2.1": ["3"]}
    assert quiz.chosen() == {"csrf": "t", "q3": "", "q1": "1", "q2.1": "3"}


def test_a_form_is_found_by_where_it_goes() -> None:
    browser = Browser(lambda _method, path, _headers, _body: Answer(200, (), PAGE.encode(), path))
    browser.get("/en/l/k7m2qd/quiz")
    assert browser.form("/quiz").action == "/en/l/k7m2qd/quiz"
    with pytest.raises(LookupError):
        browser.form("/nowhere")


@pytest.mark.deep
def test_the_benchmark_measures_pages() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for name in ("lesson", "course", "home", "courses", "quiz", "module check"):
        row = next(line.split() for line in done.stdout.splitlines() if line.startswith(name))
        assert "200" in row
    for table in ("In process", "Under the same server", "Quiz submit", "Memory", "First visit"):
        assert table in done.stdout
