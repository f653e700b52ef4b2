"""Groups need the core; quizzes bring the checks of the test course."""

import pytest


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning", "quizzes", "progress", "cohorts")
