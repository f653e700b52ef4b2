"""The language a page speaks: choice, words, plurals, digits, and what a broken catalogue cannot do."""

import threading
from datetime import date
from pathlib import Path

import pytest

from lms.host import i18n
from lms.host.i18n import LanguageError, Languages, using

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural}\\n"\n\n'
TWO = "nplurals=2; plural=(n > 1);"
SIX = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"


def catalogue(folder: Path, code: str, entries: str, plural: str = TWO) -> Path:
    path = folder / code / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER.format(plural=plural) + entries, "utf-8")
    return folder


def entry(source: str, target: str, context: str = "") -> str:
    return (f'msgctxt "{context}"\n' if context else "") + f'msgid "{source}"\nmsgstr "{target}"\n\n'


@pytest.fixture
def french(tmp_path: Path) -> Languages:
    words = (
        entry("Home", "Accueil")
        + entry("Leave", "Sortir", "button")
        + entry("Hello %(name)s", "Bonjour %(name)s")
        + entry("Tom & <b>Ann</b>", "Tom & <b>Anne</b>")
        + 'msgid "%(num)s lesson"\nmsgid_plural "%(num)s lessons"\nmsgstr[0] "%(num)s leçon"\nmsgstr[1] "%(num)s leçons"\n'
    )
    return Languages.load(["en", "fr", "ar"], [catalogue(tmp_path, "fr", words)])


def test_words_come_from_the_language_that_is_spoken(french: Languages) -> None:
    with using("fr", french):
        assert i18n.gettext("Home") == "Accueil"
        assert i18n.pgettext("button", "Leave") == "Sortir"
        assert i18n.gettext("Leave") == "Leave"
        assert i18n.gettext("Hello %(name)s", name="<Ann>") == "Bonjour <Ann>"
        with using("en"):
            assert i18n.gettext("Home") == "Home"
        assert i18n.gettext("Home") == "Accueil"
    assert i18n.gettext("Home") == "Home"


def test_a_lazy_label_speaks_when_it_is_shown(french: Languages) -> None:
    label = i18n.lazy_gettext("Home")
    assert str(label) == "Home"
    with using("fr", french):
        assert str(label) == "Accueil"
        assert label.__html__() == "Accueil"
        assert str(i18n.lazy_pgettext("button", "Leave")) == "Sortir"


def test_plurals_follow_the_rule_of_the_language(tmp_path: Path) -> None:
    forms = "".join(f'msgstr[{n}] "form{n} %(num)s"\n' for n in range(6))
    folder = catalogue(tmp_path, "ar", f'msgid "%(num)s day"\nmsgid_plural "%(num)s days"\n{forms}', SIX)
    with using("ar", Languages.load(["ar"], [folder])):
        said = [i18n.ngettext("%(num)s day", "%(num)s days", n) for n in (0, 1, 2, 3, 11, 100)]
    assert said == ["form0 ٠", "form1 ١", "form2 ٢", "form3 ٣", "form4 ١١", "form5 ١٠٠"]


def test_templates_get_escaped_words_and_keep_the_tags_of_our_own_source(french: Languages) -> None:
    with using("fr", french):
        assert i18n.html_gettext("Tom & <b>Ann</b>") == "Tom & <b>Anne</b>"
        assert i18n.html_gettext("Hello %(name)s", name="<i>") == "Bonjour &lt;i&gt;"
        assert i18n.html_ngettext("%(num)s lesson", "%(num)s lessons", 3) == "3 leçons"
    assert i18n.html_gettext('Say "yes" & go') == "Say &quot;yes&quot; &amp; go"


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Hello %(name)s", "Bonjour %(nom)s"),
        ("Hello %(name)s", "Bonjour"),
        ("Hello %(name)s", "Bonjour %(name)s, 100 % sûr"),
        ("Plain words", "<script>alert(1)</script>"),
        ("A <b>word</b>", "Un <i>mot</i>"),
        ('An <a href=\\"%(url)s\\">x</a>', 'Un <a onclick=\\"x\\" href=\\"%(url)s\\">x</a>'),
    ],
)
def test_an_entry_that_could_break_a_page_is_never_used(tmp_path: Path, source: str, target: str) -> None:
    """XSS-1: a translation brings no placeholder and no tag that the source has not."""
    words = entry(source, target) + entry("Home", "Accueil")
    site = Languages.load(["fr"], [catalogue(tmp_path, "fr", words)])
    assert set(site.get("fr").words.texts) == {"Home"}


def test_unsure_entries_are_not_shown(tmp_path: Path) -> None:
    words = "#, fuzzy\n" + entry("Home", "Maison")
    site = Languages.load(["fr"], [catalogue(tmp_path, "fr", words)])
    with using("fr", site):
        assert i18n.gettext("Home") == "Home"


def test_a_plugin_adds_words_and_ours_win(tmp_path: Path) -> None:
    plugin = catalogue(tmp_path / "plugin", "fr", entry("Home", "Foyer") + entry("Echo", "Écho"))
    ours = catalogue(tmp_path / "ours", "fr", entry("Home", "Accueil"))
    with using("fr", Languages.load(["fr"], [plugin, ours])):
        assert (i18n.gettext("Home"), i18n.gettext("Echo")) == ("Accueil", "Écho")


def test_a_changed_catalogue_is_compiled_anew(tmp_path: Path) -> None:
    folder, cache = catalogue(tmp_path / "t", "fr", entry("Home", "Foyer")), tmp_path / "cache"
    first = Languages.load(["fr"], [folder], cache)
    path = folder / "fr" / "LC_MESSAGES" / "messages.po"
    path.write_text(path.read_text("utf-8").replace("Foyer", "Accueil"), "utf-8")
    second = Languages.load(["fr"], [folder], cache)
    assert first.get("fr").words.texts["Home"] == "Foyer"
    assert second.get("fr").words.texts["Home"] == "Accueil"
    path.unlink()
    path.with_suffix(".mo").write_bytes(min(cache.glob("*.mo")).read_bytes())
    assert Languages.load(["fr"], [folder]).get("fr").words.texts["Home"] in {"Foyer", "Accueil"}


@pytest.mark.parametrize("codes", [[], ["xx"], ["../en"], ["en us"]])
def test_a_language_nobody_can_format_stops_the_start(codes: list[str]) -> None:
    with pytest.raises(LanguageError, match="LMS_LANGUAGES"):
        Languages.load(codes, [])


def test_a_damaged_catalogue_stops_the_start(tmp_path: Path) -> None:
    folder = catalogue(tmp_path, "fr", "<<<<<<< HEAD\n" + entry("Home", "Accueil"))
    with pytest.raises(LanguageError, match="'fr' cannot be read"):
        Languages.load(["fr"], [folder])


def test_a_damaged_binary_stops_the_start(tmp_path: Path) -> None:
    folder = catalogue(tmp_path, "fr", "")
    path = folder / "fr" / "LC_MESSAGES" / "messages.po"
    path.with_suffix(".mo").write_bytes(path.read_bytes())
    path.unlink()
    with pytest.raises(LanguageError, match="damaged"):
        Languages.load(["fr"], [folder])


def test_catalogues_that_count_differently_stop_the_start(tmp_path: Path) -> None:
    one = catalogue(tmp_path / "one", "fr", entry("Home", "Accueil"))
    spaced = catalogue(tmp_path / "spaced", "fr", entry("Echo", "Écho"), "nplurals=2; plural=n>1;")
    other = catalogue(tmp_path / "other", "fr", entry("Echo", "Écho"), "nplurals=2; plural=(n != 1);")
    assert len(Languages.load(["fr"], [one, spaced]).get("fr").words.texts) == 2
    with pytest.raises(LanguageError, match="counts the plurals"):
        Languages.load(["fr"], [one, other])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("fr-CA,en;q=0.5", "fr"),
        ("de;q=0.9, ar-EG;q=0.8", "ar"),
        ("en;q=0.1,ar;q=0.9", "ar"),
        ("ar;q=0", "en"),
        ("ar;q=x", "en"),
        ("", "en"),
        ("*", "en"),
        ("zz" * 5000, "en"),
    ],
)
def test_the_first_visit_is_answered_in_a_language_the_visitor_reads(
    french: Languages, header: str, expected: str
) -> None:
    assert french.negotiate(header).code == expected


def test_numbers_days_and_sizes_are_written_as_the_language_writes_them() -> None:
    site = Languages.load(["en", "fr", "es", "ar"], [])
    day = date(2026, 10, 3)
    said = {}
    for language in site.all:
        with using(language.code, site):
            said[language.code] = (
                i18n.format_number(1234),
                i18n.format_percent(80),
                i18n.format_date(day),
                i18n.format_month(day),
                i18n.format_day(day),
                i18n.format_kilobytes(7100),
                i18n.format_list(["a", "b", "c"]),
                i18n.format_duration(70),
            )
    assert said["en"] == (
        "1,234",
        "80%",
        "3 October 2026",
        "October 2026",
        "3 October",
        "7 kB",
        "a, b and c",
        "1 h 10 min",
    )
    assert said["fr"][1:6] == ("80\u00a0%", "3 octobre 2026", "octobre 2026", "3 octobre", "7\u202fko")
    assert said["es"][2:4] == ("3 de octubre de 2026", "octubre de 2026")
    assert said["ar"][:5] == ("١٬٢٣٤", "٨٠٪\u061c", "٣ أكتوبر ٢٠٢٦", "أكتوبر ٢٠٢٦", "٣ أكتوبر")


def test_a_person_may_keep_latin_digits() -> None:
    site = Languages.load(["ar"], [])
    with using("ar", site, digits="latn"):
        assert i18n.format_number(1234) == "1,234"
        assert i18n.gettext("%(n)s of %(total)s", n=3, total=6) == "3 of 6"
    with using("ar", site):
        assert i18n.gettext("%(n)s of %(total)s", n=3, total=6) == "٣ of ٦"


def test_direction_and_name_of_languages() -> None:
    assert [i18n.direction(code) for code in ("en", "ar", "fa", "ur", "zh", "nonsense")] == [
        "ltr", "rtl", "rtl", "rtl", "ltr", "ltr",
    ]  # fmt: skip
    assert [i18n.endonym(code) for code in ("fr", "es", "ar", "pt", "nonsense")] == [
        "Français", "Español", "العربية", "Português", "nonsense",
    ]  # fmt: skip


def test_threads_do_not_hear_each_other(french: Languages) -> None:
    heard: list[str] = []

    def listen() -> None:
        heard.append(i18n.gettext("Home"))

    with using("fr", french):
        thread = threading.Thread(target=listen)
        thread.start()
        thread.join()
    assert heard == ["Home"]
