"""Learning needs no other plugin than the core and the quizzes that its courses hold."""

import pytest


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning", "quizzes")
