"""YAML of courses: plain values, every fault with its line, nothing executed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.catalogue.compile.strict_yaml import load


def codes(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in load(text, "f.yaml").problems]


def test_only_yaml_1_2_scalars() -> None:
    """`no` is Norwegian, 12:30 is a time, a date stays a text; quotes always make a text."""
    text = "a: no\nb: 12:30\nc: 2027-05-22\nd: 010\ne: [1, -2, 2.5, true, ~, null]\nf: '1'\ng:\nh: 1_000\n"
    assert load(text, "f.yaml").data == {
        "a": "no",
        "b": "12:30",
        "c": "2027-05-22",
        "d": 10,
        "e": [1, -2, 2.5, True, None, None],
        "f": "1",
        "g": None,
        "h": "1_000",
    }


def test_every_fault_of_a_file_at_once() -> None:
    text = "a: &x 1\nb: *x\na: 3\nc: !!python/object/apply:os.system [x]\n"
    assert codes(text) == [(1, "yaml-alias"), (2, "yaml-alias"), (3, "yaml-twice")]
    assert codes("a: 1\na: 2\nb: {c: 1, c: 2}\n") == [(2, "yaml-twice"), (3, "yaml-twice")]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("a: [1\nb: 2\n", 2, "yaml-syntax"),
        ("a: 'open\n", 2, "yaml-syntax"),
        ("\ta: 1\n", 1, "yaml-syntax"),
        ("a: 1\n---\nb: 2\n", 2, "yaml-documents"),
        ("? [1]\n: 2\n", 1, "yaml-key"),
        ("a: !x 1\n", 1, "yaml-tag"),
        ("a: \0\n", 1, "yaml-syntax"),
        ("[" * 30, 1, "yaml-deep"),
        ("x" * 1_000_001, 1, "yaml-long"),
    ],
)
def test_planted_faults_are_named_with_their_line(text: str, line: int, code: str) -> None:
    assert (line, code) in codes(text)


def test_line_of_a_deep_value() -> None:
    loaded = load("id: x\nitems:\n  - id: a\n    text: one\n  - {id: b, text: two}\n", "f.yaml", first=2)
    assert loaded.lines.at(("items", 0, "text")) == 5
    assert loaded.lines.at(("items", 1, "missing")) == 6
    assert loaded.lines.at(("nowhere",)) == 2


@given(st.text(max_size=200))
def test_no_text_breaks_the_loader(text: str) -> None:
    loaded = load(text, "f.yaml")
    assert loaded.problems or loaded.data is None or isinstance(loaded.data, str | int | float | bool | list | dict)
