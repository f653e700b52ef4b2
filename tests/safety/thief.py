"""A thief who took everything but people's keys: disk, database, key store, backups, and what the operator knows.

The thief knows our code, so to each ciphertext the place it was made for is given. Everything found is tried as a key, also
in each way in which the code derives keys; whatever opens is searched for more keys, until nothing new opens.
"""

import json
import sqlite3
from base64 import urlsafe_b64encode
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import select

from lms.host.backup import archive
from lms.host.backup.make import KEYS_MEMBER
from lms.host.backup.sqlite import MEMBER
from lms.host.db import db
from lms.host.plugin import current_host
from lms.host.security import sealed
from lms.host.security.current import keystore, vault
from lms.host.startup import tables

KEY, SHEET, NONCE = 32, 16, 12
PURPOSES = ("pepper", "form", "column", "audit head")


@dataclass
class Known:
    """What is known of the code: the place of each ciphertext, and to which public keys anything was sealed."""

    places: dict = field(default_factory=dict)
    sealed_to: set = field(default_factory=set)


@contextmanager
def watched(patch):
    """Note the place of everything that is encrypted in this block, and whom it is sealed to."""
    known = Known()

    class Noting:
        def __init__(self, key):
            self._real = ChaCha20Poly1305(key)
            self.decrypt = self._real.decrypt

        def encrypt(self, nonce, data, place):
            made = self._real.encrypt(nonce, data, place)
            known.places[nonce + made] = place
            return made

    class NotingPublic:
        @staticmethod
        def from_public_bytes(data):
            known.sealed_to.add(data)
            return X25519PublicKey.from_public_bytes(data)

    with patch.context() as during:
        during.setattr(sealed, "ChaCha20Poly1305", Noting)
        during.setattr(sealed, "X25519PublicKey", NotingPublic)
        yield known


# ---------------------------------------------------------------- what is taken
def taken_rows(site):
    """Return every value of every table."""
    with site.app.app_context(), db.engines["read"].connect() as conn:
        rows = [row for table in tables(current_host()) for row in conn.execute(select(table))]
    return {form for row in rows for value in row for form in forms(value)}


def taken_keys(site):
    """Return what the key store holds."""
    with site.app.app_context():
        return {bytes.fromhex(row["wrapped"]) for row in keystore().rows()}


def taken_secrets(site):
    """Return what the operator knows: the secret, its versions, and each key that is derived from it."""
    with site.app.app_context():
        ring = vault().ring()
        roots = [ring.lasting, *(key for _version, key in ring.keys)]
        return {*roots, *(sealed._derived(root, purpose) for root in roots for purpose in PURPOSES)}


def taken_backups(folder, identity):
    """Return what the backups hold, opened with the key that the operator keeps elsewhere."""
    found = set()
    for path in sorted(folder.rglob("*.age")):
        with archive.opened(path, identity) as members:
            for name, _size, content in members:
                data = content.read()
                found.add(data)
                if name == MEMBER:
                    found |= _rows_of(data)
                if name == KEYS_MEMBER:
                    found |= {bytes.fromhex(row["wrapped"]) for row in json.loads(data)}
    return found


def _rows_of(data):
    with closing(sqlite3.connect(":memory:")) as copy:
        copy.deserialize(data)
        names = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for name in names for row in copy.execute(f'SELECT * FROM "{name}"')]
    return {form for row in rows for value in row for form in forms(value)}


def forms(value):
    """Yield the bytes of a value."""
    if isinstance(value, bytes | memoryview):
        yield bytes(value)
    elif isinstance(value, UUID):
        yield value.bytes
    elif isinstance(value, str):
        yield value.encode()
    elif isinstance(value, list | dict):
        yield json.dumps(value, ensure_ascii=False).encode()


# ---------------------------------------------------------------- what opens
class Thief:
    """Tries everything on everything.

    Args:
        taken: every value that was taken.
        known: from `watched`.
        keys: what may be a key besides.
        pepper: what a recovery sheet is derived with.

    """

    def __init__(self, taken, known, keys=(), pepper=None):
        self.taken, self.places, self.pepper = set(), known.places, pepper
        self.shut, self.keys = {}, set()
        new, more = set(taken), set(keys)
        while new := new - self.taken:
            self.taken |= new
            added = {blob: inner for blob in new if (inner := self._inner(blob))}
            self.shut |= added
            more = (more | self._guesses(new)) - self.keys
            new = {text for key in self.keys for text in self._open(key, added)}
            new |= {text for key in more for text in self._open(key, self.shut)}
            self.keys |= more

    def _inner(self, blob):
        """Return public half, nonce with ciphertext, and place of a blob: behind a version, or that and a public half."""
        for start in (1, KEY + 1):
            if (place := self.places.get(blob[start:])) is not None:
                return blob[: start - 1], blob[start:], place
        return None

    def _open(self, key, shut):
        own = X25519PrivateKey.from_private_bytes(key)
        public = own.public_key().public_bytes_raw()
        for envelope, inner, place in shut.values():
            if envelope and public not in self.taken:
                continue
            tried = key
            if envelope:
                shared = own.exchange(X25519PublicKey.from_public_bytes(envelope))
                tried = sealed._box_key(shared, envelope, public)
            with suppress(InvalidTag):
                yield ChaCha20Poly1305(tried).decrypt(inner[:NONCE], inner[NONCE:], place)

    def _guesses(self, blobs):
        """Return what values may be as keys: parts of them, or what the code derives from a token or a sheet."""
        found = set()
        for blob in blobs:
            if len(blob) >= KEY:
                found |= {blob[place : place + KEY] for place in {0, 1, 1 + NONCE, len(blob) - KEY}}
            if len(blob) <= 2 * KEY:
                texts = (blob.decode("ascii", "ignore"), blob.hex(), urlsafe_b64encode(blob).decode().rstrip("="))
                found |= {sealed.token_key(text) for text in texts}
            if len(blob) == SHEET and self.pepper:
                found.add(sealed.sheet_key(blob, self.pepper))
        return {key for key in found if len(key) == KEY}

    def found(self, marks, names):
        """Return which marks stand in anything that was taken or opened."""
        everything = b"\0".join(self.taken)
        return sorted(name for name in names if any(form in everything for form in marks.needles[name]))
