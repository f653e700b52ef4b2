"""Anybody checks a certificate: by code, by square code, by name; and learns nothing else (CERT-4)."""

import json
import re
from uuid import UUID

import pytest
from joserfc import jws
from sqlalchemy import select

from lms.plugins.certificates import commands
from lms.plugins.certificates.domain import claims, codes, keys, pattern
from lms.plugins.certificates.models import Document
from lms.plugins.certificates.privacy import erase
from lms.plugins.certificates.queries import Task, task
from lms.plugins.certificates.views import check
from tests.plugins.certificates.conftest import DISCREET, TITLE

NAME = "Canary Quillfeather"


@pytest.fixture
def visitor(site):
    return site.client()


@pytest.fixture
def code(learner):
    return issued(learner, name=NAME)


def issued(learner, **choice):
    """Issue without making the file, and return the code on it."""
    document = learner.issue(**choice).rpartition("/")[2]
    with learner.site.app.app_context(), learner.site.reading() as conn:
        found = task(conn, UUID(document))
        assert isinstance(found, Task)
        return found.code


def look(visitor, code, lang="en"):
    return visitor.submit(f"/{lang}/check", {"code": code})


def revoke(site, code):
    return site.app.test_cli_runner().invoke(commands.group, ["revoke", *code.split()])


def test_the_form_is_in_the_navigation_of_visitors(visitor):
    page = visitor.get("/en/check")
    assert page.status_code == 200
    assert 'href="/en/check" aria-current="page"' in page.text
    assert 'action="/leave"' in page.text
    assert "<form" in page.text.partition("<main")[2]


def test_a_valid_code_tells_course_hours_and_month_and_never_a_name(visitor, code):
    for typed in (code, "-".join(codes.groups(code)).lower(), f" {code[:9]} {code[9:]} "):
        page = look(visitor, typed)
        assert page.status_code == 200
        assert "This certificate is valid" in page.text
        assert TITLE in page.text
        assert "2.5 hours of study" in page.text
        assert re.search(r"<dt>Finished</dt><dd>[A-Z][a-z]+ \d{4}</dd>", page.text)
        assert "quillfeather" not in page.text.lower()
        assert page.headers["Cache-Control"] == "no-store"


def test_the_square_code_answers_in_a_language_the_visitor_reads(visitor, code):
    english = visitor.get(f"/c/{code}")
    assert english.status_code == 200
    assert "This certificate is valid" in english.text
    assert english.headers["Cache-Control"] == "no-store"
    arabic = visitor.get(f"/c/{code}", headers={"Accept-Language": "ar"})
    assert '<html lang="ar" dir="rtl">' in arabic.text
    assert "العمل بالمصباح" in arabic.text
    assert look(visitor, code, lang="fr").text.count("Le travail à la lanterne") == 1


def test_the_tiles_on_the_page_are_those_on_the_paper(visitor, code):
    page = look(visitor, code)
    band = re.search(r'<div class="tiles band".*?>(.*?)</div>', page.text)[1]
    shown = re.findall(r'<i class="t done ?([^"]*)">', band)
    colours = {"pillar": "p2", "petrol": "", "marigold": "sun"}
    printed = [" ".join(filter(None, (colours[it.colour], "flip" if it.flip else ""))) for it in pattern.tiles(code)]
    assert shown == printed
    paper = pattern.column_svg(code, "physical").decode()
    assert paper.count("#a86e00") == sum("p2" in classes for classes in shown)


def test_a_discreet_paper_leads_to_the_discreet_title_only(visitor, learner):
    page = look(visitor, issued(learner, form="discreet")).text
    assert DISCREET in page
    assert "antern" not in page
    assert 'class="t done p' not in page


def test_slip_and_stranger_get_the_same_page_but_for_the_help(visitor, code):
    last = code[-1]
    mistyped = code[:-1] + ("A" if last != "A" else "B")
    slip, nobody = look(visitor, mistyped), look(visitor, codes.new())
    for page, typed in ((slip, mistyped), (nobody, "")):
        assert page.status_code == 422
        assert "<title>Problem: Check" in page.text
        assert 'href="#code"' in page.text
        assert typed in page.text
    assert "a letter is missing or mistyped" in slip.text
    assert "No certificate has this code" in nobody.text
    assert visitor.get(f"/c/{mistyped}").status_code == 422
    assert visitor.get("/c/<script>").status_code in {404, 422}


@pytest.mark.parametrize("typed", ["", "   ", "7", "x" * 5000, "\u202e\x07", "😀" * 27, "U" * 27])
def test_whatever_is_typed_gets_a_clear_answer(visitor, typed):
    page = look(visitor, typed)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text


def test_a_typed_name_is_compared_and_never_shown(visitor, code):
    def compare(name):
        return visitor.submit("/en/check/name", {"code": code, "name": name})

    for name in (NAME, "canary  quillfeather", "CANARY QUILLFEATHER", "Cànary Quillféather"):
        assert "This is the name that was printed" in compare(name).text
    for name in ("Quillfeather Canary", "Canary", "Somebody Else"):
        page = compare(name)
        assert page.status_code == 200
        assert "This is not the name" in page.text
        assert NAME not in page.text
    empty = compare(" ")
    assert empty.status_code == 422
    assert "Type the name that stands on the paper" in empty.text


def test_names_cannot_be_guessed_in_numbers(visitor, code, learner):
    answers = [visitor.submit("/en/check/name", {"code": code, "name": f"Guess {n}"}).status_code for n in range(12)]
    assert answers == [200] * 10 + [429] * 2
    other = issued(learner, name="Another")
    assert visitor.submit("/en/check/name", {"code": other, "name": "Another"}).status_code == 200
    assert look(visitor, code).status_code == 200


def test_codes_cannot_be_guessed_in_numbers_whichever_form_asks(visitor, code, monkeypatch):
    """Codes nobody has are counted with the others, also beside a name or without one."""
    monkeypatch.setattr(check, "LOOKUPS_A_MINUTE", 4)
    forms = ({"code": codes.new()}, {"code": codes.new(), "name": "Guess"}, {"code": code})
    answers = [visitor.submit("/en/check/name", sent).status_code for sent in (*forms, *forms)]
    assert answers == [422] * 4 + [429] * 2
    assert look(visitor, code).status_code == 429


def test_a_name_belongs_to_its_own_paper(visitor, learner, code):
    """A paper without a name cannot be used to find out the name on another."""
    nameless = issued(learner)
    for other in (nameless, issued(learner, name="Pen Name")):
        page = visitor.submit("/en/check/name", {"code": other, "name": NAME})
        assert "This is not the name" in page.text
    for typed in ("-", "…"):
        assert "This is the name" not in visitor.submit("/en/check/name", {"code": nameless, "name": typed}).text


@pytest.mark.parametrize("sent", [{}, {"code": "x", "name": "y"}, {"code": codes.new(), "name": "y"}])
def test_comparing_without_a_certificate_is_refused_kindly(visitor, sent):
    assert visitor.submit("/en/check/name", sent).status_code == 422


def test_a_withdrawn_certificate_is_told_to_whoever_asks(site, visitor, learner, code):
    other = issued(learner)
    assert revoke(site, "-".join(codes.groups(code)).lower()).exit_code == 0
    for each in (code, other):
        page = look(visitor, each).text
        assert "This certificate has been withdrawn" in page
        assert "is valid" not in page
    refused = learner.browser.submit(f"{learner.url}/issue", learner.choices(name=NAME))
    assert refused.status_code == 422
    assert "has been withdrawn and is not printed again" in refused.text
    with site.reading() as conn:
        document = conn.execute(select(Document.id).limit(1)).scalar_one()
    assert "has been withdrawn" in learner.browser.get(f"/en/document/{document}").text


def test_revoking_names_slips_and_strangers(site):
    assert "missing or mistyped" in revoke(site, "7Q2K").output
    unknown = revoke(site, codes.new())
    assert unknown.exit_code != 0
    assert "No certificate has this code" in unknown.output


def test_an_erased_certificate_is_a_stranger_unless_it_was_withdrawn(site, visitor, learner, make_learner, code):
    """RET-4, and settled: erasing leaves only the withdrawal."""
    gone = make_learner()
    withdrawn = issued(gone)
    revoke(site, withdrawn)
    for person in (learner, gone):
        with site.session() as session:
            erase(session, person.person.id)
    assert "No certificate has this code" in look(visitor, code).text
    page = look(visitor, withdrawn)
    assert "has been withdrawn" in page.text
    assert TITLE not in page.text


def test_the_list_of_withdrawn_codes_is_one_for_all_and_signed(site, visitor, learner, code):
    """CERT-5."""
    revoke(site, code)
    answer = visitor.get("/en/check/withdrawn.json")
    with site.app.app_context():
        key = keys.load(site.settings.folder)
    signed = json.loads(answer.data)
    held = json.loads(jws.deserialize_json(signed, key, algorithms=[claims.ALGORITHM]).payload)
    assert held["kind"] == claims.LIST_KIND
    assert held["codes"] == [codes.digest(code)]
    assert code not in answer.text


def test_the_key_page_shows_the_public_half_only(site, visitor):
    page = visitor.get("/en/check/key")
    assert page.status_code == 200
    secret = (site.settings.folder / keys.NAME).read_text().splitlines()[1]
    assert secret not in page.text
    assert '"d"' not in page.text + visitor.get("/en/check/key.json").text


def test_a_check_leaves_no_trace_in_the_log(visitor, code, caplog, capfd):
    """CERT-4, LOG-1."""
    caplog.clear()
    look(visitor, code)
    visitor.get(f"/c/{code}")
    visitor.submit("/en/check/name", {"code": code, "name": NAME})
    out = capfd.readouterr()
    said = caplog.text + out.out + out.err
    assert code not in said
    assert "quillfeather" not in said.lower()


def test_a_check_asks_the_database_little(site, visitor, code):
    look(visitor, code)
    with site.statements() as seen:
        visitor.get(f"/c/{code}")
    # one for the certificate, two for the limit (read and write the bucket); the outline is kept in the process
    assert len(seen) <= 3, seen


def test_too_many_checks_have_to_wait(visitor, code, monkeypatch):
    monkeypatch.setattr(check, "LOOKUPS_A_MINUTE", 3)
    assert [look(visitor, code).status_code for _ in range(5)] == [200] * 3 + [429] * 2
