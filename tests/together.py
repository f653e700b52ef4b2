"""Which tests stay in one process of several: those that share what is dear to make."""

import pytest
from xdist.scheduler import LoadScopeScheduling

# pytest-xdist's own marker for this, xdist_group, has no effect with pytest 9.2.
GROUPS = {
    "tests/pages/": "the walk over every page",
    "tests/browser/test_screens.py": "the walk over every page",
    "tests/flows/test_courses.py": "a site with every course",
}


class Together(LoadScopeScheduling):
    """Hands out groups whole, the largest first, and all other tests one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for start, group in GROUPS.items() if nodeid.startswith(start)), nodeid)


@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    """Use it whenever tests run in several processes."""
    return Together(config, log)
