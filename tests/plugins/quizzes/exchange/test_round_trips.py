"""What we write, we read: whatever signs an author uses, nothing is lost in a format but what is named."""

import json

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from lms.plugins.quizzes.domain.exchange import FORMATS, formats, gift_out, moodle_gaps
from tests.plugins.quizzes.exchange.comparing import same
from tests.plugins.quizzes.samples import MAKERS, OTHERS, TYPES

ALL = frozenset(
    {"single", "multiple", "truefalse", "short", "numeric", "matching", "ordering", "cloze", "typed", "reflection"}
)
HELD = {
    "gift": ALL - {"typed"},
    "aiken": frozenset({"single", "truefalse"}),
    "moodle-xml": ALL,
    "qti21": ALL,
    "qti30": ALL,
}
ON_ANY_MACHINE = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much]}
SIGNS = st.sampled_from(
    ["~", "=", "#", "{", "}", ":", "\\", "\\\\", "->", "####", "::", "//", "[html]", "[plain]", "%50%", "$CATEGORY:", "&amp;",
     "&lt;", "<b>x</b>", "<", ">", '"', "'", "*", "\\*", "]]>", "[[1]]", "{1:SA:=a}", "ANSWER: A", "A. ", "\n", " ", "_",
     "é", "ش", "你", "\u200c", "1", "T", "TRUE", "x", "y", "z", "\\n", "..", "- ", "&#x26;", "@@PLUGINFILE@@", "$$x$$"]
)  # fmt: skip


@st.composite
def prose(draw):
    return "".join(draw(st.lists(SIGNS, max_size=5))) + draw(st.sampled_from("abcdefgh")) + draw(SIGNS)


@st.composite
def questions(draw, kind):
    """A question of a kind with texts that mean something to the formats."""
    item = (MAKERS | OTHERS)[kind]()
    text = prose()

    def reworded(value, key=""):
        if isinstance(value, dict):
            return {name: reworded(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [reworded(inner, key) for inner in value]
        return draw(text) if key in {"prompt", "text", "left", "right", "feedback", "correct", "incorrect", "partial", "help",
                                     "accept"} and isinstance(value, str) else value  # fmt: skip

    made = {
        key: reworded(value, key) for key, value in item.items() if not (kind in {"cloze", "typed"} and key == "text")
    }
    if kind in {"cloze", "typed"}:
        made["text"] = f"{draw(text)} {{1}} {draw(text)} {{2}}".replace("{1:", "{ 1:")
    if kind == "typed":
        made["answers"] = {gap: draw(st.lists(text, min_size=1, max_size=3)) for gap in "12"}
    if draw(st.booleans()):
        made["must_know"] = kind != "reflection"
    steps = [" ".join(step["text"].split()) for step in made.get("steps", ())]
    assume(len(set(steps)) == len(steps))
    fits = TYPES[made["type"]]
    source = fits.source.model_validate(made)
    assume(not [flaw for flaw in fits.problems(source) if flaw.severity == "error"])
    return made


def told(item, form):
    """What comes back, and the codes of everything that was named on both ways."""
    data, (parting,) = formats.write([("HS-1.1-q.q1", item)], form)
    assert parting.refused is None, parting.refused
    (entry,) = formats.read(data, TYPES)
    assert entry.item is not None, (entry.refused, data)
    back = dict(entry.item)
    return back, {*parting.losses, *(loss.code for loss in entry.losses)}


def keeps(form, item):
    back, codes = told(item, form)
    if "braces" in codes or "arrow" in codes:
        return
    assert same(item, back, codes)


@pytest.mark.parametrize(("form", "kind"), [(form, kind) for form in HELD for kind in sorted(HELD[form])])
def test_nothing_is_lost_but_what_is_named(form, kind):
    if form == "aiken":
        return
    settings(max_examples=20, **ON_ANY_MACHINE)(given(questions(kind))(lambda item: keeps(form, item)))()


@given(questions("single"))
@settings(max_examples=40, **ON_ANY_MACHINE)
def test_aiken_keeps_the_words_and_the_key(item):
    data, (parting,) = formats.write([("n", item)], "aiken")
    if parting.refused:
        assert parting.refused.code == "ambiguous"
        return
    (entry,) = formats.read(data, TYPES)
    assert entry.item is not None
    assert [" ".join(o["text"].split()) for o in item["options"]] == [o["text"] for o in entry.item["options"]]
    assert [bool(o.get("correct")) for o in item["options"]] == [o["correct"] for o in entry.item["options"]]


def test_a_writer_that_forgets_a_backslash_is_found(monkeypatch):
    """The planted faults: a sign that is not escaped, and a sign that is not unescaped."""
    monkeypatch.setattr(gift_out, "_SPECIAL", gift_out.re.compile(r"([~#{}:\\])"))
    with pytest.raises(AssertionError):
        settings(
            max_examples=300, **ON_ANY_MACHINE, database=None, report_multiple_bugs=False, phases=[Phase.generate]
        )(given(questions("single"))(lambda item: keeps("gift", item)))()
    monkeypatch.setattr(moodle_gaps, "_ESCAPED", gift_out.re.compile(r"\\([~])"))
    with pytest.raises(AssertionError):
        settings(
            max_examples=300, **ON_ANY_MACHINE, database=None, report_multiple_bugs=False, phases=[Phase.generate]
        )(given(questions("typed"))(lambda item: keeps("moodle-xml", item)))()


@pytest.mark.parametrize("form", FORMATS)
def test_what_a_format_cannot_hold_stays_with_a_reason(form):
    for kind, make in {**MAKERS, **OTHERS}.items():
        data, (parting,) = formats.write([("n", make())], form)
        assert (parting.refused is None) == (kind in HELD[form]), kind
        if parting.refused:
            assert parting.refused.code == "not-held"
            assert formats.read(data, TYPES)[0].refused.code in {"empty", "binary"}


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_questions_make_the_same_file(form):
    items = [(f"n{n}", make()) for n, make in enumerate(MAKERS.values())]
    assert formats.write(items, form)[0] == formats.write(items, form)[0]


@pytest.mark.parametrize("form", ["gift", "moodle-xml", "qti21", "qti30"])
def test_outcome_must_know_and_pools_go_along_as_tags(form):
    item = MAKERS["single"](must_know=True, pool=["practice", "check"], outcome="HS-1.1 o2")
    (entry,) = formats.read(formats.write([("n", item)], form)[0], TYPES)
    assert (entry.item["must_know"], entry.item["pool"], entry.outcome) == (True, ["practice", "check"], "HS-1.1 o2")
    assert entry.tags == ()


def test_formats_without_tags_name_what_they_lose():
    item = MAKERS["single"](must_know=True, pool=["practice"])
    (parting,) = formats.write([("n", item)], "aiken")[1]
    assert sorted(parting.losses) == ["feedback", "must-know", "outcome", "pool"]
    assert json.dumps(parting.as_json())
