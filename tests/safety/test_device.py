"""No script and no page puts anything on a device (CACHE-5); the way out takes what a browser keeps anyway (CACHE-6)."""

import re

import pytest

from tests.shape import tree

pytestmark = pytest.mark.safety
STORES = re.compile(
    r"serviceWorker|\bcaches\b|indexedDB|localStorage|sessionStorage|document\.cookie|cookieStore"
    r"|showSaveFilePicker|getDirectory|rel=[\"']?manifest"
)


def keeping(sources):
    """Return the files that could keep something on a device."""
    return sorted(name for name, text in sources.items() if STORES.search(text))


def test_cache_5_nothing_is_kept_on_a_device():
    """CACHE-5: there is nothing to keep for reading without a network, so nothing is kept."""
    files = [*tree.LMS.rglob("static/**/*.js"), *tree.LMS.rglob("templates/**/*.html")]
    sources = {path.relative_to(tree.LMS).as_posix(): path.read_text() for path in files if path.is_file()}
    assert any(name.endswith(".js") for name in sources)
    assert keeping(sources) == []


def test_cache_5_planted_scripts_that_keep_something_are_found():
    """CACHE-5: planted faults: each way in which a page could keep something."""
    bad = (
        "navigator.serviceWorker.register('/w.js')",
        "await caches.open('x')",
        "localStorage.last = location",
        "indexedDB.open('x')",
    )
    assert keeping({**{line: line for line in bad}, "good": "history.replaceState({}, '', '/')"}) == sorted(bad)


def test_cache_6_the_way_out_empties_the_device_without_a_script(site):
    """CACHE-6: the page after signing out says so, and the way out tells the browser; control: other answers do not."""
    page = site.client().get("/en/signed-out")
    assert "removes from this device" in page.text
    assert "Clear-Site-Data" not in page.headers
    assert '"storage"' in site.client().get("/bye").headers["Clear-Site-Data"]
