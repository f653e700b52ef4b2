"""The checks themselves: a good page has no fault, and each planted fault is found."""

import pytest

from tests.pages.checks import CHECKS, Page, faults

GOOD = """<!doctype html>
<html lang="en" dir="ltr">
<head><meta charset="utf-8"><title>Home – Veer</title><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/static/a.css"><script type="module" src="/static/a.js"></script></head>
<body>
<a class="skip" href="#main">Skip</a>
<header class="bar"><div><form class="leave" method="post" action="/leave"><button>Leave</button></form><nav aria-label="Main"><a href="/en/home">Home</a></nav></div></header>
<main id="main" tabindex="-1"><h1>Home</h1><h2>Part</h2><p lang="ar" dir="rtl">سلام</p>
<form method="post" action="#problems"><input type="hidden" name="csrf" value="x"><label for="name">Name</label><p class="err" id="name-e">Wrong.</p><input id="name" name="name" aria-invalid="true" aria-describedby="name-e"><button>Send</button></form>
<p><i class="t done"></i> Done</p><div role="img" aria-label="1 of 2"><i class="t"></i></div>
<table><tr><th scope="col">A</th></tr><tr><td>1</td></tr></table>
<p><a href="https://example.org/" rel="noopener noreferrer">example.org</a></p><img src="/en/l/media/a.png" alt="" width="2" height="2"></main>
<footer class="foot"><nav aria-label="Menu"><a href="/en/help">Help</a></nav></footer>
</body></html>"""

PLANTED = [
    ("parse_errors", "</main>", "</div></main>"),
    ("parse_errors", "<p>", '<p class="a" class="b">'),
    ("language", '<html lang="en"', '<html lang="fr"'),
    ("language", 'dir="ltr"', 'dir="rtl"'),
    ("language", ' lang="ar" dir="rtl"', ' lang="ar"'),
    ("window_title", "Home – Veer", "Home"),
    ("landmarks", '<main id="main" tabindex="-1">', '<main id="main">'),
    ("landmarks", 'aria-label="Menu"', 'aria-label="Main"'),
    ("landmarks", ' aria-label="Menu"', ""),
    ("landmarks", '<footer class="foot">', "<footer>"),
    ("headings", "<h1>Home</h1>", "<h1>Home</h1><h1>Again</h1>"),
    ("headings", "<h2>Part</h2>", "<h3>Part</h3>"),
    ("headings", "<h2>Part</h2>", "<h2></h2>"),
    ("focus_order", '<a class="skip" href="#main">Skip</a>', ""),
    ("focus_order", '<a class="skip" href="#main">Skip</a>', '<a class="skip" href="#main">Skip</a><a href="/x">x</a>'),
    ("focus_order", 'method="post" action="/leave"', 'action="/leave"'),
    ("focus_order", '<input id="name"', '<input id="name" autofocus'),
    ("focus_order", '<input id="name"', '<input id="name" tabindex="2"'),
    ("names", '<label for="name">Name</label>', "<label>Name</label>"),
    ("names", '<a href="/en/help">Help</a>', '<a href="/en/help"><i class="mark"></i></a>'),
    ("names", ' alt="" ', " "),
    ("names", "<h2>Part</h2>", "<fieldset><p>x</p></fieldset>"),
    ("names", "<h2>Part</h2>", '<progress value="1" max="2"></progress>'),
    ("references", "<h2>Part</h2>", '<h2 id="name">Part</h2>'),
    ("references", 'aria-describedby="name-e"', 'aria-describedby="other-e"'),
    ("references", 'aria-describedby="name-e"', ""),
    ("references", '<p class="err" id="name-e">', '<p id="name-e">'),
    ("references", "<h2>Part</h2>", '<h2><a href="#nowhere">Part</a></h2>'),
    ("safe_markup", "<h2>Part</h2>", '<h2 style="color:red">Part</h2>'),
    ("safe_markup", "<h2>Part</h2>", '<h2 onclick="x()">Part</h2>'),
    ("safe_markup", "<h2>Part</h2>", "<svg></svg>"),
    ("safe_markup", "<h2>Part</h2>", "<style>a{}</style>"),
    ("safe_markup", "<h2>Part</h2>", "<script>x()</script>"),
    ("safe_markup", 'src="/static/a.js"', 'src="https://example.org/a.js"'),
    ("safe_markup", 'src="/en/l/media/a.png"', 'src="//example.org/a.png"'),
    ("safe_markup", ' rel="noopener noreferrer"', ""),
    ("safe_markup", "<h2>Part</h2>", '<a href="javascript:x()">Part</a>'),
    ("safe_markup", '<link rel="stylesheet"', '<meta name="referrer" content="no-referrer"><link rel="stylesheet"'),
    ("safe_markup", '<link rel="stylesheet"', '<link rel="stylesheet" href="/static/b.css"><link rel="stylesheet"'),
    ("forms", '<input type="hidden" name="csrf" value="x">', ""),
    ("forms", '<input id="name"', '<input placeholder="Your name" id="name"'),
    ("tiles", "</i> Done", "</i>"),
    ("tables", ' scope="col"', ""),
]


def test_a_good_page_has_no_fault() -> None:
    assert faults(Page(GOOD, "en", "/en/home", who="learner")) == []


@pytest.mark.parametrize(("check", "old", "new"), PLANTED)
def test_a_planted_fault_is_found(check: str, old: str, new: str) -> None:
    assert old in GOOD
    found = faults(Page(GOOD.replace(old, new, 1), "en", "/en/home", who="learner"))
    assert any(fault.startswith(f"{check}:") for fault in found), found


def test_every_check_has_a_planted_fault() -> None:
    assert {check for check, _, _ in PLANTED} == {check.__name__ for check in CHECKS}


def test_a_page_sent_back_without_a_summary_is_found() -> None:
    assert any("summary" in fault for fault in faults(Page(GOOD, "en", "/en/home", status=422)))
