"""Files that mean harm, or are only damaged: refused within limits, and nothing in them ever acts."""

import json
import zlib
from io import BytesIO
from time import process_time
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from lms.plugins.quizzes.domain import exchange
from lms.plugins.quizzes.domain.exchange import packages, texts, trees
from tests.plugins.quizzes.exchange.reading import answer, correct, entries, item, losses, moodle, one, refusal

XML = '<?xml version="1.0"?>'
BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
WELL = moodle("truefalse", answer("true", 100, "yes") + answer("false", 0, "no"))

ENTITIES = {
    "laughs": f'{XML}<!DOCTYPE quiz [<!ENTITY l0 "ha">{BOMB}]><quiz>&l9;</quiz>',
    "quadratic": f'{XML}<!DOCTYPE quiz [<!ENTITY a "{"a" * 50_000}">]><quiz>{"&a;" * 5_000}</quiz>',
    "file": f'{XML}<!DOCTYPE quiz [<!ENTITY f SYSTEM "file:///etc/passwd">]><quiz>&f;</quiz>',
    "network": f'{XML}<!DOCTYPE quiz [<!ENTITY f SYSTEM "http://127.0.0.1:9/x">]><quiz>&f;</quiz>',
    "parameter": f'{XML}<!DOCTYPE quiz [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><quiz/>',
    "attribute": f'{XML}<!DOCTYPE quiz [<!ATTLIST quiz a CDATA "x">]><quiz/>',
    "undefined": f"{XML}<quiz>&nothing;</quiz>",
    "behind a type": f'{XML}<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/x.dtd"><quiz>&nbsp;</quiz>',
}


@pytest.mark.parametrize("name", ENTITIES)
def test_entities_are_refused(name):
    assert refusal(ENTITIES[name]) == "doctype"


def test_a_reader_that_takes_entities_would_be_found(monkeypatch):
    """The planted fault: declarations of the file's own are let through."""
    monkeypatch.setattr(trees._Builder, "_doctype", lambda self, *said: None)
    monkeypatch.setattr(trees._Builder, "_entity", lambda self, *said: 1)
    with pytest.raises(AssertionError):
        assert refusal(f'{XML}<!DOCTYPE quiz [<!ENTITY a "b">]>{WELL.replace("asked", "&a;")}') == "doctype"


def test_a_type_without_declarations_is_harmless():
    (entry,) = entries(f'{XML}<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/x.dtd">{WELL}')
    assert entry.item is not None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("Où ? {=ici ~là}".encode("windows-1252"), "encoding"),
        (b'<?xml version="1.0" encoding="utf-8"?><quiz>\xff</quiz>', "encoding"),
        (b'<?xml version="1.0" encoding="utf-7"?><quiz/>', "encoding"),
        (b'<?xml version="1.0" encoding="shift_jis"?><quiz/>', "encoding"),
        (b'<?xml version="1.0" encoding="idna"?><quiz/>', "encoding"),
        (b'<?xml version="1.0" encoding="utf-16"?><quiz/>', "encoding"),
        (b"\xff\xfeA\x00\x00\xd8", "encoding"),
        (b"GIF89a\x00\x01", "binary"),
        (b"\x89PNG\r\n\x1a\n\x00", "binary"),
        (b"<quiz><question></quiz>", "xml"),
        (b"<", "xml"),
        (b"<quiz", "xml"),
        (json.dumps([{"type": "MC"}]).encode(), "unknown-format"),
        (b"[" * 30_000, "description"),
    ],
)
def test_damaged_files_say_what_is_wrong(data, code):
    assert refusal(data) == code


def test_other_encodings_are_read_as_they_say():
    for coding in ("utf-16", "utf-8-sig", "iso-8859-1", "windows-1252"):
        text = f'<?xml version="1.0" encoding="{coding.removesuffix("-sig")}"?>{WELL.replace("asked", "été")}'
        assert one(text.encode(coding)).item["prompt"] == "What is été?"
    assert one("Où ? {=ici ~là}".encode("utf-16")).item["prompt"] == "Où ?"


def test_large_files_are_refused_unread():
    start = process_time()
    assert refusal(b"<quiz>" + bytes(100_000_000)) == "large"
    assert refusal(b"x" * (exchange.MOST_BYTES + 1)) == "large"
    assert process_time() - start < ENDLESS


def test_too_many_parts_are_refused():
    assert refusal("\n" * (texts.MOST_LINES + 1)) == "lines"
    assert refusal("a {" + "=b" * 100 + "}") == "many-answers"
    assert refusal("a {=b ~" + "b" * 40_000 + "}") == "text-long"
    assert refusal("a {=b ~[plain]" + "b" * 6_000 + "}") == "text-long"
    assert refusal("What? {T}\n\n" * (exchange.MOST_QUESTIONS + 1)) == "many"


def test_deep_and_wide_trees_are_refused():
    assert refusal("<quiz>" * 200_000) == "xml-size"
    assert refusal("<quiz>" + "<a/>" * (trees.MOST_PARTS + 1) + "</quiz>") == "xml-size"
    assert refusal(WELL.replace("asked", "<b>" * (texts.MOST_TAGS + 1))) == "markup"
    assert refusal(WELL.replace("asked", "a" * (texts.LONGEST + 1))) == "text-long"


ENDLESS = 15
SLOW = {
    "braces": "{" * 990_000,
    "closed braces": "}" * 990_000,
    "pairs of braces": "{} " * 13_000,
    "many blocks": ("a {" + "=b ~" * 20 + "\\" * 39_000 + "}\n\n") * 12,
    "blank lines": "a {\n\n" * 14_000,
    "titles": "::" * 490_000,
    "escaped title": "::" + "\\" * 39_000 + "{T}",
    "signs": "a {" + "=" * 39_000 + "}",
    "arrows": "a {=" + "->" * 19_000 + "}",
    "weights": "a {" + "~%" * 19_000 + "}",
    "hashes": "a {=" + "#" * 39_000 + "}",
    "tags": "// " + "[tag:" * 190_000 + "\na {T}",
    "letters": "A. a\n" * 29_000,
    "questions": "a\nANSWER: A\n" * 14_000,
    "spaces": " " * 490_000 + "ANSWER" + " " * 490_000,
    "empty lines": "A. a\n" + "\n" * 29_000 + "ANSWER: A",
    "tags of HTML": "a {=" + "<b " * 390 + "~b}",
    "handlers": "a {=<a " + " onx" * 4_900 + " ~b}",
    "formulas": "a {=" + "\\\\(" * 4_900 + " ~b}",
    "dollars": "a {=" + "$" * 19_000 + " ~b}",
    "stars": "a {=[markdown]" + "*a **b " * 420 + " ~b}",
    "brackets": "a {=[markdown]" + "[" * 2_900 + " ~b}",
    "quotes": "a {=[markdown]" + ">" * 2_900 + " ~b}",
    "ticks": "a {=[markdown]" + "".join("`" * n + " " for n in range(70)) + " ~b}",
    "entities": "a {=" + "&lt;" * 4_900 + " ~b}",
    "nested": "a {=" + "<div>" * 390 + " ~b}",
    "gaps": moodle("cloze", "").replace("asked", "{1:A:" * 3_900),
    "escaped gaps": moodle("cloze", "").replace("asked", "{1:A:" + "\\}" * 9_000),
    "places": moodle("gapselect", "").replace("asked", "[[1" * 6_000),
    "long texts": "<quiz>" + moodle("truefalse", "").replace("asked", "<i>a " * 390)[6:-7] * 800 + "</quiz>",
    "pictures": moodle("truefalse", "").replace("asked", "<img src='data:image/png;base64," + "A" * 3_900_000 + "'>"),
    "attributes": "<quiz " + " ".join(f'a{n}="1"' for n in range(59_000)) + "/>",
    "data": moodle("truefalse", "").replace("asked", "data:a/" * 2_800),
    "declarations": item("<p/>", key=correct(*["a b"] * 20_000)),
}


@pytest.mark.parametrize("name", SLOW)
def test_nothing_goes_back_and_forth_without_end(name):
    """The bound is far above what any of these takes, a second at most, and far below what the square of one would."""
    start = process_time()
    assert entries(SLOW[name])
    assert process_time() - start < ENDLESS


ACTIVE = {
    "<script>alert(1)</script>": "alert",
    '<img src="x" onerror="alert(1)">': "onerror",
    '<a href="javascript:alert(1)">go</a>': "javascript",
    "<svg/onload=alert(1)>": "onload",
    '<iframe src="http://x.example"></iframe>': "iframe",
    "<style>*{background:url(//x.example)}</style>": "background",
    '<form action="//x.example"><input name="a"></form>': "action",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>": "onerror",
}


@pytest.mark.safety
@pytest.mark.parametrize("markup", ACTIVE)
@pytest.mark.parametrize("format_", ["moodle", "gift", "qti"])
def test_nothing_active_is_left(markup, format_):
    """XSS-1: what acts is gone from every imported text, and its loss is named."""
    if format_ == "gift":
        escaped = "".join(f"\\{sign}" if sign in "~=#{}:\\" else sign for sign in markup)
        entry = one(f"[html]Asked {escaped} ? {{TRUE#{escaped} no#{escaped} yes}}")
    elif format_ == "moodle":
        held = markup.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        entry = one(moodle("truefalse", answer("true", 100, f"{held} yes")).replace("asked", f"asked {markup}"))
    else:
        rows = "".join(f'<simpleChoice identifier="{n}">{markup} {n}</simpleChoice>' for n in "ab")
        body = f'<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>And?</prompt>{rows}</choiceInteraction>'
        (entry,) = entries(item(body, key=correct("a")))
        if entry.refused:
            assert entry.refused.code in {"xml", "wordless"}
            return
    assert {"active", "picture"} & set(losses(entry)) or format_ == "qti"
    assert ACTIVE[markup] not in json.dumps(entry.item)


@pytest.mark.safety
def test_active_text_that_is_kept_would_be_found(monkeypatch):
    """The planted fault: texts as they stand in the file."""
    monkeypatch.setattr(texts, "words_of_html", lambda text: text)
    with pytest.raises(AssertionError):
        test_nothing_active_is_left("moodle", "<script>alert(1)</script>")


@pytest.mark.safety
def test_signs_that_turn_or_hide_others_are_taken_out():
    """XSS-2: no sign of an imported text changes how another one reads."""
    entry = one("A\u202eB\u2066C\x07\ufeff? {=a ~b}")
    assert entry.item["prompt"] == "ABC?"


def packed(files, method=ZIP_DEFLATED):
    held = BytesIO()
    with ZipFile(held, "w", method) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return held.getvalue()


def test_packages_that_unpack_to_too_much_are_refused():
    assert refusal(packed({"a.xml": bytes(packages.MOST_BYTES + 1)})) == "package"
    assert refusal(packed({"a.xml": b" " * (packages.MOST_OF_ONE + 1)})) == "package"
    assert refusal(packed({f"{n}.xml": b"" for n in range(packages.MOST_FILES + 1)})) == "package"


def test_a_package_that_lies_about_its_sizes_is_refused():
    data = packed({"a.xml": bytes(packages.MOST_OF_ONE * 2)})
    size = (packages.MOST_OF_ONE * 2).to_bytes(4, "little")
    assert refusal(data.replace(size, (10).to_bytes(4, "little"))) == "package"


def test_damaged_and_encrypted_packages_are_refused():
    whole = packed({"a.xml": item("<p/>")})
    assert refusal(whole[: len(whole) // 2]) == "package"
    assert refusal(b"PK\x03\x04") == "package"
    central = whole.rindex(b"PK\x01\x02")
    assert refusal(whole[: central + 8] + b"\x01" + whole[central + 9 :]) == "package"
    assert refusal(whole.replace(zlib.crc32(item("<p/>").encode()).to_bytes(4, "little"), b"abcd")) == "package"
    assert refusal(packed({"a.txt": b"a"})) == "empty"
    assert refusal(packed({"inner.zip": whole})) == "empty"
