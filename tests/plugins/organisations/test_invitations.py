"""Codes on paper: made once, shown once, counted and never followed."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import html5lib
import pytest
from sqlalchemy import select, update

from lms.core.accounts.api import holders
from lms.core.accounts.models import Invitation
from lms.host.security.audit import Entry
from lms.plugins.cohorts.api import member_table
from lms.plugins.organisations.actions import create_batch, forget_slips
from lms.plugins.organisations.models import Batch
from tests.factories import count_now, make_person, sign_in

CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")
# Derivation of the number: sign-in with account and roles; the organisation; its batches; their places.
LIST_STATEMENTS = 4


def codes_in(answer):
    assert answer.status_code == 200, answer.text
    return CODE.findall(answer.text)


def invitations(site):
    with site.reading() as conn:
        return conn.execute(select(Invitation.__table__)).mappings().all()


def use(site, codes):
    for code in codes:
        answer = sign_in(site, make_person(site)).submit("/en/account/code", {"code": code})
        assert answer.status_code == 303


def test_a_batch_is_shown_as_slips_and_each_code_lets_one_person_into_the_group(site, house):
    browser = house.coordinator()
    assert browser.get(f"{house.url}/invitations/new").status_code == 200
    codes = codes_in(browser.submit(f"{house.url}/invitations/new", house.fields()))
    assert len(set(codes)) == 6
    use(site, codes[:1])
    with site.reading() as conn:
        (row,) = conn.execute(select(member_table)).mappings().all()
    assert (row["cohort_id"], row["organisation_id"]) == (house.group.id, house.id)
    again = sign_in(site, make_person(site)).submit("/en/account/code", {"code": codes[0]})
    assert again.status_code == 422


def test_dur_5_the_same_form_twice_makes_one_batch_and_gives_the_same_codes(site, house):
    browser = house.coordinator()
    first = codes_in(browser.submit(f"{house.url}/invitations/new", house.fields()))
    again = codes_in(browser.submit(f"{house.url}/invitations/new", house.fields()))
    assert first == again
    assert len(invitations(site)) == 6
    other = codes_in(browser.submit(f"{house.url}/invitations/new", house.fields(size="7")))
    assert not set(other) & set(first)
    third = codes_in(browser.submit(f"{house.url}/invitations/new", house.fields(key="another")))
    assert not set(third) & {*first, *other}
    assert len(invitations(site)) == 19


def test_dur_5_eight_parallel_repeats_make_one_batch_and_all_give_its_codes(site, house):
    token = house.coordinator().get_cookie("__Host-s").value
    browsers = [site.client().wear(token) for _number in range(8)]
    answers = []

    def send(browser):
        answers.append(codes_in(browser.submit(f"{house.url}/invitations/new", house.fields())))

    threads = [threading.Thread(target=send, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)
    assert len(invitations(site)) == 6


def test_codes_are_hashes_at_rest_and_the_server_alone_cannot_show_them_again(site, house, frozen_clock):
    """ACC-12, ORG-4: the sealed copy opens with the key of the form only, and is gone after a day."""
    browser = house.coordinator()
    codes = codes_in(browser.submit(f"{house.url}/invitations/new", house.fields()))
    with site.reading() as conn:
        batch = conn.execute(select(Batch.__table__)).mappings().one()
    stored = repr(batch) + repr(invitations(site))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    assert b"-" not in batch["slips"] or not any(code.encode() in batch["slips"] for code in codes)
    assert not codes_in(browser.get(f"{house.url}/invitations"))
    with site.session() as session:
        session.execute(update(Batch).values(slips=b"\x01" + bytes(60)))
    assert browser.submit(f"{house.url}/invitations/new", house.fields()).status_code == 422
    frozen_clock.moment += timedelta(hours=24)
    with site.session() as session:
        forget_slips(session)
    with site.reading() as conn:
        assert conn.execute(select(Batch.slips, Batch.slips_until)).one() == (None, None)


def test_a_late_repeat_says_that_the_codes_were_shown(site, house, frozen_clock):
    codes_in(house.coordinator().submit(f"{house.url}/invitations/new", house.fields()))
    with site.reading() as conn:
        batch_id = conn.execute(select(Batch.id)).scalar_one()
    frozen_clock.moment += timedelta(hours=25)
    from lms.plugins.organisations.actions import SlipsGoneError

    with pytest.raises(SlipsGoneError), site.session() as session:
        create_batch(
            session,
            batch_id=batch_id,
            organisation_id=house.id,
            cohort_id=house.group.id,
            size=6,
            expires=frozen_clock.moment,
            lang="en",
            form_key="a-random-key",
            by=uuid4(),
        )
    assert len(invitations(site)) == 6


def test_slips_are_six_a_sheet_in_their_own_language_without_topic_words(site, house):
    answer = house.coordinator().submit(f"{house.url}/invitations/new", house.fields(size="8", lang="ar"))
    sheets = re.findall(r'<div class="slips">(.*?)</div>', answer.text, re.DOTALL)
    assert [sheet.count("<section") for sheet in sheets] == [6, 2]
    assert all('lang="ar" dir="rtl"' in section for section in re.findall("<section[^>]*>", answer.text))
    assert '<html lang="en" dir="ltr">' in answer.text
    assert "localhost/ar/join" in answer.text
    slips = " ".join(sheets).lower()
    for word in ("veer", "human rights", "security", "tor browser", "garden", "north"):
        assert word not in slips
    html5lib.HTMLParser(strict=True).parse(answer.text)


def test_stat_1_used_codes_are_counted_once_a_week_and_never_few(site, house):
    browser = house.coordinator()
    codes = codes_in(browser.submit(f"{house.url}/invitations/new", house.fields(size="9")))

    def cell():
        (words,) = re.findall(r'data-l="Used">(.*?)</td>', browser.get(f"{house.url}/invitations").text)
        return re.sub("<[^>]+>", "", words)

    assert cell() == "New since the last count"
    count_now(site)
    assert cell() == "fewer than 5"
    use(site, codes[:5])
    assert cell() == "fewer than 5"
    count_now(site)
    assert cell() == "5 or more"
    assert "5 or more" in browser.get(house.url).text


def test_stat_1_a_batch_that_is_too_small_is_counted_with_the_others_only(site, house):
    """STAT-1: of six codes no number is shown, however many are used; of two such batches one number together."""
    browser = house.coordinator()
    codes = [codes_in(browser.submit(f"{house.url}/invitations/new", house.fields(key=key))) for key in ("a", "b")]
    use(site, codes[0])
    count_now(site)
    assert browser.get(f"{house.url}/invitations").text.count("Too few codes to show") == 2
    assert '<p class="big n">5 or more</p>' in browser.get(house.url).text


def test_taking_a_batch_back_ends_the_unused_codes_only(site, house):
    browser = house.coordinator()
    codes = codes_in(browser.submit(f"{house.url}/invitations/new", house.fields()))
    use(site, codes[:1])
    with site.reading() as conn:
        batch_id = conn.execute(select(Batch.id)).scalar_one()
    assert "What stays" in browser.get(f"{house.url}/invitations/{batch_id}/end").text
    answer = browser.submit(f"{house.url}/invitations/{batch_id}/end")
    text = browser.get(answer.headers["Location"]).text
    assert "Taken back" in text
    refused = sign_in(site, make_person(site)).submit("/en/account/code", {"code": codes[1]})
    assert refused.status_code == 422
    with site.reading() as conn:
        assert len(conn.execute(select(member_table.c.person_id)).all()) == 1
        actions = conn.scalars(select(Entry.action).order_by(Entry.seq)).all()
        assert conn.execute(select(Batch.slips)).scalar_one() is None
    assert actions.count("invitations made") == 1
    assert actions.count("invitations taken back") == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"size": "0"}, "Write a number between 1 and 60."),
        ({"size": "six"}, "Write a whole number, with digits only."),
        ({"lang": "xx"}, "Choose one of the answers in the list."),
        ({"weeks": "9"}, "Choose one of the answers in the list."),
        ({"cohort": "nowhere"}, "Choose one of the answers in the list."),
    ],
)
def test_wrong_input_says_so_and_makes_nothing(site, house, wrong, said):
    answer = house.coordinator().submit(f"{house.url}/invitations/new", house.fields() | wrong)
    assert answer.status_code == 422
    assert "<title>Problem: New invitations" in answer.text
    assert answer.text.count(said) == 2
    assert invitations(site) == []
    html5lib.HTMLParser(strict=True).parse(answer.text)


def test_authz_2_another_organisation_s_group_cannot_be_invited_to(site, house, neighbour):
    fields = house.fields(cohort=str(neighbour.group.id))
    assert house.coordinator().submit(f"{house.url}/invitations/new", fields).status_code == 422
    assert invitations(site) == []


def test_authz_5_every_address_of_another_organisation_is_absent(site, house, neighbour):
    theirs = neighbour.coordinator()
    codes_in(theirs.submit(f"{neighbour.url}/invitations/new", neighbour.fields()))
    with site.reading() as conn:
        batch_id = conn.execute(select(Batch.id)).scalar_one()
    mine, operator = house.coordinator(), sign_in(site, make_person(site, grants=[("operator", "site", "")]))
    guide = house.group.facilitator()
    for path in ("", "/invitations", "/invitations/new", f"/invitations/{batch_id}/end"):
        answers = [browser.get(f"{neighbour.url}{path}") for browser in (mine, operator, guide)]
        assert [answer.status_code for answer in answers] == [404] * 3, path
        assert theirs.get(f"{neighbour.url}{path}").status_code == 200
    absent = mine.get(f"/en/organisations/{uuid4()}")
    hidden = mine.get(neighbour.url)
    ids = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|value=\"[^\"]*\"")
    assert ids.sub(b"", hidden.data) == ids.sub(b"", absent.data)
    # a batch of the neighbour under the address of one's own organisation
    assert mine.get(f"{house.url}/invitations/{batch_id}/end").status_code == 404
    assert mine.submit(f"{house.url}/invitations/{batch_id}/end").status_code == 404
    assert mine.submit(f"{neighbour.url}/invitations/new", neighbour.fields(key="k2")).status_code == 404
    assert not any(row["revoked"] for row in invitations(site))
    assert len(invitations(site)) == 6


def test_a_coordinator_s_code_gives_the_role_in_this_organisation_only(site, house, neighbour):
    from lms.plugins.organisations.commands import organisations as group

    run = site.app.test_cli_runner().invoke
    code = run(group, ["invite", str(house.id)]).output.strip()
    person = make_person(site)
    sign_in(site, person).submit("/en/account/code", {"code": code})
    browser = sign_in(site, person)
    assert browser.get("/en/organisations/").headers["Location"] == house.url
    assert browser.get(house.url).status_code == 200
    assert browser.get(neighbour.url).status_code == 404
    assert run(group, ["invite", str(person.id)]).exit_code == 1


def test_the_command_line_makes_gives_and_deletes(site, house):
    from lms.plugins.organisations.commands import organisations as group

    house.send(1, "score")
    coordinator = house.coordinator()
    with site.reading() as conn:
        assert len(holders(conn, "coordinator", "organisation", str(house.id))) == 1
    run = site.app.test_cli_runner().invoke
    made = run(group, ["create", "West"]).output.strip()
    assert f"{made}  West" in run(group, ["list"]).output
    assert run(group, ["give", made, str(house.group.id)]).exit_code == 0
    assert run(group, ["delete", str(house.id), "--yes"]).exit_code == 0
    with site.reading() as conn:
        assert conn.execute(select(member_table.c.organisation_id)).scalar_one() is None
        assert holders(conn, "coordinator", "organisation", str(house.id)) == []
    assert coordinator.get("/en/account/").headers["Location"] == "/en/sign-in"  # a role went (SES-5)
    assert "North" not in run(group, ["list"]).output


@pytest.mark.parametrize("batches", [1, 12])
def test_the_number_of_statements_does_not_grow_with_the_batches(site, house, batches):
    browser = house.coordinator()
    for number in range(batches):
        codes_in(browser.submit(f"{house.url}/invitations/new", house.fields(key=str(number), size="1")))
    with site.statements() as seen:
        text = browser.get(f"{house.url}/invitations").text
    assert text.count('data-l="Used"') == batches
    assert len(seen) == LIST_STATEMENTS, seen


def test_a_demonstration_gives_its_group_to_one_organisation(make_site):
    from lms.plugins.cohorts.commands import start as start_groups
    from lms.plugins.organisations.commands import start

    site = make_site(demo=True)
    with site.app.app_context():
        assert start(True) == []
        start_groups(True)
        first, second = start(True), start(True)
        assert start(False) == []
    assert first[0] != second[0]
    person = make_person(site)
    sign_in(site, person).submit("/en/account/code", {"code": first[0].split()[-1]})
    browser = sign_in(site, person)
    count_now(site)
    text = browser.get(browser.get("/en/organisations/").headers["Location"]).text
    assert "Demonstration group" in text
    assert "5 or more" in text
