"""A whole course: faults of its files, permanent ids, advice. All at once, each in its place."""

from dataclasses import replace

import pytest

from lms.core.catalogue.compile.identity import manifest
from lms.core.catalogue.domain.history import History
from tests.core.catalogue.conftest import LESSON, Well


def history(well: Well, *retired: str) -> History:
    return History(manifest(well.check().course), frozenset(retired))


def test_all_faults_come_at_once_in_order(well: Well) -> None:
    well.swap(well.course, "hours: 1", "hours: many\ncolour: red")
    well.swap(well.lesson, "minutes: 5", "minutes: -5")
    well.swap(well.lesson, "- Two neighbours", "- Two ![](media/x.png)")
    well.note.write_text("id: W-1.1-n\ntitle: x\n")
    found = [(problem.file, problem.code) for problem in well.check().errors]
    lesson, note = "well/10-digging/10-place/lesson.md", "well/10-digging/10-place/note.yaml"
    assert (lesson, "field-range") in found
    assert (lesson, "picture-alt") in found
    assert ("well/course.yaml", "field-number") in found
    assert ("well/course.yaml", "field-unknown") in found
    assert found == sorted(found, key=lambda pair: pair[0])
    well.swap(well.lesson, "minutes: -5", "minutes: 5")
    assert (note, "note-lines") in [(problem.file, problem.code) for problem in well.check().errors]


FRONT = [
    ('title: "Where to dig"', "title: 5", "field-text"),
    ('title: "Where to dig"\n', "", "field-missing"),
    ("title:", "titel:", "field-unknown"),
    ('summary: "Look before you dig."', 'summary: ""', "field-empty"),
    ("level: foundation", "level: easy", "field-choice"),
    ("minutes: 5", "minutes: five", "field-number"),
    ("minutes: 5", "minutes: true", "field-number"),
    ("review_due: 2027-11-22", "review_due: 2027-13-01", "field-date"),
    ("review_due: 2027-11-22", "review_due: 20271122", "field-date"),
    ("id: W-1.1", 'id: "W 1"', "field-form"),
    ('url: "https://example.org/wells"', 'url: "javascript:x"', "field-form"),
    ('outcomes:\n  - {id: o1, text: "Choose a place."}', "outcomes: []", "field-few"),
    ('outcomes:\n  - {id: o1, text: "Choose a place."}', "outcomes: 1", "field-list"),
    ('content_note: {level: 1, text: "This lesson speaks of drought."}', "content_note: {level: 2}", "note-text"),
    ("status: draft", "status: reviewed", "review-missing"),
    ("status: draft", "status: draft\nstatus: draft", "yaml-twice"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code"), FRONT)
def test_planted_faults_in_front_matter_are_found(well: Well, old: str, new: str, code: str) -> None:
    well.swap(well.lesson, old, new)
    problem = next((item for item in well.check().errors if item.code == code), None)
    assert problem is not None, well.codes()
    assert 1 <= problem.line <= 20
    assert problem.what
    assert "%(" not in problem.what + problem.how


def test_a_lesson_without_front_matter(well: Well) -> None:
    well.lesson.write_text("Text.\n")
    assert well.codes() == ["front-missing"]
    well.lesson.write_text("---\nid: x\n")
    assert well.codes() == ["front-open"]


def test_files_that_cannot_be_read(well: Well) -> None:
    well.lesson.write_bytes(b"---\nid: \xff\n---\n")
    (well.folder / "10-digging" / "module.yaml").unlink()
    (well.folder / "10-digging" / "30-empty").mkdir()
    assert well.codes() == ["file-encoding", "file-missing", "file-missing"]


def test_a_folder_without_a_module_or_lesson(well: Well) -> None:
    (well.folder / "20-more").mkdir()
    (well.folder / "20-more" / "module.yaml").write_text('id: W-2\ntitle: a\ndiscreet_title: b\nsummary: "c"\n')
    assert well.error().code == "module-empty"


def test_windows_files_are_read(well: Well) -> None:
    well.lesson.write_bytes(b"\xef\xbb\xbf" + well.lesson.read_bytes().replace(b"\n", b"\r\n"))
    assert well.codes() == []


def test_an_id_given_twice_is_found(well: Well) -> None:
    well.swap(well.lesson, "id: W-1.1", "id: W-1.2")
    assert well.codes() == ["id-twice"]


def test_the_folder_is_called_like_the_course(well: Well) -> None:
    well.swap(well.course, "id: well", "id: fountain")
    assert well.error().code == "course-folder"


def test_a_course_that_cannot_be_read_still_tells_what_is_wrong_in_its_lessons(well: Well) -> None:
    well.course.write_text("id: [\n")
    well.swap(well.lesson, "minutes: 5", "minutes: five")
    assert set(well.codes()) == {"yaml-syntax", "field-number"}


# ---- permanent ids


def test_unchanged_ids_are_fine(well: Well) -> None:
    assert well.check(history(well)).errors == []


def test_a_vanished_id_needs_a_line_in_moved(well: Well) -> None:
    before = history(well)
    well.swap(well.lesson, "id: W-1.1", "id: W-1.9")
    assert [problem.code for problem in well.check(before).errors] == ["id-vanished"]
    well.swap(well.course, "outcomes:", "moved: {W-1.1: W-1.9}\noutcomes:")
    assert well.check(before).errors == []
    well.swap(well.course, "W-1.1: W-1.9", "W-1.1: W-7.7")
    assert [problem.code for problem in well.check(before).errors] == ["moved-nowhere"]


def test_a_vanished_item_needs_a_line_in_moved(well: Well) -> None:
    before = history(well)
    well.swap(well.note, "id: a", "id: b")
    assert [problem.code for problem in well.check(before).errors] == ["id-vanished"]
    well.swap(well.course, "outcomes:", 'moved: {"W-1.1-n a": null}\noutcomes:')
    assert well.check(before).errors == []


def test_an_action_keeps_its_id(well: Well) -> None:
    well.body("\n:::action{id=a1}\nDig.\n:::\n")
    before = history(well)
    assert before.current["W-1.1 a1"].kind == "block"
    well.body("\n:::action{id=a2}\nDig.\n:::\n")
    assert [problem.code for problem in well.check(before).errors] == ["id-vanished"]
    well.body("\n:::action{id=a1}\nDig.\n:::\n\n:::action{id=a1}\nDrink.\n:::\n")
    assert well.codes() == ["id-twice"]


def test_an_id_that_was_given_up_is_not_used_again(well: Well) -> None:
    without = {key: fact for key, fact in history(well).current.items() if key != "W-1.1"}
    found = well.check(History(without, frozenset({"W-1.1"}))).errors
    assert [problem.code for problem in found] == ["id-reused"]


def test_an_id_does_not_become_another_kind_of_thing(well: Well) -> None:
    before = history(well)
    current = dict(before.current) | {"W-1.1": replace(before.current["W-1.1"], kind="module")}
    assert [problem.code for problem in well.check(History(current)).errors] == ["id-reused"]


def test_ids_stay_with_their_text_when_lessons_change_places(well: Well) -> None:
    before = history(well)
    place, rope = well.lesson.parent, well.lesson.parent.with_name("20-rope")
    place.rename(well.folder / "aside")
    rope.rename(place)
    (well.folder / "aside").rename(rope)
    assert well.check(before).errors == []
    one, other = well.lesson, rope / "lesson.md"
    one.write_text(one.read_text().replace("id: W-1.2", "id: W-1.0"))
    other.write_text(other.read_text().replace("id: W-1.1", "id: W-1.2"))
    one.write_text(one.read_text().replace("id: W-1.0", "id: W-1.1"))
    assert {problem.code for problem in well.check(before).errors} == {"id-swapped"}


# ---- advice


def warnings(well: Well) -> list[str]:
    return [problem.code for problem in well.check().warnings]


def test_plain_language_is_measured_and_advised(well: Well) -> None:
    """Planted faults: a sentence of 31 words, an average above 20, words and phrases that are better left out."""
    assert warnings(well) == []
    well.body("\nYou simply dig! It is a piece of cake.\n")
    assert (warnings(well), well.codes()) == (["idiom", "word", "word"], [])
    well.body("\nYou look. " + "Look " * 30 + "now.\n")
    assert (warnings(well), well.codes()) == ([], ["sentence-long"])
    well.body("\n" + "Look " * 23 + "now.\n")
    assert well.codes() == ["sentences-long"]


def test_questions_are_measured_too(well: Well) -> None:
    well.swap(well.note, "Bring %(count)s ropes.", "Bring " + "long " * 30 + "ropes.")
    assert well.codes() == ["sentence-long"]


def test_a_review_that_is_due_is_told(well: Well) -> None:
    well.swap(well.lesson, "review_due: 2027-11-22", "review_due: 2026-11-21")
    assert warnings(well) == ["review-due"]
    well.swap(well.lesson, "review_due: 2026-11-21", "review_due: 2026-11-22")
    assert warnings(well) == []


def test_a_lesson_that_is_too_long_for_its_minutes_is_told(well: Well) -> None:
    well.lesson.write_text(LESSON.format(id="W-1.1", title="x", body="\n" + "Dig deep. " * 500 + "\n"))
    assert warnings(well) == ["minutes-few"]


def test_files_nobody_reads_are_told(well: Well) -> None:
    (well.folder / "10-digging" / "quizz.yaml").write_text("x")
    assert warnings(well) == ["file-unknown"]
