import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.host.security import tokens
from lms.host.security.tokens import ALPHABET, check_character, decode, encode, grouped, has_check, new_code, parse_code


def test_ses_1_a_token_has_256_bits_and_is_stored_as_a_digest():
    made = {tokens.new_token() for _ in range(100)}
    assert len(made) == 100
    assert all(len(token) == 43 for token in made)
    assert len(tokens.digest("x")) == 32
    assert tokens.digest("x") != tokens.digest("y")


def test_acc_12_an_invitation_code_has_80_bits():
    assert len(ALPHABET) ** len(new_code()) == 2**80
    assert not set("ILOU") & set(ALPHABET)
    assert grouped("7Q2KM9XD4RTH0011") == "7Q2K-M9XD-4RTH-0011"


@pytest.mark.parametrize(
    "typed",
    [
        "7Q2K-M9XD-4RTH-0011",
        "7q2km9xd4rth0011",
        " 7Q2K M9XD 4RTH 00 11 ",
        "7q2k–m9xd–4rth–OOIL",
        "7q2k-m9xd-4rth-ooli",
        "٧q2km9xd4rth0011",
    ],
)
def test_codes_forgive_case_spaces_dashes_and_look_alikes(typed):
    assert parse_code(typed) == "7Q2KM9XD4RTH0011"


@pytest.mark.parametrize(
    "typed", ["", "7Q2K-M9XD-4RTH", "7Q2K-M9XD-4RTH-00112", "7Q2K-M9XD-4RTH-001U", "7Q2K-M9XD-4RTH-001é!", "x" * 5000]
)
def test_what_cannot_be_a_code_is_none(typed):
    assert parse_code(typed) is None


@given(st.binary(min_size=1, max_size=40))
def test_bytes_survive_base_32(data):
    assert decode(encode(data), len(data)) == data


def test_spare_bits_must_be_zero():
    code = encode(bytes(16))
    assert len(code) == 26
    assert decode(code[:-1] + "1", 16) is None


@given(st.text(ALPHABET, min_size=2, max_size=30), st.data())
def test_check_character_notices_one_wrong_and_any_two_swapped(code, data):
    whole = code + check_character(code)
    assert has_check(whole)
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from(ALPHABET))
    assert has_check(whole[:place] + other + whole[place + 1 :]) == (other == whole[place])
    second = data.draw(st.integers(0, len(whole) - 1))
    swapped = list(whole)
    swapped[place], swapped[second] = swapped[second], swapped[place]
    assert has_check("".join(swapped)) == (whole[place] == whole[second])
