"""Random tokens, and codes that people copy from paper."""

import hashlib
import hmac
import secrets

from lms.host.security.text import fold

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
INVITATION = 16
_VALUE = {char: value for value, char in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_token() -> str:
    """Return 256 random bits as text that fits in a cookie or an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """Return what is stored of a token: its SHA-256 (SES-1)."""
    return hashlib.sha256(token.encode()).digest()


def same(one: bytes, other: bytes) -> bool:
    """Compare secrets in constant time (ENC-12)."""
    return hmac.compare_digest(one, other)


# ---------------------------------------------------------------- codes on paper: Crockford's base 32
def new_code(length: int = INVITATION) -> str:
    """Return a random code of 5 bits a character, without separators (ACC-12: 16 characters, 80 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def grouped(code: str, size: int = 4) -> str:
    """Return a code as it is printed: `7Q2K-M9XD-4RTH-…`."""
    return "-".join(code[i : i + size] for i in range(0, len(code), size))


def parse_code(typed: str, length: int = INVITATION) -> str | None:
    """Read a typed code: capitals, spaces and dashes do not matter, O is 0, I and L are 1.

    Returns `None` for anything that cannot be a code of this length.
    """
    bare = fold(typed).upper().replace(" ", "").translate(_READ_AS)
    return bare if len(bare) == length and all(char in _VALUE for char in bare) else None


def encode(data: bytes) -> str:
    """Write bytes in base 32, most significant bit first, padded with zero bits."""
    length = -(-len(data) * 8 // 5)
    number = int.from_bytes(data) << (length * 5 - len(data) * 8)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def decode(code: str, size: int) -> bytes | None:
    """Read `size` bytes back from `encode`; `None` if the padding bits are not zero."""
    number = 0
    for char in code:
        number = number << 5 | _VALUE[char]
    spare = len(code) * 5 - size * 8
    return (number >> spare).to_bytes(size) if number & ((1 << spare) - 1) == 0 else None


def check_character(code: str) -> str:
    """Return one more character that tells a miscopied code from a wrong one.

    A weighted sum in the field of 32 elements, so one wrong character or two that changed places are always noticed in
    codes of up to 30 characters.
    """
    total, weight = 0, 1
    for char in code:
        weight = _times(weight, 2)
        total ^= _times(weight, _VALUE[char])
    return ALPHABET[total]


def has_check(code: str) -> bool:
    """Whether the last character is the check character of the others."""
    return check_character(code[:-1]) == code[-1]


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 32:
            one ^= 0b100101
        other >>= 1
    return product
