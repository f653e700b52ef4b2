"""What a part of a page draws stands on it as markup."""

import pytest

from tests.factories import make_person, sign_in


@pytest.mark.parametrize("grants", [[], [("operator", "site", "")]])
def test_the_account_page_shows_no_markup_as_text(site, grants):
    page = sign_in(site, make_person(site, grants=grants)).get("/en/account/").text
    assert "/en/account/second-step" in page
    assert "&lt;" not in page
