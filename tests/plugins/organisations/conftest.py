"""Organisations stand on groups."""

import pytest

from lms.plugins.organisations.actions import create_organisation, give_cohort
from tests.factories import make_person, sign_in
from tests.plugins.cohorts.groups import make_group


@pytest.fixture(scope="session")
def site_plugins():
    return ("accounts", "catalogue", "learning", "quizzes", "progress", "cohorts", "organisations")


class House:
    """An organisation of a test, with a group and a coordinator."""

    def __init__(self, site, name="North"):
        self.site = site
        self.group = make_group(site, name=f"{name} group")
        with site.session() as session:
            self.id = create_organisation(session, name=name)
            give_cohort(session, organisation_id=self.id, cohort_id=self.group.id)
        self.url = f"/en/organisations/{self.id}"

    def coordinator(self):
        grants = [("coordinator", "organisation", str(self.id))]
        return sign_in(self.site, make_person(self.site, grants=grants))

    def send(self, count, level, **more):
        """Let so many people come by the organisation and show it one level."""
        number = len(self.group.people)
        for offset in range(count):
            self.group.add(str(number + offset), sent_by=self.id, organisation=level, **more)

    def fields(self, **more):
        asked = {"cohort": str(self.group.id), "size": "6", "weeks": "4", "lang": "en", "key": "a-random-key"}
        return asked | more


@pytest.fixture
def house(site):
    return House(site)


@pytest.fixture
def neighbour(site):
    return House(site, "South")
