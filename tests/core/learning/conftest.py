"""Learning needs no other plugin than the core and the quizzes that its courses hold."""

import pytest

from lms.core.catalogue.api import current_outlines
from tests.factories import make_person


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning", "quizzes")


@pytest.fixture
def garden(site):
    with site.app.test_request_context("/en/"), site.reading() as conn:
        return next(found for found in current_outlines(conn, "en") if found.course_id == "garden")


@pytest.fixture
def learner(site):
    return make_person(site)
