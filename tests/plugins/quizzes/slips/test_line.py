"""Every single change and every swap of two signs in a line is noticed; what people do to a line otherwise does no harm."""

from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lms.plugins.quizzes.domain.slips import line
from lms.plugins.quizzes.domain.slips.line import (
    CHECK,
    DIGITS,
    LONGEST,
    MODULUS,
    SIGNS,
    closed,
    grouped,
    signs_of,
    surplus,
)

bodies = st.text(SIGNS, min_size=1, max_size=LONGEST - CHECK)


def noticed(whole, changed):
    return surplus(changed) != 0


def every_change(whole):
    for place, old in enumerate(whole):
        for new in SIGNS:
            if new != old:
                yield whole[:place] + new + whole[place + 1 :]


def every_swap(whole):
    for one, other in combinations(range(len(whole)), 2):
        if whole[one] != whole[other]:
            yield whole[:one] + whole[other] + whole[one + 1 : other] + whole[one] + whole[other + 1 :]


def keeps_its_promise(body):
    whole = closed(body)
    assert surplus(whole) == 0
    assert all(noticed(whole, changed) for changed in every_change(whole))
    assert all(noticed(whole, changed) for changed in every_swap(whole))


def test_every_change_and_swap_is_noticed():
    """All of them, in lines of every kind; about seven thousand to a line of full length."""
    keeps_its_promise((SIGNS * 3)[: LONGEST - CHECK])
    settings(max_examples=20, deadline=None)(given(bodies)(keeps_its_promise))()


@pytest.mark.deep
def test_every_change_and_swap_is_noticed_at_length():
    settings(max_examples=10_000, deadline=None)(given(bodies)(keeps_its_promise))()


def test_the_proof_holds_for_the_longest_line():
    """Its three facts: a prime, coefficients that differ and are not 0, digits with values that follow each other."""
    assert all(MODULUS % factor for factor in range(2, 32))
    ends = [-100 % MODULUS, -10 % MODULUS, -1 % MODULUS]
    coefficients = [*range(1, LONGEST - CHECK + 1), *ends]
    assert 0 not in coefficients
    assert len(set(coefficients)) == len(coefficients) == LONGEST
    assert [line.VALUE[digit] for digit in DIGITS] == list(range(line.VALUE["0"], line.VALUE["0"] + 10))
    assert len(SIGNS) == len(set(SIGNS)) == 32 < MODULUS
    assert len(grouped("X" * LONGEST)) <= 120


def test_a_sum_without_places_is_found_out(monkeypatch):
    """The planted fault: a plain sum, which does not see two signs that changed places."""
    monkeypatch.setattr(line, "number", lambda place, sign: line.VALUE[sign])
    with pytest.raises(AssertionError):
        keeps_its_promise("ABCD")


@given(bodies, st.sampled_from([" ", "-", "  ", "\u200f", "\u2013", " \u00a0"]), st.booleans())
@settings(max_examples=200)
def test_case_spaces_and_dashes_do_no_harm(body, between, small):
    whole = closed(body)
    typed = grouped(whole).replace(" ", between)
    assert signs_of(typed.lower() if small else typed) == whole


@given(bodies, st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９"]))
@settings(max_examples=200)
def test_digits_of_other_scripts_are_read(body, digits):
    assert signs_of(closed(body).translate(str.maketrans(DIGITS, digits))) == closed(body)


def test_letters_that_look_like_digits_are_read_as_those():
    assert signs_of("o0O iIlL1") == "000" + "11111"


@given(bodies, st.integers(0, 92), st.integers(0, 92))
@settings(max_examples=200)
def test_the_end_has_to_be_digits(body, one, other):
    assume(surplus(closed(body)) == 0)
    assert surplus(body + "XXX") is None
    assert surplus(body[:1]) is None
