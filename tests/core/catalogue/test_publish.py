"""Publishing: all or nothing, immutable, sparing; the ids and addresses stay."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from lms.core.catalogue import actions, queries
from lms.core.catalogue.actions import publishing
from lms.core.catalogue.api import activity, content_for, current_outlines, current_release, lesson_body, outline
from lms.core.catalogue.commands import publish_missing, publish_place
from lms.core.catalogue.compile.places import Place, places
from lms.core.catalogue.domain.contracts import ActivityType
from lms.core.catalogue.events import Published
from lms.core.catalogue.models import Activity, Body, Code, Course, Lesson, OutlineRow, Release
from lms.host.security.audit import Entry
from lms.host.testing import Site
from tests.core.catalogue.conftest import KINDS, Well, write_well

TABLES = (Course, Release, OutlineRow, Lesson, Activity, Body, Code)


@pytest.fixture
def desk(site: Site, well: Well) -> Site:
    """A site that knows the smallest activity, beside the well."""
    site.app.extensions["lms"]._cache[ActivityType] = KINDS
    return site


def publish(site: Site, well: Well, *, kind: actions.Kind = "edition", accept_unreviewed: bool = True) -> str:
    with site.app.app_context():
        return publish_place(Place(well.folder.name, well.folder, True), kind=kind, accept_unreviewed=accept_unreviewed)


def released(site: Site) -> UUID:
    with site.reading() as conn:
        found = current_release(conn, "well")
    assert found is not None
    return found


def counts(site: Site) -> dict[str, int]:
    with site.reading() as conn:
        return {t.__tablename__: conn.execute(select(func.count()).select_from(t)).scalar_one() for t in TABLES}


def hashes(site: Site, release: UUID) -> dict[tuple[str, str], str]:
    """Return what a release stores for each lesson and activity in each language."""
    with site.reading() as conn:
        lessons = conn.execute(select(Lesson.lesson_id, Lesson.lang, Lesson.hash).where(Lesson.release_id == release))
        notes = conn.execute(
            select(Activity.activity_id, Activity.lang, Activity.hash).where(Activity.release_id == release)
        )
        return {(key, lang): name for key, lang, name in [*lessons, *notes]}


def refused(site: Site, well: Well, **options: object) -> list[str]:
    with pytest.raises(actions.PublishError) as error:
        publish(site, well, **options)
    return [problem.code for problem in error.value.problems]


def test_a_release_holds_everything_in_every_language(desk: Site, well: Well) -> None:
    well.po("ar", 'msgctxt "W-1.1 title"\nmsgid "Where to dig"\nmsgstr "أين نحفر"\n')
    assert "published" in publish(desk, well)
    release = released(desk)
    with desk.reading() as conn:
        for lang in ("en", "fr", "es", "ar"):
            found = outline(conn, release, lang)
            assert [lesson.number for lesson in found.lessons] == ["1.1", "1.2"]
            assert lesson_body(conn, release, "W-1.1", lang).lang == lang
            assert activity(conn, release, "W-1.1-n", lang).kind == "note"
        arabic, english = outline(conn, release, "ar"), outline(conn, release, "en")
        assert (arabic.lessons[0].title.text, arabic.lessons[0].title.fallback) == ("أين نحفر", False)
        assert (arabic.lessons[1].title.lang, arabic.lessons[1].title.dir) == ("en", "ltr")
        assert english.lessons[0].title.fallback is False
        assert (english.lessons[0].translated, arabic.lessons[0].translated) == (100, 0)
        body = lesson_body(conn, release, "W-1.1", "ar")
        assert '<h2 lang="en" dir="ltr">Where to dig</h2>' in body.html
        assert body.sources[0].host == "example.org"
        assert activity(conn, release, "W-1.1-n", "ar").data["lines"] == [
            {"text": "Bring %(count)s ropes.", "lang": "en", "dir": "ltr"}
        ]


def test_an_outline_tells_pages_what_they_need(desk: Site, well: Well) -> None:
    publish(desk, well)
    with desk.reading() as conn:
        (found,) = current_outlines(conn, "en")
    first, second = found.lessons
    assert (found.previous(first.id), found.next(first.id), found.next(second.id)) == (None, second, None)
    assert found.module_of[first.id].title.text == "Digging"
    assert first.activity("note").summary == {"questions": 1}
    assert first.content_note.level == 1
    assert (first.review.reviewed, found.reviewed) == (False, False)
    assert 0 < first.bytes < 2000
    assert found.kilobytes >= 1


def test_a_language_without_a_compiled_text_gets_the_source(desk: Site, well: Well) -> None:
    publish(desk, well)
    release = released(desk)
    with desk.reading() as conn:
        assert lesson_body(conn, release, "W-1.1", "my").lang == "en"
        title = outline(conn, release, "my").title
        assert (title.text, title.lang, title.fallback) == ("The well", "en", True)


def test_addresses_are_random_and_say_nothing(desk: Site, well: Well) -> None:
    """CACHE-4"""
    publish(desk, well)
    with desk.reading() as conn:
        rows = {row.content_id: row for row in conn.execute(select(Code.__table__))}
        assert set(rows) == {"well", "W-1", "W-1.1", "W-1.2"}
        ref = content_for(conn, rows["W-1.1"].code)
        assert (ref.kind, ref.content_id, ref.course_id) == ("lesson", "W-1.1", "well")
        assert content_for(conn, "nowhere") is None
    codes = {row.code for row in rows.values()} | {actions.new_code() for _ in range(200)}
    assert len(codes) == 204
    assert all(len(code) == 7 and set(code) <= set(actions.ALPHABET) for code in codes)


def test_publishing_the_same_again_does_nothing(desk: Site, well: Well) -> None:
    publish(desk, well)
    before = counts(desk)
    assert "nothing has changed" in publish(desk, well)
    assert counts(desk) == before


def test_a_change_stores_only_what_changed_and_keeps_the_old_release(desk: Site, well: Well) -> None:
    publish(desk, well)
    first, before = released(desk), counts(desk)
    with desk.reading() as conn:
        old = lesson_body(conn, first, "W-1.1", "en").html
        codes = set(conn.execute(select(Code.code)).scalars())
    well.swap(well.lesson, "One neighbour", "Three neighbours")
    publish(desk, well)
    second = released(desk)
    one, other = hashes(desk, first), hashes(desk, second)
    assert {key for key in one if one[key] != other[key]} == {("W-1.1", lang) for lang in ("en", "fr", "es", "ar")}
    # At most the lesson and the outline in each language; those that say the same in two languages are one.
    assert counts(desk)["catalogue_body"] - before["catalogue_body"] <= 8
    queries._bodies.clear()
    queries._outlines.clear()
    with desk.reading() as conn:
        assert lesson_body(conn, first, "W-1.1", "en").html == old
        assert "Three neighbours" in lesson_body(conn, second, "W-1.1", "en").html
        assert (outline(conn, first, "en").number, outline(conn, second, "en").number) == (1, 2)
        assert set(conn.execute(select(Code.code)).scalars()) == codes


def test_one_error_and_nothing_is_published(desk: Site, well: Well) -> None:
    publish(desk, well)
    before, release = counts(desk), released(desk)
    well.swap(well.lesson, "One neighbour", "New words")
    well.swap(well.lesson.parent.with_name("20-rope") / "lesson.md", "minutes: 5", "minutes: five")
    assert refused(desk, well) == ["field-number"]
    assert (counts(desk), released(desk)) == (before, release)


@pytest.mark.parametrize("step", ["_store_bodies", "_store_release", "_store_pictures", "emit"])
def test_a_fault_on_the_way_leaves_nothing_behind(desk: Site, well: Well, step: str, monkeypatch) -> None:
    publish(desk, well)
    before, release = counts(desk), released(desk)
    well.swap(well.lesson, "One neighbour", "New words")
    original = getattr(publishing, step)

    def broken(*args: object, **kwargs: object) -> None:
        original(*args, **kwargs)
        raise OSError("the disk is full")

    monkeypatch.setattr(publishing, step, broken)
    with pytest.raises(OSError, match="disk"):
        publish(desk, well)
    assert (counts(desk), released(desk)) == (before, release)
    monkeypatch.undo()
    assert "published" in publish(desk, well)


def test_an_id_that_vanished_is_refused_against_the_last_release(desk: Site, well: Well) -> None:
    publish(desk, well)
    well.swap(well.lesson, "id: W-1.1", "id: W-1.9")
    assert refused(desk, well) == ["id-vanished"]
    well.swap(well.course, "outcomes:", "moved: {W-1.1: null}\noutcomes:")
    assert "published" in publish(desk, well)
    well.swap(well.lesson, "id: W-1.9", "id: W-1.1")
    assert "id-reused" in refused(desk, well)


def test_an_id_of_another_course_is_refused(desk: Site, well: Well, tmp_path: Path) -> None:
    publish(desk, well)
    other = write_well(tmp_path / "more")
    other.folder = other.folder.rename(tmp_path / "more" / "pond")
    other.swap(other.course, "id: well", "id: pond")
    assert set(refused(desk, other)) == {"id-elsewhere"}


def test_unreviewed_lessons_need_a_word(desk: Site, well: Well) -> None:
    assert refused(desk, well, accept_unreviewed=False) == ["unreviewed", "unreviewed"]
    publish(desk, well)
    with desk.reading() as conn:
        entry = conn.execute(select(Entry.__table__).where(Entry.action == "course published")).one()
    assert (entry.object, entry.reason) == ("well", "edition, 2 lessons not reviewed")


def test_reviewed_lessons_need_none(desk: Site, well: Well) -> None:
    for path in (well.lesson, well.lesson.parent.with_name("20-rope") / "lesson.md"):
        well.swap(path, "status: draft", 'status: reviewed\nreviewed: "2026-11-20, trainer"')
    assert "published" in publish(desk, well, accept_unreviewed=False)
    with desk.reading() as conn:
        assert current_outlines(conn, "en")[0].reviewed


def test_a_correction_changes_no_ids(desk: Site, well: Well) -> None:
    publish(desk, well)
    well.swap(
        well.note, '  - {id: a, text: "Bring %(count)s ropes."}', '  - {id: a, text: "x"}\n  - {id: b, text: "y"}'
    )
    assert refused(desk, well, kind="correction") == ["correction"]
    well.swap(well.note, '\n  - {id: b, text: "y"}', "")
    assert "published" in publish(desk, well, kind="correction")


def test_it_is_told_who_asks_to_know(desk: Site, well: Well, monkeypatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(publishing, "emit", lambda _session, event: told.append(event))
    publish(desk, well)
    assert told == [Published("well", released(desk), "edition")]


def test_two_publishers_do_not_overwrite_each_other(desk: Site, well: Well, monkeypatch) -> None:
    publish(desk, well)
    well.swap(well.lesson, "One neighbour", "Mine")
    prepare = actions.prepare

    def meanwhile(*args: object, **kwargs: object) -> actions.Prepared:
        made = prepare(*args, **kwargs)
        monkeypatch.undo()
        well.swap(well.lesson, "Mine", "Theirs")
        publish(desk, well)
        return made

    monkeypatch.setattr(actions, "prepare", meanwhile)
    assert refused(desk, well) == ["overtaken"]
    with desk.reading() as conn:
        assert "Theirs" in lesson_body(conn, current_release(conn, "well"), "W-1.1", "en").html


def test_warm_pages_ask_nothing(desk: Site, well: Well) -> None:
    publish(desk, well)
    release = released(desk)
    with desk.reading() as conn:

        def everything() -> None:
            outline(conn, release, "fr")
            lesson_body(conn, release, "W-1.1", "fr")
            activity(conn, release, "W-1.1-n", "fr")

        with desk.statements() as cold:
            everything()
        with desk.statements() as warm:
            everything()
            current_outlines(conn, "fr")
    assert (len(cold), len(warm)) == (3, 1)  # one for each kind; afterwards only "which releases are offered?"


def test_a_start_publishes_what_was_never_published_and_nothing_else(desk: Site, well: Well, monkeypatch) -> None:
    monkeypatch.setattr("lms.core.catalogue.commands.all_places", lambda: places(well.folder.parents[1]))
    monkeypatch.setattr("lms.core.catalogue.compile.places.bundled", lambda: (Path("/nowhere"), False))
    with desk.app.app_context():
        (line,) = publish_missing(demo=False)
        assert "--accept-unreviewed" in line
        assert publish_missing(demo=True)[0].startswith("✓ well: published")
        well.swap(well.lesson, "One neighbour", "New words")
        assert publish_missing(demo=True) == []


def test_courses_of_the_data_folder_win_and_the_package_is_not_written_to(
    well: Well, monkeypatch, tmp_path: Path
) -> None:
    shipped = write_well(tmp_path / "package" / "courses")
    monkeypatch.setattr("lms.core.catalogue.compile.places.bundled", lambda: (shipped.folder.parent, False))
    assert places(tmp_path / "data") == {"well": Place("well", shipped.folder, False)}
    assert places(well.folder.parents[1]) == {"well": Place("well", well.folder, True)}
