"""Sheets as files: those that come along are whole and translated, and each fault is told with its place."""

import copy

import polib
import pytest
import yaml

from lms.core.catalogue.api import bundled
from lms.plugins.workbook.commands import group
from lms.plugins.workbook.domain.files import FOLDER, compiled, read_shelf
from lms.plugins.workbook.domain.filled import both, fitting, read
from lms.plugins.workbook.forms import PartForm
from lms.plugins.workbook.queries import sheets
from tests.plugins.workbook.conftest import every_sheet

GOOD = {
    "id": "WB31",
    "title": "Garden plan",
    "discreet_title": "Plot",
    "purpose": "Know what grows where.",
    "privacy": "E",
    "review": "yearly",
    "parts": [
        {
            "id": "beds",
            "title": "Beds",
            "fields": [
                {"id": "all", "type": "table", "label": "All beds", "columns": [{"id": "bed", "label": "Bed"}]},
                {"id": "note", "type": "long", "label": "Notes"},
                {"id": "seeds", "type": "list", "label": "Seeds"},
                {"id": "who", "type": "short", "label": "Who waters"},
            ],
        }
    ],
    "status": "draft",
    "reviewed": None,
    "review_due": "2028-11-22",
}


@pytest.fixture
def shelf(tmp_path):
    def write(name="WB31", **changes):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(GOOD | changes, sort_keys=False))
        return read_shelf(tmp_path)

    return write


def test_the_twenty_sheets_are_whole_and_translated():
    found = read_shelf(bundled()[0] / FOLDER)
    assert found.problems == []
    assert list(found.sheets) == [f"WB{number:02}" for number in range(1, 21)]
    assert {item.lang: item.percent for item in found.coverage} == {"ar": 100, "es": 100, "fr": 100}
    for lang in ("en", "fr", "es", "ar"):
        assert not any(sheet.title.fallback for sheet in every_sheet(lang).values())


def test_a_good_file_is_read(shelf):
    found = shelf()
    assert found.problems == []
    sheet = compiled([found], "en")[31]
    assert [field.kind for field in sheet.part(1).fields] == ["table", "long", "list", "short"]
    assert sheet.part(0) is sheet.part(2) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"privacy": "T"}, "field-choice"),
        ({"colour": "green"}, "field-unknown"),
        ({"id": "WB32"}, "sheet-file"),
        ({"purpose": "Turned \u202e around"}, "bidi-override"),
        ({"parts": [*GOOD["parts"], copy.deepcopy(GOOD["parts"][0])]}, "sheet-twice"),
        ({"parts": []}, "field-few"),
        (
            {"parts": [{"id": "a", "title": "A", "fields": [{"id": "b", "type": "table", "label": "B"}]}]},
            "sheet-columns",
        ),
    ],
)
def test_each_fault_is_told_and_the_sheet_left_out(shelf, changes, code):
    found = shelf(**changes)
    assert code in {problem.code for problem in found.errors}
    assert found.sheets == {}
    assert all(problem.how for problem in found.errors)


def test_a_sheet_of_the_site_takes_the_place_of_a_bundled_one(site):
    own = site.settings.folder / "courses" / FOLDER
    own.mkdir(parents=True)
    (own / "WB02.yaml").write_text(yaml.safe_dump(GOOD | {"id": "WB02"}))
    with site.app.app_context():
        assert sheets("en")[2].title.text == "Garden plan"
        assert sheets("en")[1].title.text == "What I already do"


def test_check_extract_and_merge_on_the_command_line(site, tmp_path):
    def run(*args):
        return site.app.test_cli_runner().invoke(group, args)

    assert "0 errors, 0 warnings, ar 100 %" in run("check").output
    (tmp_path / "WB31.yaml").write_text(yaml.safe_dump(GOOD))
    assert run("extract", "--folder", str(tmp_path)).exit_code == 0
    assert "Garden plan" in (tmp_path / "translations" / "messages.pot").read_text()
    assert run("merge", "--folder", str(tmp_path), "--lang", "fr").exit_code == 0
    po = polib.pofile(str(tmp_path / "translations" / "fr.po"))
    po.find("Beds").msgstr = "Planches"
    po.save()
    assert run("merge", "--folder", str(tmp_path)).exit_code == 0
    assert compiled([read_shelf(tmp_path)], "fr")[31].part(1).title.text == "Planches"
    (tmp_path / "WB31.yaml").write_text("id: WB31\nid: twice\n")
    failed = run("check", "--folder", str(tmp_path))
    assert failed.exit_code == 1
    assert "WB31.yaml:2: error" in failed.output
    assert run("extract", "--folder", str(tmp_path)).exit_code == 1


def test_what_was_written_fits_into_a_sheet_that_changed(shelf):
    part = compiled([shelf()], "en")[31].part(1)
    kept = fitting(part, {"note": ["a", "list"], "seeds": ["bean"], "all": [{"bed": "1", "gone": "x"}, 7]})
    assert kept == {"note": "", "seeds": ["bean"], "all": [{"bed": "1"}], "who": ""}


def test_more_lines_than_can_be_kept_are_refused_and_none_is_lost(site, shelf):
    """CON-5: the lines of two windows together may be too many; they come back until they are few enough."""
    part = compiled([shelf()], "en")[31].part(1)
    beans, kale = ({f"seeds-{number}": f"{word} {number}" for number in range(30)} for word in ("bean", "kale"))
    with site.app.test_request_context("/en/"):
        form = PartForm.sent(part, beans)
        assert form.validate()
        form.join(read(part, lambda name: kale.get(name, "")))
        assert not form.validate()
        again = PartForm.sent(part, {f"seeds-{number}": row for number, row in enumerate(form.values["seeds"])})
        assert len(again.values["seeds"]) == 60
        assert not again.validate()


def test_both_versions_are_joined_without_losing_a_word(shelf):
    part = compiled([shelf()], "en")[31].part(1)
    first = {"note": "sun", "who": "K.", "seeds-0": "bean", "all-1-bed": "north"}
    second = {"note": "sun and rain", "who": "L.", "seeds-3": "bean", "seeds-4": "kale"}
    one, two = (read(part, lambda name, sent=sent: sent.get(name, "")) for sent in (first, second))
    assert both(part, one, two) == {
        "note": "sun and rain",
        "who": "K. / L.",
        "seeds": ["bean", "kale"],
        "all": [{"bed": "north"}],
    }
