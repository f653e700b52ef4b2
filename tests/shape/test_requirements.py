"""The table of requirements says what the tests claim, and nothing else."""

import pytest
import yaml

from tests import requirements

pytestmark = pytest.mark.safety


@pytest.mark.parametrize("name", ["requirements.md", "asvs.md"])
def test_the_tables_are_up_to_date(name):
    assert (requirements.DOCS / name).read_text() == requirements.pages()[name], "run `python -m tests.requirements`"


def test_claims_are_read_from_names_and_docstrings():
    """A planted requirement without a test shows as missing."""
    assert requirements.claims("test_acc_12_races", "SES-3: a cookie") == {"ACC-12", "SES-3"}
    assert requirements.claims("test_net_works", "as in RFC-7") == set()
    assert requirements._shown([]) == "**missing**"


def test_items_of_the_standard_are_well_formed():
    items = yaml.safe_load((requirements.DOCS / "asvs.yaml").read_text())
    assert {one["state"] for one in items.values()} <= {"met", "deviation"}
    assert all(requirements.NUMBER.fullmatch(one["by"]) and one["level"] in (1, 2, 3) for one in items.values())
    deviations = {str(number) for number, one in items.items() if one["state"] == "deviation"}
    assert {"8.2.4", "6.3.5", "16.2.1", "6.3.3", "3.4.7", "2.4.2", "5.4.3"} <= deviations
