"""Forms made of the models of question types: nothing is lost on the way from an item to a form and back."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import pytest

from lms.host import i18n
from lms.plugins.quizzes.domain.bank.controls import flat
from lms.plugins.quizzes.domain.bank.draft import AS_YAML, Draft, DraftForm, flaws_in, slots_of
from lms.plugins.quizzes.domain.bank.shape import COMMON, shape_of
from lms.plugins.quizzes.domain.bank.written import changed, item_of, raw_from
from lms.plugins.quizzes.domain.source import ItemSource
from tests.plugins.quizzes.samples import MAKERS, OTHERS, TYPES

HEAD = {"tags": "", "outcome": "", "review_due": ""}


class AnySource(ItemSource):
    type: Literal["any"]
    extra: dict[str, Any] | str


@dataclass(frozen=True)
class AnyKind(type(TYPES["single"])):
    """A type of another package whose item no plain controls can hold."""

    key: str = "any"
    source: ClassVar[type[ItemSource]] = AnySource

    def problems(self, item):
        return ()

    def segments(self, item):
        return ()


def posted(form):
    """What a browser sends of a form as it stands."""
    sent = {name: [value] for name, value in form.draft.head.items()}
    for control in flat(form.controls):
        if control.kind == "tick":
            sent |= {control.name: ["1"]} if control.value else {}
        elif control.kind not in {"group", "rows", "row"}:
            sent[control.name] = [str(control.value).replace("\n", "\r\n")]
    return sent


def as_read(kind, item):
    own = {key: value for key, value in item.items() if key not in COMMON}
    return kind.source.model_validate({**own, "id": "q", "type": kind.key, "outcome": "o"})


@pytest.mark.parametrize("name", [*MAKERS, *OTHERS])
def test_an_item_comes_back_from_its_form_as_it_was(name):
    item = {**MAKERS, **OTHERS}[name]()
    kind = TYPES[item["type"]]
    draft = Draft.of(kind, item, HEAD, "en")
    again = Draft.sent(kind, posted(DraftForm(draft, "k")), "en").settled()
    made, wrong = again.item()
    assert wrong == []
    assert as_read(kind, made) == as_read(kind, item)
    assert [flaw for flaw in again.flaws() if flaw.severity == "error"] == []


@pytest.mark.parametrize("name", TYPES)
def test_an_empty_form_names_everything_at_once_at_its_fields(name):
    kind = TYPES[name]
    form = DraftForm(Draft.blank(kind, "en").settled(), "k", checked=True)
    known = {control.target for control in flat(form.controls)}
    assert form.summary()
    assert form.whole == []
    assert {target for target, _text in form.summary()} <= known


def test_what_is_wrong_stands_at_the_very_field_and_what_was_typed_stays():
    item = MAKERS["single"]()
    item["options"][1]["feedback"] = ""
    item["options"][0]["correct"] = False
    form = DraftForm(Draft.of(TYPES["single"], item, {**HEAD, "review_due": "soon"}, "en").settled(), "k", checked=True)
    wrong = dict(form.summary())
    assert wrong.keys() == {"options.1.feedback", "review_due"}  # the key is judged once the shape is right
    item["options"][1]["feedback"] = "b"
    form = DraftForm(Draft.of(TYPES["single"], item, HEAD, "en").settled(), "k", checked=True)
    assert dict(form.summary()).keys() == {"options"}
    assert next(c.value for c in flat(form.controls) if c.name == "options.2.text") == "The photos"


def test_rows_are_added_and_taken_out_without_losing_an_id():
    slots = shape_of(TYPES["branching"].source)
    raw = Draft.of(TYPES["branching"], OTHERS["branching"](), HEAD, "en").raw
    more = changed(slots, raw, add="nodes.0.choices")
    assert [choice["id"] for choice in more["nodes"][0]["choices"]] == ["a", "b", "c"]
    less = changed(slots, more, drop="nodes.0.choices.0")
    assert [choice["id"] for choice in less["nodes"][0]["choices"]] == ["b", "c"]
    assert len(changed(slots, raw, add="nodes")["nodes"]) == len(raw["nodes"]) + 1
    assert changed(slots, raw, add="options", drop="nowhere.1") == raw


def test_an_author_types_digits_of_any_language():
    slots = shape_of(TYPES["numeric"].source)
    raw = raw_from(slots, {"answer": ["٤"], "tolerance": ["۰٫۵"], "prompt": ["?"]})
    assert item_of(slots, raw) == {
        "prompt": "?",
        "answer": 4,
        "tolerance": 0.5,
        "feedback": {"correct": "", "incorrect": ""},
    }


def test_a_type_that_controls_cannot_hold_is_written_as_yaml_with_the_same_checks():
    kind = AnyKind()
    assert slots_of(kind) == (AS_YAML,)
    draft = Draft.of(kind, {"type": "any", "prompt": "How?", "extra": {"deep": 1}}, HEAD, "en")
    assert draft.item() == ({"type": "any", "prompt": "How?", "extra": {"deep": 1}}, [])
    broken = Draft(kind, {"yaml": "prompt: [1\nx"}, HEAD, "en")
    assert dict(DraftForm(broken, "k", checked=True).summary()).keys() == {"yaml"}
    short = Draft(kind, {"yaml": "extra: x"}, HEAD, "en")
    assert {target for target, _text in DraftForm(short, "k", checked=True).summary()} == {""}
    pictured = Draft(kind, {"yaml": "prompt: How?\npicture: {file: media/map.png, alt: A map}"}, HEAD, "en")
    assert [flaw.code for flaw in pictured.flaws()] == ["bank-picture"], "refused instead of lost"


def test_hidden_signs_that_turn_text_round_are_refused():
    item = MAKERS["short"](prompt="A \u202e name?")
    assert any(flaw.code == "bidi-override" for flaw in flaws_in(TYPES["short"], item))


@pytest.fixture(autouse=True)
def english():
    with i18n.using("en"):
        yield
