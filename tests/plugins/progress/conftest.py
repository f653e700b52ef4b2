"""Progress with everybody who could see some of it."""

import pytest

from tests.plugins.organisations.conftest import House


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning", "quizzes", "progress", "cohorts", "organisations")


@pytest.fixture
def house(site):
    return House(site)
