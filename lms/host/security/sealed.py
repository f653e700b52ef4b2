"""Keys and sealing: what a copied disk does not open (threat model 6.9, ENC-1 to ENC-5, ENC-12).

The operator secret (32 bytes in a file of its own, neither in the database nor in backups of it) yields one subkey a
purpose. Each person has an X25519 pair from the first day on; the private half is stored only wrapped: under the key
that their passphrase yields, under their recovery sheet, and under the token of a running sign-in.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lms.host.security.ring import Ring, load_secret

VERSION = 1
SHEET_BYTES = 16
NO_FILE = (0, 0, 0)
STEPS = (1 << 10, 4 << 10, 16 << 10, 64 << 10)
_NONCE = 12
_LENGTH = 4
_LAYERS = 2
_TAG = 16
_WRAPPED = 1 + _NONCE + 32 + _TAG
INDEX_BYTES = 32
MOST_PADDED = STEPS[-1] - _LENGTH


class CannotOpen(Exception):  # noqa: N818 - an answer, not a fault
    """Wrong key, wrong place, or changed bytes; which of them is not told."""


def cell(data_class: str, table: str, column: str, row: object, owner: object = "") -> str:
    """Name the one place a ciphertext belongs to, so that it opens nowhere else (ENC-4)."""
    return "\x1f".join((f"v{VERSION}", data_class, table, column, str(row), str(owner)))


# ---------------------------------------------------------------- the operator secret
class Vault:
    """The subkeys of the operator secret and what is done with them."""

    def __init__(self, secret: bytes, path: Path | None = None) -> None:
        """Take the keys from the bytes of the secret file; with its path, notice when it was rotated (ENC-11)."""
        self._ring = Ring.read(secret)
        self._path = path
        self._seen = _mark(path)
        self.subkey = cache(self._subkey)

    def _subkey(self, purpose: str) -> bytes:
        return _derived(self._ring.lasting, purpose)

    def ring(self) -> Ring:
        """Return the keys as the file has them now."""
        if self._path is not None and (now := _mark(self._path)) not in (self._seen, NO_FILE):
            self._ring, self._seen = Ring.read(load_secret(self._path)), now
        return self._ring

    @property
    def pepper(self) -> bytes:
        """Key of the passphrase hashes (ACC-4)."""
        return self.subkey("pepper")

    def mac(self, value: str | bytes, *, purpose: str) -> bytes:
        """Return a keyed digest that only this server can make: limits, recovery codes, forms."""
        data = value.encode() if isinstance(value, str) else value
        return hmac.digest(self.subkey(f"mac {purpose}"), data, "sha256")

    def blind_index(self, value: str, *, context: str) -> bytes:
        """Return what a value that is not kept, or not kept in clear, is looked up by."""
        return self.blind_indexes(value, context=context)[0]

    def blind_indexes(self, value: str, *, context: str) -> tuple[bytes, bytes]:
        """Return the same as it is kept now, and as the rows have it that a running rotation has not reached."""
        ring = self.ring()
        first = hmac.digest(self.subkey(f"blind index {context}"), value.encode(), "sha256")
        before = _layered(first, ring.layers[:-1] if ring.turning else ring.layers)
        return _layered(before, ring.layers), before

    def raised(self, kept: bytes) -> bytes:
        """Return an index, or another digest that could be guessed, as it is kept now from what was kept before."""
        return _layered(kept, self.ring().layers)

    def as_high(self, digest: bytes, kept: bytes) -> bytes:
        """Return a digest without layers with as many as another that is kept has."""
        return _layered(digest, self.ring().layers[: _layers_of(kept)])

    def cover(self, wrapped: bytes, *, context: str) -> bytes:
        """Encrypt once more what a passphrase opens; before the first rotation nobody can have an older file."""
        return self.column_encrypt(wrapped, context=context) if self.ring().layers else wrapped

    def uncover(self, value: bytes, *, context: str) -> bytes:
        """Return what was covered, or is not.

        Raises:
            CannotOpen: another key or another cell.

        """
        return self.column_decrypt(value, context=context) if is_covered(value) else value

    def column_encrypt(self, value: bytes, *, context: str) -> bytes:
        """Encrypt a C2 value for one cell; `context` comes from `cell()`."""
        version, key = self.ring().current
        return bytes([version]) + encrypt(_derived(key, "column"), value, context=context)[1:]

    def column_decrypt(self, value: bytes, *, context: str) -> bytes:
        """Open it again.

        Raises:
            CannotOpen: another key or another cell.

        """
        key = dict(self.ring().keys).get(value[0]) if value else None
        if key is None:
            raise CannotOpen
        return decrypt(_derived(key, "column"), bytes([VERSION]) + value[1:], context=context)

    def seal_form(self, value: bytes, *, context: str) -> str:
        """Encrypt what must travel through a person's browser and back without being kept here."""
        return base64.urlsafe_b64encode(encrypt(self.subkey("form"), value, context=context)).decode()

    def open_form(self, value: str, *, context: str) -> bytes:
        """Open it again.

        Raises:
            CannotOpen: not made here, made for another form, or changed.

        """
        try:
            data = base64.b64decode(value.encode(), altchars=b"-_", validate=True)
        except ValueError as error:
            raise CannotOpen from error
        return decrypt(self.subkey("form"), data, context=context)


def index_head(layers: int) -> bytes:
    """Return what an index of so many layers begins with; one without any has nothing before its digest."""
    return layers.to_bytes(_LAYERS)


def is_covered(value: bytes) -> bool:
    """Whether a wrapped key is encrypted once more; its length tells."""
    return len(value) >= _WRAPPED + 1 + _NONCE + _TAG


def _layers_of(kept: bytes) -> int:
    return 0 if len(kept) == INDEX_BYTES else int.from_bytes(kept[:_LAYERS])


def _layered(kept: bytes, layers: Sequence[bytes]) -> bytes:
    """Put those of the layers on an index that it does not have yet."""
    has, body = _layers_of(kept), kept[-INDEX_BYTES:]
    for layer in layers[has:]:
        body = hmac.digest(_derived(layer, "blind index layer"), body, "sha256")
    return index_head(len(layers)) + body if layers[has:] else kept


@lru_cache(maxsize=64)
def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"veer " + purpose.encode()).derive(key)


def _mark(path: Path | None) -> tuple[int, int, int]:
    """Return what tells one file in this place from the next."""
    if path is None or not path.exists():
        return NO_FILE
    found = path.stat()
    return (found.st_mtime_ns, found.st_ino, found.st_size)


# ---------------------------------------------------------------- one key
def encrypt(key: bytes, value: bytes, *, context: str) -> bytes:
    """Encrypt for one place: version, nonce, ciphertext with tag."""
    nonce = secrets.token_bytes(_NONCE)
    return bytes([VERSION]) + nonce + ChaCha20Poly1305(key).encrypt(nonce, value, context.encode())


def decrypt(key: bytes, value: bytes, *, context: str) -> bytes:
    """Open what `encrypt` made.

    Raises:
        CannotOpen: wrong key, wrong place, changed or cut.

    """
    if len(value) < 1 + _NONCE or value[0] != VERSION:
        raise CannotOpen
    try:
        return ChaCha20Poly1305(key).decrypt(value[1 : 1 + _NONCE], value[1 + _NONCE :], context.encode())
    except InvalidTag as error:
        raise CannotOpen from error


def sheet_key(sheet: bytes, pepper: bytes) -> bytes:
    """Return the key that the 128 bits on a recovery sheet yield (ACC-8)."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=pepper, info=b"veer recovery sheet").derive(sheet)


def token_key(token: str) -> bytes:
    """Return the key that lives as long as a sign-in: only the browser holds the token."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"veer sign-in key").derive(token.encode())


# ---------------------------------------------------------------- how long a text was
def pad(value: bytes) -> bytes:
    """Fill a text up to 1, 4, 16 or 64 KiB, so that its ciphertext does not tell how long it is (ENC-10).

    Raises:
        ValueError: longer than the largest step holds.

    """
    step = next((step for step in STEPS if len(value) + _LENGTH <= step), None)
    if step is None:
        raise ValueError(f"more than {MOST_PADDED} bytes")
    return (len(value).to_bytes(_LENGTH, "big") + value).ljust(step, b"\0")


def unpad(value: bytes) -> bytes:
    """Return what `pad` was given; the AEAD around it has made sure that it is whole."""
    return value[_LENGTH : _LENGTH + int.from_bytes(value[:_LENGTH], "big")]


# ---------------------------------------------------------------- a person's pair
def new_pair() -> tuple[bytes, bytes]:
    """Return a new private and public key (settled 21: from birth)."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def seal(public: bytes, value: bytes, *, context: str) -> bytes:
    """Encrypt to a person who may be away; needs nothing but their public key (ENC-5)."""
    once = X25519PrivateKey.generate()
    envelope = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    return envelope + encrypt(_box_key(shared, envelope, public), value, context=context)


def unseal(private: bytes, value: bytes, *, context: str) -> bytes:
    """Open what was sealed to this person.

    Raises:
        CannotOpen: sealed to someone else, for another place, or changed.

    """
    own = X25519PrivateKey.from_private_bytes(private)
    envelope, rest = value[:32], value[32:]
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(envelope))
    except ValueError as error:
        raise CannotOpen from error
    return decrypt(_box_key(shared, envelope, own.public_key().public_bytes_raw()), rest, context=context)


def _box_key(shared: bytes, envelope: bytes, public: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=envelope + public, info=b"veer sealed box").derive(shared)
