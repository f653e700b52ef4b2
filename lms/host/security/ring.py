"""What the file of the operator secret holds: one key that lasts, and the versions of the keys that change (ENC-11).

The lasting key is part of what nobody can digest again: passphrases, recovery and invitation codes, names to look up.
What could be guessed of these is shut in by the keys that change. `lms keys rotate` gives both of them a new version: the
column key encrypts values anew, verifiers of passphrases and wrapped keys among them, and the old one is forgotten;
digests that are looked up get one more layer, and the key of every layer stays, which is of no use without the last.

A new file holds 32 bytes, which are the lasting and the first column key.
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
_ROTATED = b"veer secret key\n"
_COUNT = 2


class UnsafeSecret(Exception):  # noqa: N818 - named after what the operator must mend
    """The secret file is missing, of the wrong length, or readable by others (OPS-1)."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys of a site.

    Args:
        lasting: never changes.
        keys: versions of the column key; the newest is the last.
        layers: keys of the layers on top of a digest, the outermost last.

    """

    lasting: bytes
    keys: tuple[tuple[int, bytes], ...]
    layers: tuple[bytes, ...] = ()

    @classmethod
    def read(cls, data: bytes) -> "Ring":
        """Read the bytes of the file.

        Raises:
            UnsafeSecret: they are not what such a file holds.

        """
        if len(data) == KEY:
            return cls(data, ((FIRST, data),))
        begun = len(_ROTATED) + _COUNT
        layers = int.from_bytes(data[len(_ROTATED) : begun])
        entries = begun + KEY * (1 + layers)
        if not data.startswith(_ROTATED) or len(data) <= entries or (len(data) - entries) % _ENTRY:
            raise UnsafeSecret(f"a secret does not have these {len(data)} bytes")
        lasting, *others = (data[place : place + KEY] for place in range(begun, entries, KEY))
        places = range(entries, len(data), _ENTRY)
        keys = tuple((data[place], data[place + 1 : place + _ENTRY]) for place in places)
        return cls(lasting, keys, tuple(others))

    def write(self) -> bytes:
        """Return the bytes of the file."""
        head = _ROTATED + len(self.layers).to_bytes(_COUNT) + self.lasting + b"".join(self.layers)
        return head + b"".join(bytes([version]) + key for version, key in self.keys)

    @property
    def current(self) -> tuple[int, bytes]:
        """Version and key of what is encrypted now."""
        return self.keys[-1]

    @property
    def turning(self) -> bool:
        """Whether a rotation has begun and not ended."""
        return len(self.keys) > 1

    def begun(self) -> "Ring":
        """Return the ring with a new version and one more layer, which are the current ones from now on."""
        version = self.current[0] % MOST + 1
        keys = (*self.keys, (version, secrets.token_bytes(KEY)))
        return Ring(self.lasting, keys, (*self.layers, secrets.token_bytes(KEY)))

    def ended(self) -> "Ring":
        """Return the ring without the column keys before the current one."""
        return Ring(self.lasting, self.keys[-1:], self.layers)

    def with_older(self, older: "Ring") -> "Ring":
        """Return the ring with the column keys of an older file of the same site, to open its backups.

        Raises:
            UnsafeSecret: the file is of another site, or is not older.

        """
        if older.lasting != self.lasting or older.layers != self.layers[: len(older.layers)]:
            raise UnsafeSecret("the older secret is not an older one of this site")
        return Ring(self.lasting, (*(key for key in older.keys if key not in self.keys), *self.keys), self.layers)


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
    try:
        Ring.read(secret)
    except UnsafeSecret as error:
        raise UnsafeSecret(f"{path} must hold {KEY} bytes, or what a rotation wrote: {error}") from error
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
