"""Who was erased, so that an older backup cannot bring them back (RET-5).

The list is kept as rows of the key store, of a kind of their own: backups of that are a few days old at most, and those of
the data may be older. A row holds a digest of a random id and a day: enough to know somebody again in an old copy, and
nothing else. The digest needs no key, so that the list outlives a change of the operator's secret.
"""

import hashlib
from datetime import timedelta
from uuid import UUID

from lms.host import clock
from lms.host.security.keystore import KeyStore

KIND = "erased"
KEPT = timedelta(days=400)


def digest_of(person_id: UUID) -> bytes:
    """Return what stands in the list for a person."""
    return hashlib.sha256(b"veer erased\0" + person_id.bytes).digest()


def note(store: KeyStore, person_id: UUID) -> None:
    """Note that a person is erased; twice is as good as once."""
    if not is_erased(store, person_id):
        digest = digest_of(person_id)
        store.put(_place(digest), KIND, digest)


def is_erased(store: KeyStore, person_id: UUID) -> bool:
    """Whether a person was erased."""
    digest = digest_of(person_id)
    return digest in store.held(_place(digest), KIND)


def forget_old(store: KeyStore) -> None:
    """Take out what is older than any backup may be."""
    store.sweep((), clock.today() - KEPT, (KIND,))


def _place(digest: bytes) -> UUID:
    return UUID(bytes=digest[:16])
