"""The library of a site with the core alone beside it."""

import pytest

from lms.core.catalogue.compile.blocks import BLOCKS
from lms.host import i18n


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning", "library")


@pytest.fixture(autouse=True)
def in_english():
    with i18n.using("en"):
        yield


@pytest.fixture(scope="session")
def blocks():
    return {block.key: block for block in BLOCKS}
