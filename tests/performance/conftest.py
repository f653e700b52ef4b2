"""Sites without any course: each test fills its own."""

import pytest


@pytest.fixture(scope="session")
def prepare_site():
    return lambda _app: None
