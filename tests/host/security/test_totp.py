"""One-time codes of an app (ACC-6), against the values that RFC 6238 gives."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from lms.host.security import totp

SEED = b"12345678901234567890"
NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_acc_6_codes_are_those_of_the_rfc(seconds, code):
    assert totp.code(SEED, datetime.fromtimestamp(seconds, UTC)) == code


def test_acc_6_one_step_before_and_after_fit_and_no_more():
    now = totp.step_of(NOON)
    for steps in range(-3, 4):
        typed = totp.code(SEED, NOON + timedelta(seconds=30 * steps))
        found = totp.matching_step(SEED, typed, moment=NOON, after=0)
        assert found == (now + steps if abs(steps) <= 1 else None)


def test_acc_6_a_used_step_and_those_before_it_fit_no_more():
    now = totp.step_of(NOON)
    assert totp.matching_step(SEED, totp.code(SEED, NOON), moment=NOON, after=now) is None
    earlier = totp.code(SEED, NOON - timedelta(seconds=30))
    assert totp.matching_step(SEED, earlier, moment=NOON, after=now) is None
    assert totp.matching_step(SEED, earlier, moment=NOON, after=now - 2) == now - 1


def test_digits_of_every_script_with_or_without_spaces():
    code = totp.code(SEED, NOON)
    for zero in (0x0660, 0x06F0, 0x0966):
        typed = "".join(chr(zero + int(digit)) for digit in code)
        assert totp.matching_step(SEED, f" {typed[:3]} {typed[3:]} ", moment=NOON, after=0)
    for typed in ("", "12345", "1234567", "abcdef", "-12345"):
        assert totp.matching_step(SEED, typed, moment=NOON, after=0) is None


def test_the_picture_is_a_png_and_its_text_names_no_person():
    text = totp.address(SEED, "A quiet site")
    assert text.startswith("otpauth://totp/A%20quiet%20site?secret=GEZDGNBV")
    picture = Image.open(BytesIO(totp.picture(text)))
    assert picture.format == "PNG"
    assert picture.width == picture.height >= 200


def test_the_written_seed_is_grouped_and_reads_back():
    assert totp.written(SEED).split(" ") == ["GEZD", "GNBV", "GY3T", "QOJQ", "GEZD", "GNBV", "GY3T", "QOJQ"]
