"""Every word that a person can see goes through the catalogues."""

import pytest

from tests.shape import tree, words


def templates() -> list[str]:
    return [path.relative_to(tree.LMS).as_posix() for path in sorted(tree.LMS.rglob("templates/**/*.html"))]


def test_templates_have_no_words_of_their_own() -> None:
    found = {name: lines for name in templates() if (lines := list(words.in_template((tree.LMS / name).read_text())))}
    assert found == {}


def test_code_has_no_words_of_its_own() -> None:
    found = {
        path.relative_to(tree.LMS).as_posix(): lines
        for path in tree.python_files(tree.LMS)
        if (lines := list(words.in_python(path.read_text())))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "<h1>Welcome</h1>",
        "<p>{{ count }} lessons</p>",
        '<img src="x.png" alt="A leaf">',
        '<input type="submit" value="Send">',
        '<nav aria-label="Main">',
        "{% if x %}Done{% endif %}",
    ],
)
def test_planted_words_in_a_template_are_found(source: str) -> None:
    assert list(words.in_template(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        '<h1>{{ _("Welcome") }}</h1>',
        '<p>{{ ngettext("%(num)s lesson", "%(num)s lessons", n) }}</p>',
        '<img src="x.png" alt="{{ _("A leaf") }}">',
        "{# Words for whoever reads the source #}",
        "<td>{{ a }} · {{ b }} / 5 %</td>",
        '<input type="hidden" value="token">',
        "<code>lms check</code>",
        "<p>&nbsp;&middot;</p>",
    ],
)
def test_what_is_no_word_passes(source: str) -> None:
    assert list(words.in_template(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        'page("x.html", title="Lessons")',
        'page("x.html", title=f"Lesson {n}")',
        'raise ValidationError("Too short.")',
        'StringField("Handle")',
        '_(f"Lesson {n}")',
        '_("Lesson " + n)',
        '_("Lesson %s")',
        '_("Lesson {n}")',
    ],
)
def test_planted_words_in_code_are_found(source: str) -> None:
    assert list(words.in_python(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        'page("x.html", title=_("Lessons"))',
        '_("Lesson %(n)s", n=n)',
        'StringField(L_("Handle"))',
        'log.info("Lesson %s", n)',
    ],
)
def test_translatable_code_passes(source: str) -> None:
    assert list(words.in_python(source)) == []
