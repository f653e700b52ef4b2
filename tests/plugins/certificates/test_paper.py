"""What stands on the paper and inside the file: read back as text, as a signed record, as bytes."""

import io
import json
import re
import socket
from pathlib import Path

import pikepdf
import pytest
from joserfc.jwk import OKPKey

from lms import gettext, ngettext
from lms.host import clock, i18n, printing
from lms.plugins.certificates import commands
from lms.plugins.certificates.domain import claims, codes
from tests.plugins.certificates.conftest import DISCREET, MODULES, TITLE, WORDS
from tests.plugins.certificates.reading import code_of, every_byte, record, words

pytestmark = [pytest.mark.pdf, pytest.mark.poppler]
NAMES = {"en": "Amina Yusuf", "fr": "Noémie Lefèvre-Œuvrard", "es": "Íñigo Peña", "ar": "أمينة الأمين السلامي"}


@pytest.fixture(scope="session", params=["sqlite"])
def database(request):
    """The kind of database leaves no trace on paper; once is enough."""
    return request.param


def keys_of(site):
    held = site.client().get("/en/check/key.json").get_json()
    return [OKPKey.import_key(key) for key in held["keys"]]


@pytest.mark.parametrize("lang", NAMES)
def test_the_paper_reads_back_in_every_language(make_learner, lang):
    """Title, name, modules, hours, month, code: as somebody hears them who cannot see the paper."""
    learner = make_learner(lang)
    heard = words(learner.file(name=NAMES[lang]))
    told = WORDS.get(lang, {})
    for text in (NAMES[lang], told.get(TITLE, TITLE), told.get("Oil and wick", "Oil and wick"), "Keeping watch"):
        assert text in heard
    with learner.site.app.app_context(), printing.speaking(lang):
        for text in ("Certificate of completion", "for completing the course", "Modules covered", "Issued by"):
            assert gettext(text) in heard
        hours = ngettext("%(hours)s hour of study", "%(hours)s hours of study", 3, hours=i18n.format_number(2.5))
        assert set(re.findall(r"\w+", hours)) <= set(re.findall(r"\w+", heard))  # signs between runs may move
        month = i18n.format_month(clock.today().replace(day=1))
        assert set(month.split()) <= set(heard.split())
    assert codes.parse(code_of(learner.file(name=NAMES[lang])))


def test_reading_back_notices_a_wrong_word(learner):
    """Planted fault for the test above."""
    assert "Amina Yusof" not in words(learner.file(name="Amina Yusuf"))


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_discreet_paper_names_the_subject_nowhere(make_learner, lang):
    """Not in the text, not in the metadata, not in the signed record, not by the colour of the pillar."""
    learner = make_learner(lang)
    pdf = learner.file(form="discreet", name="Amina")
    told = WORDS.get(lang, {})
    assert told.get(DISCREET, DISCREET) in words(pdf)
    stated = json.dumps(dict(claims.verify(record(pdf), keys_of(learner.site))), ensure_ascii=False)
    plain = every_byte(pdf).decode("latin-1") + words(pdf) + stated
    secrets = [TITLE, told.get(TITLE, TITLE), *(title for (_, title, _), _ in MODULES), "lantern", "physical", "L-1"]
    assert [secret for secret in secrets if secret.lower() in plain.lower()] == []
    full = learner.file(name="Amina")
    assert told.get(TITLE, TITLE) in words(full)


def test_a_paper_without_a_name_has_none_anywhere(learner):
    pdf = learner.file()
    stated = claims.verify(record(pdf), keys_of(learner.site))
    assert "name" not in stated
    assert learner.person.handle not in words(pdf) + str(stated)


def test_the_record_inside_verifies_with_the_published_key_alone(learner, monkeypatch):
    """CERT-2: no request to us, and the record belongs to this paper only."""
    pdf = learner.file(name="Amina Yusuf")
    keys = keys_of(learner.site)
    monkeypatch.setattr(socket.socket, "connect", None)
    stated = claims.verify(record(pdf), keys)
    assert stated["title"] == TITLE
    assert stated["course"] == "lantern"
    assert stated["name"] == "Amina Yusuf"
    assert stated["hours"] == 2.5
    assert stated["modules"] == [{"title": "Oil and wick", "lessons": 2}, {"title": "Keeping watch", "lessons": 1}]
    assert re.fullmatch(r"\d{4}-\d\d", stated["month"])
    assert stated["code"] == codes.digest(codes.parse(code_of(pdf)))
    with pytest.raises(claims.ForgedError):
        claims.verify(record(pdf), [OKPKey.generate_key("Ed25519")])


def test_the_operator_can_check_a_record_on_the_command_line(learner, tmp_path):
    file = tmp_path / "credential.json"
    file.write_bytes(record(learner.file(name="Amina Yusuf")))
    run = learner.site.app.test_cli_runner()
    told = run.invoke(commands.group, ["verify", str(file)])
    assert told.exit_code == 0, told.output
    assert f"title: {TITLE}" in told.output
    file.write_bytes(file.read_bytes().replace(b'"signature": "', b'"signature": "AA'))
    forged = run.invoke(commands.group, ["verify", str(file)])
    assert forged.exit_code != 0
    assert "The signature does not fit" in forged.output


def test_metadata_tells_nothing_but_title_and_language(learner):
    """CERT-6: no author, host, path, exact time or id beyond the code."""
    pdf = learner.file(name="Amina Yusuf")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert {key: str(value) for key, value in document.docinfo.items() if key != "/Producer"} == {
            "/Title": "Certificate of completion"
        }
        assert str(document.Root.Lang) == "en"
        assert bool(document.Root.MarkInfo.Marked)
        assert list(document.attachments) == ["credential.json"]
        assert len(document.pages) == 1
    plain = every_byte(pdf)
    traces = [socket.gethostname(), str(learner.site.settings.folder), str(Path.home()), str(learner.person.id)]
    traces += [str(learner.enrolment), learner.person.handle, learner.code]
    assert [trace for trace in traces if len(trace) > 4 and trace.encode() in plain] == []
    assert set(re.findall(rb"D:\d{4,14}", plain)) == {b"D:20000101000000"}


def test_two_papers_of_one_person_share_no_code(learner):
    found = {code_of(learner.file(**choice)) for choice in ({}, {"form": "discreet"}, {"lang": "fr"}, {"name": "A"})}
    assert len(found) == 4


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_long_words_stay_on_one_page(make_learner, lang):
    learner = make_learner(lang)
    name = ("Maximiliana Theodosia von Unterbergenheim-Hohenlohe de la Cruz y Santamaría del Río")[:80]
    pdf = learner.file(name=name)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1
    assert "Maximiliana" in words(pdf)
    assert code_of(pdf)


def test_names_in_another_script_than_the_paper(make_learner):
    assert "أمينة يوسف" in words(make_learner("fr").file(name="أمينة يوسف"))
    assert "Олена Їжак" in words(make_learner("ar").file(name="Олена Їжак"))
