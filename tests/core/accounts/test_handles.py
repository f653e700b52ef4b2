import pytest

from lms.core.accounts.domain.handles import is_reserved, problem, skeleton, suggest, tidy


@pytest.mark.parametrize(
    "other",
    [
        "Amber Heron",
        "amber_heron",
        "AMBER.HERON",
        "amber  heron",
        "аmber-herоn",  # Cyrillic а and о
        "arnber-heron",
        "ámber-herón",
        "ａｍｂｅｒ－ｈｅｒｏｎ",
        "amber-her0n",
        "amber\u200b-heron",
    ],
)
def test_names_that_look_alike_are_one(other):
    assert skeleton(tidy(other)) == skeleton("amber-heron")


@pytest.mark.parametrize(
    ("one", "other"), [("أمل سلام", "امل سلام"), ("علي", "على"), ("کتاب", "كتاب"), ("light", "1ight")]
)
def test_look_alikes_in_other_scripts(one, other):
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), [("amber-heron", "amber-herons"), ("سلام", "كلام"), ("river", "rover")])
def test_different_names_stay_different(one, other):
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("amber-heron", ""),
        ("أمل سلام", ""),
        ("မိုးလေး", ""),
        ("Иван 7", ""),
        ("o'neill", ""),
        ("ab", "length"),
        ("x" * 41, "length"),
        ("María José (HR)", "letters"),
        ("someone@example.org", "letters"),
        ("+31 20 555", "letters"),
        ("12345", "letters"),
        ("a-1-2", "letters"),
        ("<b>bold</b>", "letters"),
    ],
)
def test_what_can_be_a_name(name, fault):
    assert problem(name) == fault


def test_xss_2_invisible_characters_are_taken_out():
    assert tidy(" amber\u202e \u200fheron\x00\n ") == "amber heron"


@pytest.mark.parametrize(
    "name", ["admin", "Adm1n", "ADMIN 2", "administrator", "veer", "o-p-e-r-a-t-o-r", "аdmin", "مشرف"]
)
def test_names_of_the_house_are_reserved(name):
    assert is_reserved(name)


def test_other_names_are_not_reserved():
    assert not is_reserved("amber-heron")
    assert not is_reserved("administer-tea")


@pytest.mark.parametrize("lang", ["en", "fr", "es", "ar", "my"])
def test_suggestions_are_two_words_that_can_be_names(lang):
    for _ in range(30):
        assert problem(suggest(lang)) == ""
