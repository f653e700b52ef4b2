"""What the file of the operator secret holds: one key that lasts, and the versions of the key that is changed (ENC-11).

The lasting key digests what nobody can digest again: passphrases, recovery and invitation codes, names to look up. The
other encrypts columns; `lms keys rotate` gives it a new version, moves every value, and forgets the old one. A new file
holds 32 bytes, which are both; a rotated one the lasting key and, for each version, its number and its key.
"""

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

KEY = 32
FIRST = 1
MOST = 255
_ENTRY = 1 + KEY


class UnsafeSecret(Exception):  # noqa: N818 - named after what the operator must mend
    """The secret file is missing, of the wrong length, or readable by others (OPS-1)."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys of a site; the newest version is the last."""

    lasting: bytes
    keys: tuple[tuple[int, bytes], ...]

    @classmethod
    def read(cls, data: bytes) -> "Ring":
        """Read the bytes of the file.

        Raises:
            UnsafeSecret: they are not what such a file holds.

        """
        if len(data) == KEY:
            return cls(data, ((FIRST, data),))
        if not fits(len(data)):
            raise UnsafeSecret(f"a secret does not have {len(data)} bytes")
        places = range(KEY, len(data), _ENTRY)
        return cls(data[:KEY], tuple((data[place], data[place + 1 : place + _ENTRY]) for place in places))

    def write(self) -> bytes:
        """Return the bytes of the file."""
        return self.lasting + b"".join(bytes([version]) + key for version, key in self.keys)

    @property
    def current(self) -> tuple[int, bytes]:
        """Version and key of what is encrypted now."""
        return self.keys[-1]

    @property
    def turning(self) -> bool:
        """Whether a rotation has begun and not ended."""
        return len(self.keys) > 1

    def begun(self) -> "Ring":
        """Return the ring with a new version, which is the current one from now on."""
        version = self.current[0] % MOST + 1
        return Ring(self.lasting, (*self.keys, (version, secrets.token_bytes(KEY))))

    def ended(self) -> "Ring":
        """Return the ring without the versions before the current one."""
        return Ring(self.lasting, self.keys[-1:])


def fits(size: int) -> bool:
    """Whether a file of this size can be one."""
    return size == KEY or (size > KEY and (size - KEY) % _ENTRY == 0)


def load_secret(path: Path) -> bytes:
    """Read the secret file.

    Raises:
        UnsafeSecret: it must not be used; the message says why.

    """
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes()
    except OSError as error:
        raise UnsafeSecret(f"{path} cannot be read") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UnsafeSecret(f"{path} can be read by others: chmod 600 {path}")
    if not fits(len(secret)):
        raise UnsafeSecret(f"{path} must hold {KEY} bytes, or what a rotation wrote, and holds {len(secret)}")
    return secret


def create_secret(path: Path) -> bytes:
    """Make the secret file at the first start; an existing one is kept, whoever was first."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return load_secret(path)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY))
        file.flush()
        os.fsync(file.fileno())
    return load_secret(path)


def replace_secret(path: Path, ring: Ring) -> None:
    """Put another ring in the place of the file, so that after a crash either the old or the new one is there."""
    part = path.with_name(f"{path.name}.new")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(ring.write())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
