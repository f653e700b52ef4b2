"""Fixtures of the whole suite; those for plugins outside it live in `lms.host.testing`."""

from pathlib import Path

import pytest

from lms.core.catalogue.commands import publish_place
from lms.core.catalogue.compile.places import places

pytest_plugins = ["lms.host.testing", "tests.ci", "tests.pages.fixtures"]

COURSES = Path(__file__).parent / "courses"


@pytest.fixture(scope="session")
def prepare_site():
    """Publish the garden, a small harmless course with every kind of question."""

    def publish(app):
        if "catalogue" in app.blueprints:
            garden = places(app.config["LMS"].folder, COURSES)["garden"]
            publish_place(garden, kind="edition", accept_unreviewed=True)

    return publish
