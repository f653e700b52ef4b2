"""Sheets through pages: list, paper, keeping, writing, two windows, wiping (CON-5, settled 20 and 28)."""

import re

import pytest

from lms.plugins.workbook.actions import seal_reflection
from lms.plugins.workbook.domain.filled import MOST_LINE, MOST_TEXT
from lms.plugins.workbook.domain.sheet import Sheet
from tests.pages.checks import CHECKS, Page
from tests.plugins.workbook.conftest import every_sheet, shown

SEALABLE = {1, 7, 16, 17, 20}


def test_nothing_is_kept_until_a_person_chooses_so_on_that_sheet(writer):
    """Settled 20: off by default; only then is there a field."""
    assert "Sheet 1: What I already do" in writer.text("")
    page = writer.text("/1")
    assert "Keep this sheet here, sealed" in page
    assert "<textarea" not in page
    assert writer.get("/1/2").location == "/en/workbook/1"
    assert writer.write(helps="early").status_code == 404
    assert writer.keep().get("/1/2").status_code == 200
    assert "Kept here, sealed" in writer.text("")


def is_absent(writer, path):
    return writer.post(path, version="0").status_code == 404 == writer.get(path).status_code


def written_for_paper(writer):
    """Return the paper sheets that have a field, a button or an address to write to."""
    found = []
    for number in every_sheet():
        if number in SEALABLE:
            continue
        page = writer.text(f"/{number}")
        if "Keep this sheet here" in page or "Never on this server" not in page or "<textarea" in page:
            found.append(f"page of sheet {number}")
        paths = (f"/{number}/keep", f"/{number}/1", f"/{number}/wipe")
        found += [path for path in paths if not is_absent(writer, path)]
    return found


@pytest.mark.safety
def test_settled_20_a_paper_sheet_has_no_field_and_no_address_to_write_to(writer):
    """ENC-1, settled 20: what never reaches the server cannot be taken from it."""
    for number, sheet in every_sheet().items():
        assert sheet.sealable == (number in SEALABLE)
        assert ("Keep this sheet here" in writer.text(f"/{number}")) == sheet.sealable
    assert written_for_paper(writer) == []


@pytest.mark.safety
def test_settled_20_planted_a_paper_sheet_that_takes_text_is_found(writer, monkeypatch):
    """ENC-1, settled 20: planted fault: every sheet may be kept here."""
    monkeypatch.setattr(Sheet, "sealable", True)
    found = written_for_paper(writer)
    paper = sorted(set(every_sheet()) - SEALABLE)
    assert [place for place in found if place.startswith("page")] == [f"page of sheet {number}" for number in paper]
    assert f"/{paper[0]}/keep" in found


def test_what_is_written_page_by_page_stands_on_the_sheet(writer):
    writer.keep()
    answer = writer.post("/1/1", **{"version": "1", "body-0": "a walk", "body-4": "sleep", "then": "next"})
    assert answer.location == "/en/workbook/1/2"
    writer.write(helps="the river\r\nand the hill", next="tea")
    page = writer.text("/1")
    assert '<li dir="auto">a walk</li><li dir="auto">sleep</li>' in page
    assert "the river\nand the hill" in page
    assert shown(writer.get("/1/1"), "body-1") == "sleep"
    assert shown(writer.get("/1/2"), "next") == "tea"


def test_rows_of_a_table_are_kept_and_empty_ones_left_out(writer):
    writer.keep(7)
    sent = {"version": "1", "table-0-code": "P1", "table-3-code": "L1", "table-3-owner": "office", "then": "next"}
    assert writer.post("/7/1", **sent).location == "/en/workbook/7/2"
    page = writer.get("/7/1")
    assert (shown(page, "table-0-code"), shown(page, "table-1-owner")) == ("P1", "office")
    more = writer.post("/7/1", **{"version": "2", "table-0-code": "P2", "more": "table"})
    assert more.status_code == 200
    assert shown(more, "table-0-code") == "P2"
    assert more.text.count("<legend class") == 1 + 5
    assert shown(writer.get("/7/1"), "table-0-code") == "P1"


def test_what_is_too_long_is_said_and_kept_in_the_page(writer):
    writer.keep()
    page = writer.write(helps="a" * (MOST_TEXT + 1), next="b" * (MOST_LINE + 1))
    assert page.status_code == 422
    assert "<title>Problem: Sheet 1" in page.text
    assert '<a href="#helps">' in page.text
    assert shown(page, "next") == "b" * (MOST_LINE + 1)
    table = {f"table-{row}-{column}": "\u0639" * MOST_LINE for row in range(40) for column in ("code", "owner")}
    writer.keep(7)
    page = writer.post("/7/1", version="1", **table)
    assert page.status_code == 422
    assert "more than can be kept" in page.text


@pytest.mark.safety
def test_con_5_the_second_window_sees_both_texts_and_can_keep_both(writer):
    """CON-5: nothing is overwritten unseen; `Keep both texts` loses no word of either."""
    writer.keep()
    first, second = writer.browser, writer.window()
    assert writer.write(helps="from the first", next="tea", window=first).status_code == 303
    page = writer.write(helps="from the second", next="tea", window=second)
    assert page.status_code == 409
    assert "In the other window: What helps most" in page.text
    assert "from the first" in page.text
    assert shown(page, "helps") == "from the second"
    assert shown(page, "next") == "tea"
    assert "In the other window: One thing" not in page.text
    assert shown(writer.get("/1/2"), "helps") == "from the first"
    version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
    assert writer.write(version=version, helps="from the second", next="tea", both="1").status_code == 303
    assert shown(writer.get("/1/2"), "helps") == "from the first\n\nfrom the second"
    assert shown(writer.get("/1/2"), "next") == "tea"


@pytest.mark.safety
def test_con_5_planted_a_write_that_ignores_the_version_loses_a_text(writer, monkeypatch):
    """CON-5: without the version column the first text would be gone; the test above sees the difference."""
    from lms.plugins.workbook import actions

    writer.keep()
    save = actions.save_part

    def blind(session, **given):
        for version in range(1, 9):
            try:
                return save(session, **(given | {"version": version}))
            except actions.Changed:
                continue
        return None

    monkeypatch.setattr(actions, "save_part", blind)
    writer.write(helps="from the first")
    assert writer.write(helps="from the second").status_code != 409
    assert shown(writer.get("/1/2"), "helps") == "from the second"


def test_a_sign_in_without_the_key_asks_for_the_passphrase(writer):
    """Settled 28: a recovery code, a passkey or another site open no notes."""
    writer.keep().write(helps="the river")
    closed = writer.window(opened=False)
    assert writer.get("/1/2", closed).location == "/en/workbook/open?sheet=1&place=2"
    page = writer.get("/1", closed)
    assert "closed in this sign-in" in page.text
    assert "the river" not in page.text
    for path in ("/1/filled.pdf", "/1/filled.txt", "/all.pdf", "/all.txt"):
        assert writer.get(path, closed).status_code == 404
    wrong = writer.post("/open?sheet=1&place=2", closed, passphrase="not these words at all")
    assert wrong.status_code == 422
    assert "not these words at all" not in wrong.text
    right = writer.post("/open?sheet=1&place=2", closed, passphrase=writer.passphrase)
    assert right.location == "/en/workbook/1/2"
    assert shown(writer.get("/1/2", closed), "helps") == "the river"
    assert shown(writer.get("/1/2", writer.window()), "helps") == "the river"


def test_what_was_typed_without_the_key_is_kept_and_a_conflict_waits_for_it(writer):
    """ENC-5: writing needs no key; CON-5: two texts are compared only by who can read them."""
    writer.keep()
    closed = writer.window(opened=False)
    assert writer.write(helps="typed while closed", window=closed).status_code == 303
    page = writer.write(helps="typed again", window=closed)
    assert page.status_code == 409
    assert shown(page, "helps") == "typed again"
    assert "typed while closed" not in page.text
    assert shown(writer.get("/1/2"), "helps") == "typed while closed"


def test_wiping_one_sheet_leaves_the_others(writer):
    writer.keep(1).keep(7).write(helps="the river")
    writer.post("/7/3", version="1", who="K.")
    assert "cannot be brought back" in writer.text("/1/wipe")
    assert writer.post("/1/wipe").location == "/en/workbook?saved=wiped#saved"
    assert "Keep this sheet here" in writer.text("/1")
    assert shown(writer.get("/7/3"), "who") == "K."
    writer.keep(1)
    assert shown(writer.get("/1/2"), "helps") == ""


def test_reflections_stand_beside_the_sheets_and_go_one_by_one(site, writer, other):
    with site.session() as session:
        seal_reflection(session, person_id=writer.person.id, prompt="What changed?", text="The way\nI walk.")
        seal_reflection(session, person_id=writer.person.id, prompt="What changed?", text="Nothing yet.")
    page = writer.text("/reflections")
    assert page.count("What changed?</bdi></h2>") == 2
    assert "The way\nI walk." in page
    address = re.search(r"/en/workbook(/reflections/[0-9a-f-]+/wipe)", page).group(1)
    assert other.post(address).status_code == 404
    assert writer.post(address).status_code == 303
    assert writer.text("/reflections").count("What changed?</bdi></h2>") == 1
    assert "Nothing is kept" in other.text("/reflections")
    assert writer.get("/reflections", writer.window(opened=False)).location == "/en/workbook/open"


@pytest.mark.safety
def test_cache_8_no_field_for_sealed_text_is_remembered_or_spell_checked(writer):
    """CACHE-8: every control of every page of every sheet that can be kept."""
    for number in SEALABLE:
        writer.keep(number)
        for part in every_sheet()[number].parts:
            page = writer.text(f"/{number}/{part.number}")
            assert talkative(page) == []
            assert controls(page)


@pytest.mark.safety
def test_cache_8_planted_a_talkative_field_is_found():
    """CACHE-8: the look above finds a field without either attribute."""
    assert talkative('<main><input id="a" name="a" spellcheck="false"><textarea id="b" name="b"></textarea></main>')


def controls(page):
    main = page.partition("<main")[2].partition("</main>")[0]
    return [tag for tag in re.findall(r"<(?:input|textarea)\b[^>]*>", main) if 'type="hidden"' not in tag]


def talkative(page):
    return [tag for tag in controls(page) if 'autocomplete="off"' not in tag or 'spellcheck="false"' not in tag]


def test_the_lesson_leads_to_its_sheets_without_another_statement(site, writer):
    from types import SimpleNamespace

    from lms.core.catalogue.api import Block
    from lms.core.learning.api import LESSON_AFTER
    from lms.host.slots import panels

    with site.app.test_request_context("/en/workbook"), site.statements() as seen:
        writer.site.app.preprocess_request()
        panel = next(panel for panel in panels(LESSON_AFTER) if panel.key == "workbook.lesson")
        body = SimpleNamespace(parts=("<p>", Block("workbook", "b1", {"sheets": ["WB01", "WB02"]}, "<section>")))
        shown_panel = panel.render(SimpleNamespace(body=body))
        assert "/en/workbook/1" in shown_panel
        assert "To print and fill in by hand" in shown_panel
        assert panel.render(SimpleNamespace(body=SimpleNamespace(parts=("<p>",)))) == ""
        assert panel.statements == 0
    assert seen == []


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_pages_have_no_fault(site, writer, lang):
    writer.lang = lang
    writer.keep(1).keep(7).write(helps="the river")
    writer.post("/7/1", **{"version": "1", "table-0-code": "P1"})
    with site.session() as session:
        seal_reflection(session, person_id=writer.person.id, prompt="Why?", text="So.")
    paths = ("", "/1", "/2", "/7", "/1/1", "/1/2", "/7/1", "/9/blank", "/1/wipe", "/erase", "/reflections")
    pages = [Page(writer.get(path).text, lang, f"/{lang}/workbook{path}", who="learner") for path in paths]
    assert [f"{page.url}: {fault}" for page in pages for check in CHECKS for fault in check(page)] == []
