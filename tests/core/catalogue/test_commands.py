"""`lms courses …` as authors and translators meet it."""

import json
from pathlib import Path

import polib
import pytest

from lms.core.catalogue.commands import courses
from lms.core.catalogue.compile.places import Place
from lms.core.catalogue.domain.contracts import ActivityType
from lms.host.testing import Site
from tests.core.catalogue.conftest import KINDS, Well


@pytest.fixture
def run(site: Site, well: Well, monkeypatch):
    """Run a command; returns exit code and what it said."""
    site.app.extensions["lms"]._cache[ActivityType] = KINDS
    monkeypatch.setattr("lms.core.catalogue.compile.places.bundled", lambda: (Path("/nowhere"), False))

    def call(*words: str) -> tuple[int, str]:
        result = site.app.test_cli_runner().invoke(courses, [*words, "--folder", str(well.folder.parent)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return call


def test_check_names_file_line_fault_and_remedy(run, well: Well) -> None:
    assert run("check") == (0, "✓ well: 0 errors, 0 warnings\n")
    well.swap(well.lesson, "minutes: 5", "minutes: five")
    status, said = run("check")
    assert status == 1
    assert f"{well.lesson}:7: error: “minutes” must be a number, not five. [field-number]\n    → Write digits" in said
    assert said.endswith("✗ well: 1 error, 0 warnings\n")


def test_check_speaks_json_and_can_be_strict(run, well: Well) -> None:
    well.swap(well.lesson, "review_due: 2027-11-22", "review_due: 2020-01-01")
    status, said = run("check", "--json")
    (course,) = json.loads(said)
    assert (status, course["course"]) == (0, "well")
    assert [(problem["code"], problem["severity"]) for problem in course["problems"]] == [("review-due", "warning")]
    assert run("check", "--strict")[0] == 1


def test_an_unknown_course_is_one_line(run) -> None:
    assert run("check", "wel") == (1, "Error: There is no course “wel”. Courses: well.\n")


def test_publish_says_what_it_did_or_why_not(run, well: Well) -> None:
    status, said = run("publish")
    assert (status, said.splitlines()[-1]) == (1, "✗ well: nothing was published.")
    assert "Nobody has reviewed this lesson yet" in said
    assert run("list")[1].startswith("well: not published")
    assert run("publish", "--accept-unreviewed") == (
        0,
        "✓ well: published, 2 lessons in 4 languages, 2 not yet reviewed.\n",
    )
    assert run("publish", "well", "--accept-unreviewed")[1] == "✓ well: nothing has changed since the last release.\n"
    assert run("list")[1].startswith("well: release 1 of 20")


def test_the_road_of_a_translation(run, well: Well) -> None:
    assert run("extract")[0] == 0
    pot = polib.pofile(str(well.folder / "translations" / "messages.pot"))
    assert len(pot) == len({(segment.msgctxt, segment.text) for segment in well.check().segments})
    assert "new" in run("merge", "--lang", "fr")[1]
    path = well.folder / "translations" / "fr.po"
    po = polib.pofile(str(path))
    entry = next(item for item in po if item.msgid == "One neighbour")
    entry.msgstr = "Un voisin"
    po.save(str(path))
    well.swap(well.lesson, "One neighbour", "One good neighbour")
    status, said = run("merge")
    assert (status, said.strip().endswith("1 changed")) == (0, True)
    text = path.read_text()
    assert '#| msgid "One neighbour"\nmsgctxt "W-1.1 item"\nmsgid "One good neighbour"\nmsgstr "Un voisin"' in text
    run("merge")
    assert path.read_text() == text


def test_merge_goes_on_although_a_translation_is_wrong(run, well: Well) -> None:
    well.po("fr", 'msgctxt "W-1.1-n a line"\nmsgid "Bring %(count)s ropes."\nmsgstr "Des cordes"\n')
    assert run("merge")[0] == 0
    assert run("check")[0] == 1


def test_merge_writes_nothing_for_a_broken_course(run, well: Well) -> None:
    well.swap(well.lesson, "minutes: 5", "minutes: five")
    status, said = run("merge", "--lang", "fr")
    assert status == 1
    assert "nothing was written" in said
    assert not (well.folder / "translations").exists()


def test_a_broken_translation_is_not_overwritten(run, well: Well) -> None:
    path = well.po("fr", 'msgid "open\n')
    before = path.read_text()
    assert run("merge")[0] == 0
    assert run("merge", "--lang", "fr") == (1, "Error: fr.po cannot be read. Mend it first: `lms courses check`.\n")
    assert path.read_text() == before


def test_courses_of_the_package_are_not_written_to(run, well: Well, monkeypatch) -> None:
    monkeypatch.setattr(
        "lms.core.catalogue.commands.all_places", lambda _also=None: {"well": Place("well", well.folder, False)}
    )
    for command in ("extract", "merge"):
        status, said = run(command)
        assert status == 1
        assert "Copy its folder" in said
