"""Stylesheets: three themes from one source, small, named by content, and built whole or not at all."""

import gzip
from pathlib import Path

import brotli
import pytest

from lms.host import static_files
from lms.host.plugin import Host, Plugin, StartupError

MOST_CSS = 7168
CSS = Path(static_files.__file__).parent / "static" / "veer.css"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> static_files.Static:
    return static_files.prepare(Host([]), tmp_path_factory.mktemp("cache"))


def on_disk(static: static_files.Static, name: str) -> Path:
    return static._folder / static.url(name).lstrip("/")


@pytest.mark.parametrize("theme", static_files.THEMES)
def test_a_stylesheet_fits_its_budget_and_loads_nothing(built: static_files.Static, theme: str) -> None:
    path = on_disk(built, f"veer.{theme}.css")
    css = path.read_text("utf-8")
    squeezed = path.with_name(path.name + ".br").read_bytes()
    assert len(squeezed) <= MOST_CSS
    assert brotli.decompress(squeezed).decode() == css
    assert gzip.decompress(path.with_name(path.name + ".gz").read_bytes()).decode() == css
    assert not any(word in css for word in ("@import", "url(", "http:", "https:", "/*"))
    assert css.count("{") == css.count("}")


def test_themes_follow_the_device_never_or_always() -> None:
    css = "a{b:c}" + static_files.DARK + ":root{d:e}}f{g:h}"
    assert static_files.themed(css, "auto") == css
    assert static_files.themed(css, "light") == "a{b:c}f{g:h}"
    assert static_files.themed(css, "dark") == "a{b:c}@media screen{:root{d:e}}f{g:h}"
    with pytest.raises(StartupError, match="no block"):
        static_files.themed("a{b:c}", "dark")
    with pytest.raises(StartupError, match="never closed"):
        static_files.themed(static_files.DARK + "a{", "dark")


def test_the_dark_theme_has_dark_colours_and_no_condition(built: static_files.Static) -> None:
    dark = on_disk(built, "veer.dark.css").read_text("utf-8")
    light = on_disk(built, "veer.light.css").read_text("utf-8")
    assert "color-scheme:dark" in dark
    assert "color-scheme:dark" not in light
    assert "prefers-color-scheme" not in dark + light
    assert "prefers-color-scheme" in on_disk(built, "veer.auto.css").read_text("utf-8")


def test_minifying_keeps_strings_and_meaning() -> None:
    css = """/* note */
    a > b , c { color : red ; content: " (  ; " attr(href) ")" ; margin: 0 auto; }
    @media (min-width: 48em) { d { inline-size: calc(1px + 2px) } }"""
    assert static_files.minified(css) == (
        'a>b,c{color :red;content:" (  ; " attr(href) ")";margin:0 auto}@media (min-width:48em){d{inline-size:calc(1px + 2px)}}'
    )


def test_the_leave_sheet_survives_minifying(built: static_files.Static) -> None:
    """EXIT-2: the sheet that blanks the screen is in every theme."""
    for theme in static_files.THEMES:
        css = on_disk(built, f"veer.{theme}.css").read_text("utf-8")
        assert ".leave button:active::after,.leave button:focus:not(:focus-visible)::after{" in css
        assert "position:fixed;inset:0;z-index:99;background:#fff" in css


def test_the_name_changes_with_the_content(tmp_path: Path) -> None:
    static_files.build({"a.txt": b"one"}, tmp_path / "one")
    static_files.build({"a.txt": b"two"}, tmp_path / "two")
    names = [{path.name for path in (tmp_path / name / "static").iterdir()} for name in ("one", "two")]
    assert not names[0] & names[1]


def test_a_second_start_builds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = static_files.prepare(Host([]), tmp_path)
    monkeypatch.setattr(static_files, "build", lambda *_: pytest.fail("built again"))
    assert static_files.prepare(Host([]), tmp_path).stylesheet("auto") == first.stylesheet("auto")


def test_half_a_build_is_never_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(_sources: object, folder: Path) -> None:
        (folder / "static").mkdir(parents=True)
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(static_files, "build", break_off)
        with pytest.raises(OSError):
            static_files.prepare(Host([]), tmp_path)
    assert static_files.prepare(Host([]), tmp_path).stylesheet("dark")


def test_a_plugin_cannot_shadow_our_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "lms_shadow"
    (package / "static").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "static" / "veer.css").write_text("body{display:none}")
    monkeypatch.syspath_prepend(str(tmp_path))
    host = Host([Plugin("shadow", "lms_shadow", "Shadow")])
    with pytest.raises(StartupError, match="static/shadow/"):
        static_files.prepare(host, tmp_path / "cache")
    (package / "static" / "shadow").mkdir()
    (package / "static" / "veer.css").rename(package / "static" / "shadow" / "more.css")
    assert static_files.prepare(host, tmp_path / "cache").url("shadow/more.css").startswith("/static/shadow/more.")


def test_unknown_themes_follow_the_device(built: static_files.Static) -> None:
    assert built.stylesheet("../x") == built.stylesheet("auto")


def test_the_icon_is_one_small_picture() -> None:
    icon = static_files.icon()
    assert icon[:4] == b"\x00\x00\x01\x00"
    assert icon[22:30] == b"\x89PNG\r\n\x1a\n"
    assert len(icon) < 600


def test_the_script_stays_small() -> None:
    script = static_files.plain_script((CSS.parent / "comfort.js").read_text("utf-8"))
    assert len(script) <= 4096
    assert "//" not in script
