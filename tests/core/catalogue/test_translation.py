"""Translations of courses: what is taken out, what stays when the source changes, what cannot be used."""

import polib
import pytest

from lms.core.catalogue.compile.merging import merge
from lms.core.catalogue.compile.po import read_catalogue, template
from lms.core.catalogue.domain.segments import Segment
from tests.core.catalogue.conftest import Well

PARAGRAPH = "Water is **near the reeds**. Ask `Ari` and read [the book](https://example.org/wells)."
FRENCH = "L’eau est **près des roseaux**. Demandez à `Ari` et lisez [le livre](https://example.org/wells)."


def entry(text: str, translation: str, context: str = "W-1.1 paragraph", flags: str = "") -> str:
    return f'{flags}msgctxt "{context}"\nmsgid "{text}"\nmsgstr "{translation}"\n\n'


def updated(well: Well, lang: str = "fr") -> polib.POFile:
    """Merge as `lms courses merge` does, and write the file."""
    checked = well.check()
    course = checked.course
    po = merge(course.catalogues.get(lang), checked.segments, "well", lang, course.meta.moved)
    (well.folder / "translations").mkdir(exist_ok=True)
    (well.folder / "translations" / f"{lang}.po").write_text(str(po))
    return po


def one(po: polib.POFile, text: str) -> polib.POEntry:
    (found,) = [item for item in po if item.msgid == text and not item.obsolete]
    return found


def test_every_kind_of_text_is_taken_out_with_its_permanent_id(well: Well) -> None:
    found = {(item.msgctxt, item.msgid) for item in template(well.check().segments, "well")}
    assert {
        ("well title", "The well"),
        ("well outcome c1", "Share a well."),
        ("W-1 summary", "Where and how deep."),
        ("W-1.1 title", "Where to dig"),
        ("W-1.1 outcome o1", "Choose a place."),
        ("W-1.1 content_note", "This lesson speaks of drought."),
        ("W-1.1 heading", "Where to dig"),
        ("W-1.1 paragraph", PARAGRAPH),
        ("W-1.1 item", "One neighbour"),
        ("W-1.1 safe-version paragraph", "**Short.** Look first. Dig later."),
        ("W-1.1 activity item", "Look."),
        ("W-1.1-n a line", "Bring %(count)s ropes."),
    } <= found


def test_files_are_the_same_each_time_and_name_no_machine(well: Well) -> None:
    first = str(template(well.check().segments, "well"))
    assert first == str(template(well.check().segments, "well"))
    assert str(well.folder.parent) not in first
    assert "Date" not in first
    updated(well)
    text = (well.folder / "translations" / "fr.po").read_text()
    assert str(updated(well)) == text


def test_a_changed_source_becomes_fuzzy_and_keeps_the_previous_one(well: Well) -> None:
    well.po("fr", entry(PARAGRAPH, FRENCH))
    well.swap(well.lesson, "near the reeds", "close to the reeds")
    changed = one(updated(well), PARAGRAPH.replace("near the reeds", "close to the reeds"))
    assert changed.fuzzy
    assert changed.previous_msgid == PARAGRAPH
    assert changed.msgstr == FRENCH
    assert "#| msgid" in (well.folder / "translations" / "fr.po").read_text()


def test_a_second_change_keeps_the_source_that_was_translated(well: Well) -> None:
    well.po("fr", entry(PARAGRAPH, FRENCH))
    well.swap(well.lesson, "near the reeds", "close to the reeds")
    updated(well)
    well.swap(well.lesson, "Water is", "Fresh water is")
    changed = one(
        updated(well), PARAGRAPH.replace("near the reeds", "close to the reeds").replace("Water", "Fresh water")
    )
    assert changed.previous_msgid == PARAGRAPH
    well.swap(well.lesson, "Fresh water is **close to", "Water is **near")
    back = one(updated(well), PARAGRAPH)
    assert not back.fuzzy
    assert back.msgstr == FRENCH


def test_fuzzy_words_are_not_shown(well: Well) -> None:
    well.po("fr", entry(PARAGRAPH, FRENCH, flags="#, fuzzy\n"))
    assert well.check().course.catalogues["fr"].words == {}
    well.po("fr", entry(PARAGRAPH, FRENCH))
    assert well.check().course.catalogues["fr"].words == {("W-1.1 paragraph", PARAGRAPH): FRENCH}


def test_order_means_nothing(well: Well) -> None:
    well.po("fr", entry("One neighbour", "Un voisin", "W-1.1 item") + entry("Two neighbours", "Deux", "W-1.1 item"))
    well.swap(well.lesson, "- One neighbour\n- Two neighbours", "- Two neighbours\n- One neighbour")
    po = updated(well)
    assert (one(po, "One neighbour").msgstr, one(po, "Two neighbours").msgstr) == ("Un voisin", "Deux")
    assert po.fuzzy_entries() == []


def test_what_vanished_stays_as_obsolete_and_comes_back(well: Well) -> None:
    well.po("fr", entry("One neighbour", "Un voisin", "W-1.1 item"))
    updated(well)
    well.swap(well.lesson, "- One neighbour\n", "")
    assert [item.msgid for item in updated(well).obsolete_entries()] == ["One neighbour"]
    well.swap(well.lesson, "- Two neighbours", "- One neighbour\n- Two neighbours")
    back = one(updated(well), "One neighbour")
    assert (back.msgstr, back.fuzzy) == ("Un voisin", False)


def test_a_paragraph_that_becomes_an_item_keeps_its_words(well: Well) -> None:
    well.po("fr", entry("Walk around the place.", "Faites le tour.", "W-1.1 activity paragraph"))
    well.swap(well.lesson, "Walk around the place.\n\n1. Look.", "1. Walk around the place.\n1. Look.")
    found = one(updated(well), "Walk around the place.")
    assert (found.msgctxt, found.msgstr, found.fuzzy) == ("W-1.1 activity item", "Faites le tour.", False)


def test_the_same_text_in_another_lesson_is_offered_as_fuzzy(well: Well) -> None:
    well.po("fr", entry("One neighbour", "Un voisin", "W-9.9 item"))
    found = one(updated(well), "One neighbour")
    assert (found.msgstr, found.fuzzy) == ("Un voisin", True)


def test_entries_follow_a_lesson_that_moved(well: Well) -> None:
    well.po("fr", entry(PARAGRAPH, FRENCH))
    well.swap(well.lesson, "id: W-1.1", "id: W-2.1")
    well.swap(well.course, "outcomes:", "moved: {W-1.1: W-2.1}\noutcomes:")
    found = one(updated(well), PARAGRAPH)
    assert (found.msgctxt, found.msgstr, found.fuzzy) == ("W-2.1 paragraph", FRENCH, False)


def test_a_title_is_the_same_thing_however_it_changed(well: Well) -> None:
    well.po("fr", entry("Old words", "Vieux mots", "W-1.1 title"))
    found = [item for item in updated(well) if item.msgctxt == "W-1.1 title"]
    assert [(item.msgid, item.msgstr, item.fuzzy) for item in found[:1]] == [("Where to dig", "Vieux mots", True)]


WRONG = {
    "translation-link": FRENCH.replace("https://example.org/wells", "https://example.org/autre"),
    "translation-code": FRENCH.replace("`Ari`", "Ari"),
    "translation-bold": FRENCH.replace("**", ""),
    "translation-emphasis": FRENCH.replace("livre", "*livre*"),
    "translation-marker": "1. " + FRENCH,
    "translation-picture": FRENCH + " ![x](media/x.png)",
    "translation-paragraphs": FRENCH + "\\n\\nEncore.",
    "html": FRENCH + " <b>x</b>",
    "bidi-override": FRENCH + " \u202ex\u202c",
}


@pytest.mark.parametrize("code", WRONG)
def test_a_translation_that_lost_something_is_refused(well: Well, code: str) -> None:
    path = well.po("fr", entry(PARAGRAPH, WRONG[code]))
    checked = well.check()
    assert code in [problem.code for problem in checked.errors]
    assert checked.course.catalogues["fr"].words == {}
    problem = next(item for item in checked.errors if item.code == code)
    assert path.read_text().split("\n")[problem.line - 1].startswith("msgctxt")
    assert "%(" not in problem.what + problem.how


def test_a_wrong_placeholder_is_refused(well: Well) -> None:
    well.po("fr", entry("Bring %(count)s ropes.", "Apportez %(nombre)s cordes.", "W-1.1-n a line"))
    problem = well.error()
    assert problem.code == "translation-placeholder"
    assert "%(count)s" in problem.what
    assert "%(nombre)s" in problem.what


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('msgid "open\nmsgstr "x"\n', "po-line"),
        ('msgid "in "side"\nmsgstr "x"\n', "po-line"),
        ("nonsense\n", "po-line"),
        ('msgstr "x"\nmsgstr "y"\nmsgctxt "z"\n', "po-syntax"),
        (entry("One neighbour", "Un", "W-1.1 item") * 2, "po-twice"),
    ],
)
def test_a_broken_file_is_named(well: Well, text: str, code: str) -> None:
    well.po("fr", text)
    assert well.codes() == [code]


def test_a_file_under_the_name_of_another_language_is_refused(well: Well) -> None:
    path = well.po("fr", "")
    path.rename(path.with_name("es.po"))
    assert well.codes() == ["po-language"]


def test_old_entries_are_read_whatever_tool_wrote_them() -> None:
    text = '#| msgid "old"\n#, fuzzy\nmsgctxt "a paragraph"\nmsgid ""\n"long "\n"text"\nmsgstr "x"\n'
    catalogue, problems = read_catalogue(text, "f.po", "fr")
    assert problems == []
    (found,) = catalogue.po
    assert (found.msgid, found.previous_msgid, found.fuzzy) == ("long text", "old", True)
    assert catalogue.translate(Segment("a", "paragraph", "long text")) is None


def test_coverage_counts_what_can_be_shown(well: Well) -> None:
    well.po("fr", entry(PARAGRAPH, FRENCH) + entry("One neighbour", "Un", "W-1.1 item", "#, fuzzy\n"))
    checked = well.check()
    (found,) = checked.coverage
    keys = {(segment.msgctxt, segment.text) for segment in checked.segments}
    assert (found.total, found.translated, found.fuzzy) == (len(keys), 1, 1)
