"""Pictures that come and go with questions: the first of the text, written anew, with what it tells."""

import html
import io
import json
import os
import zipfile
from base64 import b64encode
from pathlib import Path

import pytest
import yaml

from lms.host.pictures import here
from lms.plugins.quizzes.domain.bank.pictured import described, name_in
from lms.plugins.quizzes.domain.exchange import FORMATS, bankfile, formats, packages, quizfile, settle
from lms.plugins.quizzes.domain.exchange.quizfile import Shelf
from tests.host.test_pictures import CANARY, carrying, drawn, header, several
from tests.plugins.quizzes.exchange.comparing import same
from tests.plugins.quizzes.exchange.reading import answer, correct, item, losses, moodle, three
from tests.plugins.quizzes.exchange.test_commands import lesson, run  # noqa: F401 - fixtures
from tests.plugins.quizzes.samples import MAKERS, TYPES, quiz_data

CORPORA = os.environ.get("VEER_CORPORA", "")
ALT = 'Two roads; "left" <one> & a well'
(CLEAN,) = here([drawn()])
SHOWN = {"file": f"media/{CLEAN.name}", "alt": ALT}
HELD = (*MAKERS, "typed")


def read(file):
    return formats.read(file if isinstance(file, bytes) else file.encode(), TYPES, here)


def one(file):
    (entry,) = read(file)
    assert entry.item is not None, entry.refused
    return entry


def asked(images, files="", said=""):
    """A question of Moodle with pictures in its text."""
    tags = "".join(f"<p>{image}</p>" for image in images)
    whole = moodle("truefalse", answer("true", 100, said) + answer("false", 0))
    return whole.replace("<b>asked</b>?</p>", f"asked?</p>{tags}").replace("</questiontext>", f"{files}</questiontext>")


def file(name, data, path="/"):
    return f'<file name="{name}" path="{path}" encoding="base64">{b64encode(data).decode()}</file>'


def image(src, alt=ALT):
    return f'<img src="{src}" alt="{html.escape(alt)}"/>'


INSIDE = "@@PLUGINFILE@@/"
FIRST = {
    "by name": (image(f"{INSIDE}a%20map.png"), file("a map.png", drawn()), []),
    "in a folder": (image(f"{INSIDE}maps/a.png"), file("a.png", drawn(), "/maps/"), []),
    "without quotes": (f"<img src={INSIDE}a.png alt='{html.escape(ALT)}'>", file("a.png", drawn()), []),
    "written out": (image(f"data:image/png;base64,{b64encode(drawn()).decode()}"), "", []),
    "with more": (image(f"{INSIDE}a.png") + image(f"{INSIDE}b.png"), file("a.png", drawn()) + file("b.png", drawn()),
                  ["picture"]),
    "with a sound": (image(f"{INSIDE}a.png"), file("a.png", drawn()) + file("b.mp3", b"b"), ["media"]),
    "acting": (image(f"{INSIDE}a.png").replace("<img", '<img onload="alert(1)"'), file("a.png", drawn()), ["active"]),
}  # fmt: skip
LOST = {
    "picture-far": (image("https://example.org/x.png"), ""),
    "picture-missing": (image(f"{INSIDE}none.png"), ""),
    "picture-unread": (image(f"{INSIDE}a.svg"), file("a.svg", b"<svg onload='alert(1)'/>")),
}
UNREAD = {
    "a page": b"<html><script>alert(1)</script>",
    "moving": several("WEBP"),
    "a bomb": header(50_000, 50_000),
    "too long": drawn() + bytes(2_000_000),
    "damaged": drawn()[:60],
    "empty": b"",
}


def test_the_first_picture_of_a_text_becomes_that_of_the_question():
    found = {name: one(asked([shown], files)) for name, (shown, files, _lost) in FIRST.items()}
    assert {name: losses(entry) for name, entry in found.items()} == {name: row[2] for name, row in FIRST.items()}
    assert {json.dumps(entry.item["picture"]) for entry in found.values()} == {json.dumps(SHOWN)}
    assert {entry.picture.data for entry in found.values()} == {CLEAN.data}
    assert {entry.item["prompt"] for entry in found.values()} == {"What is asked?"}


def test_a_picture_that_cannot_come_is_named_and_the_question_comes():
    for code, (shown, files) in LOST.items():
        entry = one(asked([shown], files))
        assert (entry.picture, entry.item.get("picture")) == (None, None)
        assert code in losses(entry), code
    for name, data in UNREAD.items():
        assert losses(one(asked([image(f"{INSIDE}a.png")], file("a.png", data)))) == ["picture-unread"], name
    assert losses(one(asked([image("data:text/html,x")]))) == ["picture-unread"]
    assert losses(one(asked([image("data:image/png;base64,%%%")]))) == ["picture-unread"]
    said = html.escape(image(f"{INSIDE}a.png"))
    assert losses(one(asked([], said=said))) == ["picture"], "one in feedback"


def test_nothing_of_where_it_was_taken_comes_along_and_a_reader_that_keeps_it_is_found(monkeypatch):
    """UPL-2"""
    file_ = asked([image(f"{INSIDE}a.jpg")], file("a.jpg", carrying("JPEG")))
    assert CANARY not in one(file_).picture.data
    monkeypatch.setattr(settle, "MOST_KEPT", 10)
    assert losses(one(file_)) == ["picture-unread"], "too heavy even when it is small"


def test_gift_can_only_write_a_picture_out():
    tag = image(f"data:image/png;base64,{b64encode(drawn()).decode()}")
    escaped = "".join(f"\\{sign}" if sign in "~=#{}:\\" else sign for sign in tag)
    entry = one(f"[html]<p>What is asked?</p>{escaped} {{TRUE}}")
    assert (entry.item["picture"], entry.item["prompt"], losses(entry)) == (SHOWN, "What is asked?", [])


def test_a_description_that_is_missing_or_too_long_is_said():
    entry = one(asked([image(f"{INSIDE}a.png", "")], file("a.png", drawn())))
    assert (losses(entry), entry.item["picture"]) == (["picture-alt"], {"file": SHOWN["file"]})
    assert not described(entry.item)
    long = one(asked([image(f"{INSIDE}a.png", "word " * 90)], file("a.png", drawn())))
    assert losses(long) == ["picture-alt-cut"]
    assert len(long.item["picture"]["alt"]) <= 300


def package(body, **files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("deep/items/q.xml", body)
        for name, data in files.items():
            made.writestr(name.replace("_", "/", 1) + ".png", data)
    return held.getvalue()


CHOICE = (
    '<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>And?</prompt>'
    '<simpleChoice identifier="a">A</simpleChoice><simpleChoice identifier="b">B</simpleChoice></choiceInteraction>'
)


def test_a_package_brings_the_files_that_lie_in_it():
    whole = item(f'<p>What?</p><p><img src="../maps/a.png" alt="{html.escape(ALT)}"/></p>{CHOICE}', key=correct("a"))
    for body in (whole, three(whole)):
        entry = one(package(body, deep_maps=b"x", **{"deep_maps/a": drawn()}))
        assert (entry.item["picture"], losses(entry)) == (SHOWN, [])
        assert entry.item["prompt"] == "What? And?"
    held = (
        whole.replace("<img ", "<object ")
        .replace("src=", "data=")
        .replace(f' alt="{html.escape(ALT)}"/>', ">A map</object>")
    )
    assert one(package(held, **{"deep_maps/a": drawn()})).item["picture"]["alt"] == "A map"
    for src in ("../../../etc/passwd", "/deep/maps/a.png", "none.png"):
        lost = one(package(whole.replace("../maps/a.png", src), **{"deep_maps/a": drawn()}))
        assert "picture-missing" in losses(lost), src
    assert losses(one(whole)) == ["picture-missing"], "an item without its package"


def test_a_package_gives_no_more_than_it_may_hold(monkeypatch):
    monkeypatch.setattr(packages, "MOST_BYTES", 3_000)
    held = packages._Beside(package("", deep_a=b"x" * 2_000, deep_b=b"x" * 2_000, deep_c=b"x"), {
        "deep/a.png", "deep/b.png", "deep/c.png"})  # fmt: skip
    assert [len(held.get("deep", name) or b"") for name in ("a.png", "a.png", "b.png", "c.png")] == [
        2_000,
        2_000,
        2_000,
        0,
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_what_holds_a_picture_brings_it_back_and_the_others_name_it(form):
    for kind in HELD:
        question = (MAKERS | {"typed": lambda **more: MAKERS["cloze"](bank=None, **more)})[kind](picture=SHOWN)
        data, (parting,) = formats.write([("HS-1.1-q.q1", question)], form, {"HS-1.1-q.q1": CLEAN.data})
        if parting.refused:
            continue
        (entry,) = read(data)
        codes = {*parting.losses, *losses(entry)}
        if form in {"gift", "aiken"}:
            assert ("picture-left" in codes, entry.picture) == (True, None)
            continue
        assert not {code for code in codes if code.startswith("picture")}, (kind, codes)
        assert (entry.item["picture"], entry.picture) == (SHOWN, CLEAN), kind
        bare = {key: value for key, value in question.items() if key != "picture" and value is not None}
        assert same(bare, {key: value for key, value in entry.item.items() if key != "picture"}, codes)
        again = formats.write([("HS-1.1-q.q1", question)], form, {"HS-1.1-q.q1": CLEAN.data})[0]
        assert again == data, "the same questions give the same bytes"


def test_the_same_file_twice_makes_nothing_twice():
    file_ = asked([image(f"{INSIDE}a.png")], file("a.png", drawn()))
    first = bankfile.arrived(read(file_), {}, ())
    (arrival,) = bankfile.new_ones(first)
    assert name_in(arrival.item) == CLEAN.name
    assert [made.name for made in bankfile.brought(first)] == [CLEAN.name]
    known = {bankfile.content_of(arrival.item): arrival.question}
    second = bankfile.arrived(read(file_), known, {arrival.question})
    assert (bankfile.new_ones(second), bankfile.brought(second)) == ([], [])
    blue = asked([image(f"{INSIDE}a.png")], file("a.png", drawn(size=(41, 30))))
    assert len(bankfile.new_ones(bankfile.arrived(read(blue), known, {arrival.question}))) == 1, "another picture"
    (loose,) = quizfile.loose(quizfile.placed(read(file_), Shelf("q", "o1")))
    assert (losses(loose), "picture" in loose.item) == (["picture-loose"], False)


def test_a_lesson_gets_the_file_and_gives_it_out_again(run, lesson):  # noqa: F811 - fixtures
    (lesson / "in.xml").write_text(asked([image(f"{INSIDE}a.png")], file("a.png", carrying("PNG"))))
    words = ("import", lesson / "in.xml", "--into", lesson, "--outcome", "o1", "--json")
    told = json.loads(run(*words).stdout)
    assert (told["picture"], told["losses"]) == (SHOWN["file"], [])
    assert (lesson / SHOWN["file"]).read_bytes() == CLEAN.data
    (made,) = yaml.safe_load((lesson / "quiz.yaml").read_text())["items"]
    assert made["picture"] == SHOWN
    assert json.loads(run(*words).stdout)["already_there"]
    dry = json.loads(run("import", lesson / "in.xml", "--dry-run", "--json").stdout)
    assert (dry["picture"], dry["losses"]) == (SHOWN["file"], [])
    aside = run("import", lesson / "in.xml", "--json")
    assert json.loads(aside.stderr)["losses"][0]["code"] == "picture-loose"
    for form in ("moodle-xml", "qti21", "qti30"):
        run("export", lesson, "--format", form, "--output", lesson / "out")
        assert one((lesson / "out").read_bytes()).item["picture"] == SHOWN
    (lesson / "quiz.yaml").write_text(
        yaml.safe_dump(quiz_data(MAKERS["single"](picture={**SHOWN, "file": "../x.png"})))
    )
    lost = run("export", lesson, "--format", "qti30", "--output", lesson / "out", "--json")
    assert json.loads(lost.stdout)["losses"][0]["code"] == "picture-left", "no file outside of the lesson"


@pytest.mark.skipif(not CORPORA, reason="VEER_CORPORA names no folder with the corpora")
def test_files_of_other_programs_keep_their_pictures():
    folder = Path(CORPORA) / "moodle-xml"
    files = ("QAS-Editor/truefalse.xml", "moodle-demo/xml/tests/fixtures/truefalse.xml")
    assert [any(entry.picture for entry in read((folder / name).read_bytes())) for name in files] == [True, True]
    held = io.BytesIO()
    simple = Path(CORPORA) / "qti/qti-examples/qtiv3-examples/packaging/simple"
    with zipfile.ZipFile(held, "w") as made:
        for path in sorted(simple.rglob("*")):
            made.write(path, path.relative_to(simple))
    assert [one.item["picture"]["alt"] for one in read(held.getvalue()) if one.picture] == [
        "NEVER LEAVE LUGGAGE UNATTENDED"
    ]


@pytest.mark.deep
@pytest.mark.skipif(not CORPORA, reason="VEER_CORPORA names no folder with the corpora")
def test_every_file_of_the_corpora_ends_in_one_of_three_ways():
    files = [
        path for name in ("gift", "moodle-xml", "qti") for path in (Path(CORPORA) / name).rglob("*") if path.is_file()
    ]
    assert len(files) > 400
    for path in files:
        for entry in formats.read(path.read_bytes(), TYPES):
            assert entry.result in {"imported", "imported-with-losses", "refused"}
            assert (entry.refused is None) != (entry.item is None)
