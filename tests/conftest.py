"""Fixtures of the whole suite; those for plugins outside it live in `lms.host.testing`."""

from pathlib import Path

import pytest

from lms.core.catalogue.commands import publish_place
from lms.core.catalogue.compile.places import places
from lms.host import i18n
from tests.requirements import claims

pytest_plugins = ["lms.host.testing", "tests.ci", "tests.together", "tests.pages.fixtures"]

COURSES = Path(__file__).parent / "courses"


@pytest.fixture(scope="session")
def prepare_site():
    """Publish the garden, a small harmless course with every kind of question."""

    def publish(app):
        if "catalogue" in app.blueprints:
            garden = places(app.config["LMS"].folder, COURSES)["garden"]
            publish_place(garden, kind="edition", accept_unreviewed=True)

    return publish


@pytest.fixture(scope="session", autouse=True)
def words_read_once():
    """Read each catalogue once a process: a thousand sites speak the same words, and reading them is half of a start."""
    known, load = {}, i18n.merged

    def merged(code, folders, cache=None):
        files = [path for folder in folders for path in sorted((folder / code / "LC_MESSAGES").glob("messages.*"))]
        key = (code, *[(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files])
        if key not in known:
            known[key] = load(code, folders, cache)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(i18n, "merged", merged)
        yield


@pytest.fixture(autouse=True)
def own_language():
    """Start in English: a request made in an earlier test leaves the language it spoke in this thread."""
    with i18n.using("en", i18n.Languages.load(["en"], [])):
        yield


def pytest_collection_modifyitems(items):
    """Mark what proves a requirement by the number in its name or docstring: `pytest -m safety`."""
    for item in items:
        function = getattr(item, "function", None)
        if function is not None and claims(function.__name__, function.__doc__ or ""):
            item.add_marker(pytest.mark.safety)
