"""Inline texts without a sign of Markdown are not parsed; they mean the same."""

from hypothesis import example, given
from hypothesis import strategies as st

from lms.core.catalogue.compile import markdown
from lms.core.catalogue.compile.markdown import inline_tokens, reader

SIGNS = st.sampled_from("ab .,:-'\"()~{}|@#$%^+=>/;?\t*_[]!<&`\\\n")


def parsed(text):
    return [child for token in reader().parseInline(text, {}) for child in token.children or []]


@given(st.text(st.one_of(st.characters(), SIGNS), min_size=1))
@example('1. a > b: c\'s "d" – https://x.org/?a=b {name} | %(x)s ~~e~~')
def test_a_text_means_what_the_parser_says(text):
    assert inline_tokens(text) == parsed(text)


def test_the_short_cut_is_taken_and_a_wrong_one_would_be_found(monkeypatch):
    monkeypatch.setattr(reader(), "parseInline", lambda *_: 1 / 0)
    assert inline_tokens("A sentence, as most are: nothing in it.")[0].content.startswith("A sentence")
    monkeypatch.undo()
    monkeypatch.setattr(markdown, "_PLAIN", markdown.re.compile(r"[^*]+"))
    assert inline_tokens("a [link](https://x.org)") != parsed("a [link](https://x.org)")
