"""Keeping catalogues: every string is found, edits do not lose work, and every fault is named at once."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import lms
from lms.host import i18n, i18n_commands, i18n_tools
from lms.host.settings import Settings

PYTHON = """
from lms import gettext as _, lazy_gettext as L_, ngettext, pgettext
# Translators: on the door
TITLE = L_("Front door")
print(_("Hello %(name)s", name=1), ngettext("%(num)s key", "%(num)s keys", 2), pgettext("button", "Open"))
"""
HTML = '<p>{{ _("Come in") }}</p><b title="{{ pgettext("sign", "Open") }}">{{ ngettext("%(num)s cup", "%(num)s cups", n) }}</b>'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "echo"
    (folder / "templates" / "echo").mkdir(parents=True)
    (folder / "migrations").mkdir()
    (folder / "views.py").write_text(PYTHON)
    (folder / "migrations" / "one.py").write_text('_("never shown")')
    (folder / "templates" / "echo" / "page.html").write_text(HTML)
    return folder


@pytest.fixture
def translations(source: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "translations"
    folder.mkdir()
    template = i18n_tools.extract(source)
    (folder / "messages.pot").write_bytes(i18n_tools.template_text(template))
    i18n_tools.update(folder, template, ["fr"])
    path = i18n_tools.po_path(folder, "fr")
    text = path.read_text("utf-8")
    for english, french in {
        "Front door": "Porte",
        "Hello %(name)s": "Bonjour %(name)s",
        "Open": "Ouvrir",
        "Come in": "Entrez",
    }.items():
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{french}"')
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(num)s a"').replace('msgstr[1] ""', 'msgstr[1] "%(num)s b"')
    path.write_text(text, "utf-8")
    return folder


def test_every_marked_string_is_found_and_nothing_else(source: Path) -> None:
    found = {(message.context, message.id) for message in i18n_tools.extract(source) if message.id}
    assert found == {
        (None, "Front door"),
        (None, "Hello %(name)s"),
        (None, ("%(num)s key", "%(num)s keys")),
        ("button", "Open"),
        ("sign", "Open"),
        (None, "Come in"),
        (None, ("%(num)s cup", "%(num)s cups")),
    }
    assert b"on the door" in i18n_tools.template_text(i18n_tools.extract(source))


def test_a_complete_catalogue_has_no_findings(source: Path, translations: Path) -> None:
    assert i18n_tools.check(translations, i18n_tools.extract(source), ["fr"]) == []


def test_a_moved_line_changes_no_catalogue(source: Path, translations: Path) -> None:
    (source / "views.py").write_text("\n\n\n" + PYTHON)
    assert i18n_tools.check(translations, i18n_tools.extract(source), ["fr"]) == []


def test_a_changed_string_keeps_its_translation_as_unsure(source: Path, translations: Path) -> None:
    (source / "views.py").write_text(PYTHON.replace("Front door", "Front doors"))
    template = i18n_tools.extract(source)
    i18n_tools.update(translations, template, ["fr"])
    text = i18n_tools.po_path(translations, "fr").read_text("utf-8")
    assert "Bonjour %(name)s" in text
    assert '#, fuzzy\nmsgid "Front doors"\nmsgstr "Porte"' in text


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ('"Bonjour %(name)s"', '"Bonjour %(nom)s"', "unknown placeholder nom"),
        ('"Bonjour %(name)s"', '"Bonjour"', "placeholder name is missing"),
        ('"Porte"', '"<b>Porte</b>"', "other tags than the source"),
        ('"Porte"', '""', "not translated: 'Front door'"),
        ('msgstr[1] "%(num)s b"', 'msgstr[1] ""', "not translated"),
        ('msgid "Come in"', '#, fuzzy\nmsgid "Come in"', "marked fuzzy"),
    ],
)
def test_every_fault_in_a_catalogue_is_named(
    source: Path, translations: Path, old: str, new: str, finding: str
) -> None:
    path = i18n_tools.po_path(translations, "fr")
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), "utf-8")
    findings = [str(found) for found in i18n_tools.check(translations, i18n_tools.extract(source), ["fr"])]
    assert any(finding in text and "messages.po" in text for text in findings)


def test_a_missing_language_and_a_stale_template_are_findings(source: Path, translations: Path) -> None:
    (source / "views.py").write_text(PYTHON + '\nprint(_("More %d"))')
    texts = [found.text for found in i18n_tools.check(translations, i18n_tools.extract(source), ["ar"])]
    assert any("lms i18n extract" in text for text in texts)
    assert any("lms i18n update" in text for text in texts)


def test_a_source_string_with_a_bad_placeholder_is_a_finding(source: Path, translations: Path) -> None:
    (source / "views.py").write_text(PYTHON + '\nprint(_("%(n)s of %d"))')
    texts = [found.text for found in i18n_tools.check(translations, i18n_tools.extract(source), [])]
    assert any("neither a placeholder" in text for text in texts)


def test_commands_name_a_package_that_is_not_installed() -> None:
    result = CliRunner().invoke(i18n_commands.i18n_group, ["check", "--package", "lms_nowhere"])
    assert result.exit_code == 1
    assert "no installed package" in result.output


def test_the_suite_itself_is_translated_completely() -> None:
    package = Path(lms.__file__).parent
    codes = [code for code in Settings().languages if code != i18n.SOURCE]
    findings = i18n_tools.check(package.parent / "translations", i18n_tools.extract(package), codes)
    assert [str(finding) for finding in findings] == []
