"""The files of the library: what came along is whole, and each fault is told."""

from datetime import date

import pytest

from lms.core.catalogue.api import Segment, bind, bundled, read_catalogue
from lms.plugins.library.domain.addresses import needs, read_addresses
from lms.plugins.library.domain.begin import advice, read_begin
from lms.plugins.library.domain.cards import drawn_cards, read_cards
from lms.plugins.library.domain.glossary import Keeper, TermFile, read_glossary, renderings, topics
from lms.plugins.library.domain.whole import read_library

LANGUAGES = ("ar", "es", "fr")
CARD = """\
---
id: HC91
title: "Water a bed"
summary: "Once a day."
minutes: 5
systems: ["Can"]
sources: [{key: S, title: "A book", url: "https://example.org", checked: 2026-11-01}]
status: draft
review_due: 2027-05-01
---

1. Fill the can.

:::warning
**Not at noon.** It burns.
:::
"""
GLOSSARY = """\
topics: [{id: garden, title: "Garden"}]
terms:
  - id: rake
    topic: garden
    term: "rake"
    definition: "A tool with teeth."
    fixed: true
    also: ["harrow"]
    apart: ["rake's progress"]
    renderings: {fr: ["râteau", "ratel"], ar: ["مشط أرض"]}
"""
BEGIN = """\
base: {soil: 2}
notes: [{id: frost, text: "Wait for spring."}]
questions:
  - id: time
    text: "When?"
    answers:
      - {id: a, text: "Now", adds: {water: 3}, because: "It is dry."}
      - {id: b, text: "Later", adds: {soil: -2}, notes: [frost]}
  - id: want
    text: "What?"
    several: true
    answers:
      - {id: a, text: "Tomatoes", adds: {soil: 1, rain: 3}, because: "You like tomatoes."}
      - {id: b, text: "Roses", adds: {water: 1}, because: "You like roses."}
"""
ADDRESSES = """\
addresses:
  - {id: club, name: "Garden club", kind: guide, pillar: integrated, url: "https://example.org/club", about: "They know."}
"""
HELP = """\
needs:
  - {id: dry, title: "It is dry", first: ["Water it."], addresses: [club]}
"""


def write(folder, **files):
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def codes(shelf):
    return [problem.code for problem in shelf.problems]


# ---- what came along


def test_what_came_along_is_whole_in_every_language(blocks):
    place = bundled()[0]
    for shelf in (read_cards(place / "cards", None, blocks), read_library(place / "library", None)):
        shelf.measure()
        assert codes(shelf) == []
        assert {item.lang: item.percent for item in shelf.coverage} == dict.fromkeys(LANGUAGES, 100)
        glossary = read_glossary(place / "library", ())
        assert [item.values for item in renderings(Keeper(glossary.fixed), shelf.segments, shelf.catalogues)] == []
    assert len(glossary.terms) >= 124
    for lang in LANGUAGES:
        named = [term.name for topic in topics(glossary, lang) for term in topic.terms]
        assert len(named) == len(glossary.terms)
        assert not [name for name in named if name.fallback]


# ---- cards

CARD_FAULTS = [
    ("id: HC91", "id: HC92", "card-file"),
    ("id: HC91", "id: water", "field-form"),
    ("review_due: 2027-05-01", "review_due: 2027-11-01", "card-review"),
    ("status: draft", "status: reviewed", "review-missing"),
    ("minutes: 5", "minutes: 500", "field-range"),
    ("https://example.org", "javascript:x", "field-form"),
    ('sources: [{key: S, title: "A book", url: "https://example.org", checked: 2026-11-01}]', "sources: []", "field-few"),
    (":::warning", ":::action{id=a1}", "block-unknown"),
    ("1. Fill the can.", "1. Fill <b>the</b> can.", "html"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code"), CARD_FAULTS)
def test_planted_faults_in_cards_are_found(tmp_path, blocks, old, new, code):
    folder = write(tmp_path / "cards", HC91__md=CARD)
    assert codes(read_cards(folder, (), blocks)) == []
    write(folder, HC91__md=CARD.replace(old, new, 1))
    found = read_cards(folder, (), blocks)
    assert codes(found) == [code], [problem.what for problem in found.problems]
    assert all("%(" not in problem.what + problem.how for problem in found.problems)


def test_a_card_is_measured_like_a_lesson(tmp_path, blocks):
    long = CARD.replace("Fill the can.", "Fill " + "the can and " * 10 + "wait!")
    shelf = read_cards(write(tmp_path / "cards", HC91__md=long), (), blocks)
    shelf.measure()
    assert codes(shelf) == ["sentence-long", "word"]


def test_a_site_s_own_card_takes_the_place_of_one_of_its_id(tmp_path, blocks):
    ours = read_cards(write(tmp_path / "a", HC91__md=CARD), (), blocks)
    theirs = read_cards(write(tmp_path / "b", HC91__md=CARD.replace("Water a bed", "Water it")), (), blocks)
    card = drawn_cards([ours, theirs], "fr", blocks)["HC91"]
    assert (card.number, card.title.text, card.title.lang) == (91, "Water it", "en")
    assert "<ol>" in card.html
    assert not card.old(date(2027, 5, 1))
    assert card.old(date(2027, 5, 2))


# ---- words

GLOSSARY_FAULTS = [
    ("topic: garden", "topic: kitchen", "term-topic"),
    ("fixed: true", "fixed: maybe", "field-bool"),
    ('fr: ["râteau", "ratel"]', "fr: []", "field-few"),
]


@pytest.mark.parametrize(("old", "new", "code"), GLOSSARY_FAULTS)
def test_planted_faults_in_the_glossary_are_found(tmp_path, old, new, code):
    folder = write(tmp_path / "library", glossary__yaml=GLOSSARY)
    assert codes(read_glossary(folder, ())) == []
    write(folder, glossary__yaml=GLOSSARY.replace(old, new, 1))
    assert codes(read_glossary(folder, ())) == [code]


def test_a_term_without_a_rendering_is_found_once_there_is_a_translation(tmp_path):
    folder = write(tmp_path / "library", glossary__yaml=GLOSSARY)
    (folder / "translations").mkdir()
    (folder / "translations" / "es.po").write_text('msgid ""\nmsgstr ""\n"Language: es\\n"\n')
    assert codes(read_glossary(folder, None)) == ["term-unrendered"]


def said(source, translation, lang="fr"):
    term = TermFile(
        id="rake",
        topic="garden",
        term="rake",
        definition="A tool.",
        also=("harrow",),
        apart=("rake's progress",),
        renderings={"fr": ["râteau", "ratel"], "ar": ["مشط أرض"]},
    )
    segment = Segment("GA-1.1", "paragraph", source, markdown=True)
    text = f'msgid ""\nmsgstr ""\n\nmsgctxt "GA-1.1 paragraph"\nmsgid "{source}"\nmsgstr "{translation}"\n'
    catalogue, _faults = read_catalogue(text, f"{lang}.po", lang)
    assert bind(catalogue, [segment]) == []
    return [(problem.code, problem.line) for problem in renderings(Keeper([term]), [segment], {lang: catalogue})]


def test_a_translation_that_strays_from_the_fixed_rendering_is_found():
    """Planted faults: another word for a rake."""
    stray = [("term-rendering", 4)]
    assert said("Take the rake.", "Prenez la griffe.") == stray
    assert said("Two Rakes lie there.", "Deux griffes sont là.") == stray
    assert said("A **harrow** is one too.", "Une **griffe** en est un.") == stray
    assert said("Take the rake.", "خذوا المذراة.", "ar") == stray


def test_forms_accents_and_marks_do_not_matter():
    assert said("Take the rake.", "Prenez le RÂTEAU.") == []
    assert said("Raked? Take a rake.", "Ratelez.") == []
    assert said("Take the rake.", "خذوا مُشط ارض.", "ar") == []
    assert said("See the rake's progress.", "Voyez la suite.") == []
    assert said("Brakes are not meant.", "Les freins.") == []


# ---- where to begin

BEGIN_FAULTS = [
    ("notes: [frost]}", "notes: [snow]}", ["begin-note", "begin-note"]),
    (', because: "It is dry."', "", ["begin-because"]),
    ("id: want", "id: time", ["begin-twice"]),
    ("adds: {water: 3}", "adds: {water: many}", ["field-number"]),
]


@pytest.mark.parametrize(("old", "new", "expected"), BEGIN_FAULTS)
def test_planted_faults_in_questions_are_found(tmp_path, old, new, expected):
    folder = write(tmp_path / "library", begin__yaml=BEGIN)
    assert codes(read_begin(folder, ())) == []
    write(folder, begin__yaml=BEGIN.replace(old, new, 1))
    assert codes(read_begin(folder, ())) == expected


def test_a_question_that_changes_nothing_is_found(tmp_path):
    idle = BEGIN + '  - {id: why, text: "Why?", answers: [{id: a, text: "So"}, {id: b, text: "Else"}]}\n'
    assert codes(read_begin(write(tmp_path / "library", begin__yaml=idle), ())) == ["begin-idle"]


def test_advice_weighs_answers_and_says_why(tmp_path):
    shelf = read_begin(write(tmp_path / "library", begin__yaml=BEGIN), ())
    hours = {"soil": 3.0, "water": 2.0, "stones": 1.0}

    def told(**given):
        found = advice(shelf, "en", given, hours)
        courses = [(one.course_id, one.weight, [why.text for why in one.because]) for one in found.courses]
        return courses, [note.text.text for note in found.notes]

    assert told() == ([("soil", 2, [])], [])
    assert told(time=["a"]) == ([("water", 3, ["It is dry."]), ("soil", 2, [])], [])
    assert told(time=["b"]) == ([], ["Wait for spring."])
    assert told(time=["a", "b"])[1] == []  # only one answer counts where one was asked for
    assert told(want=["a", "b"])[0] == [("soil", 3, ["You like tomatoes."]), ("water", 1, ["You like roses."])]
    assert told(time=["a"], want=["a"])[0][0][0] == "water"  # of two with one weight the shorter comes first
    assert told(time=["z"], nobody=["a"]) == told()


# ---- addresses and help


def test_planted_faults_in_addresses_and_help_are_found(tmp_path):
    folder = write(tmp_path / "library", addresses__yaml=ADDRESSES, help__yaml=HELP)
    shelf = read_addresses(folder, ())
    assert codes(shelf) == []
    (need,) = needs(shelf, "fr")
    assert (need.addresses[0].host, need.addresses[0].checked, need.title.lang) == ("example.org", False, "en")
    for name, text, old, new, code in [
        ("addresses__yaml", ADDRESSES, "https:", "http:", "field-form"),
        ("addresses__yaml", ADDRESSES, "kind: guide", "kind: shop", "field-choice"),
        ("help__yaml", HELP, "[club]", "[nobody]", "help-address"),
        ("help__yaml", HELP, '["Water it."]', "[]", "field-few"),
    ]:
        write(folder, addresses__yaml=ADDRESSES, help__yaml=HELP)
        write(folder, **{name: text.replace(old, new)})
        assert code in codes(read_addresses(folder, ()))
