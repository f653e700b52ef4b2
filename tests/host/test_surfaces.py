"""An operator may keep the pages of staff off the public host (LMS_SURFACES)."""

from tests.factories import make_person, sign_in


def test_a_process_without_the_staff_surface_serves_learners_and_knows_no_desk(make_site):
    site = make_site(surfaces=("public", "learner"))
    browser = sign_in(site, make_person(site, grants=[("operator", "site", ""), ("author", "site", "")]))
    home = browser.get("/en/home")
    assert home.status_code == 200
    assert "/en/operator/" not in home.text
    assert browser.get("/en/operator/").status_code == 404


def test_control_with_the_staff_surface_the_same_person_finds_it(make_site):
    site = make_site()
    browser = sign_in(site, make_person(site, grants=[("operator", "site", "")]))
    assert "/en/operator/" in browser.get("/en/home").text
    assert browser.get("/en/operator/").status_code == 200


def test_the_public_surface_alone_shows_the_catalogue(make_site):
    site = make_site(surfaces=("public",))
    assert site.client().get("/en/").status_code == 200
    assert site.client().get("/en/home").status_code == 404
