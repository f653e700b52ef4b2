"""The suite's own fixtures, with the sample switched on and its course published."""

from pathlib import Path

import pytest

from lms.core.catalogue.commands import publish_place
from lms.core.catalogue.compile.places import places
from lms.host.plugin import BUNDLED, fingerprint

pytest_plugins = ["lms.host.testing"]

COURSES = Path(__file__).parents[1] / "courses"


@pytest.fixture(scope="session")
def site_plugins():
    return (*BUNDLED, f"sample@{fingerprint('veer_sample.plugin')}")


@pytest.fixture(scope="session")
def prepare_site():
    def publish(app):
        place = places(app.config["LMS"].folder, COURSES)["pebbles"]
        publish_place(place, kind="edition", accept_unreviewed=True)

    return publish
