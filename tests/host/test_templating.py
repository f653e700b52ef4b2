"""Templates: strict and escaped, with the shortcuts that keep a page cheap."""

from types import SimpleNamespace

import pytest
from flask import Flask
from jinja2 import UndefinedError

from lms.host import spans, templating, tiles
from lms.host.plugin import Host
from lms.host.settings import Settings


@pytest.fixture
def app(tmp_path) -> Flask:
    app = Flask("pages", static_folder=None)
    app.extensions["lms"] = Host([])
    templating.init_app(app, Host([]), Settings(data=tmp_path))
    app.add_url_rule("/<lang>/x/<name>", "x", lambda: "")
    return app


def shown(app: Flask, source: str, **values: object) -> str:
    with app.test_request_context("/"):
        return app.jinja_env.from_string(source).render(**values)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ _('<b>Bold</b> & plain') }}", "<b>Bold</b> & plain"),
        ("{{ _('Tom & Ann') }}", "Tom &amp; Ann"),
        ("{{ _('Hello %(name)s', name=typed) }}", "Hello &lt;i&gt;"),
        ("{{ _('Hello %(name)s', **values) }}", "Hello &lt;b&gt;"),
        ("{{ ngettext('%(num)s day of %(all)s', '%(num)s days of %(all)s', 2, all=7) }}", "2 days of 7"),
        ("{{ pgettext('door', 'Open') ~ '<' }}", "Open&lt;"),
        ("{{ typed }}", "&lt;i&gt;"),
        ("{{ typed|upper }}", "&lt;I&gt;"),
        ("<a href=\"{{ url_for('x', lang='en', name=typed) }}\">", '<a href="/en/x/%3Ci%3E">'),
        ("<a href=\"{{ url_for('x', lang='en', name='a', q='b&c', r='d') }}\">", '<a href="/en/x/a?q=b%26c&amp;r=d">'),
        ("{% set t = draw_tile %}{{ t('done', 'p1') }}", '<i class="t done p1"></i>'),
        (
            "{% from 'host/macros/tiles.html' import tile, shape %}{{ tile('todo') }}{{ shape('help') }}",
            '<i class="t"></i> help',
        ),
    ],
)
def test_what_templates_write(app: Flask, source: str, expected: str, tmp_path) -> None:
    app.jinja_env.loader.loaders.append(templating.FileSystemLoader(templating._templates("lms.host")))
    assert shown(app, source, typed="<i>", values={"name": "<b>"}) == expected


def test_a_missing_value_is_an_error_and_not_an_empty_place(app: Flask) -> None:
    with pytest.raises(UndefinedError):
        shown(app, "{{ nothing }}")
    with pytest.raises(UndefinedError):
        shown(app, "{{ value.nothing }}", value={})


def test_an_address_is_built_once_for_each_language_and_place(app: Flask) -> None:
    source = "{{ url_for('x', lang=lang, name='a') }}"
    assert [shown(app, source, lang=lang) for lang in ("en", "fr", "en")] == ["/en/x/a", "/fr/x/a", "/en/x/a"]
    with app.test_request_context("/", base_url="http://localhost/learn"):
        assert app.jinja_env.from_string(source).render(lang="en") == "/learn/en/x/a"


def test_functions_called_directly_return_markup_or_would_break_a_page() -> None:
    """Their results are written as they are: each must have escaped what it was given."""
    assert {"_", "gettext", "ngettext", "pgettext", "url_for", "tile", "shape", "text", "words"} == templating.DIRECT
    for fallback in (False, True):
        shown = spans.text(SimpleNamespace(text="<b>", lang='"><i>', dir="ltr", fallback=fallback))
        assert "<b>" not in shown
        assert "<i>" not in shown
    assert tiles.words("<b>") == "Not yet"
    with pytest.raises(KeyError):
        tiles.tile("done", '"><script>')
    with pytest.raises(KeyError):
        tiles.shape('"><script>')
