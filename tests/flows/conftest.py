"""Stories over HTTP with every plugin that they need."""

import pytest


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning", "quizzes", "cohorts", "certificates")
