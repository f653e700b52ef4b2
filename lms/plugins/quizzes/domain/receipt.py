"""The receipt of an attempt: short enough to read over the phone, and of no use to anybody else."""

from hashlib import blake2b

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8


def receipt(token: str) -> str:
    """Return the receipt code of an attempt: the same for the same attempt, and nothing can be told from it."""
    number = int.from_bytes(blake2b(token.encode(), digest_size=16, person=b"receipt").digest(), "big")
    signs = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        signs.append(LETTERS[place])
    return f"{''.join(signs[:4])}-{''.join(signs[4:])}"
